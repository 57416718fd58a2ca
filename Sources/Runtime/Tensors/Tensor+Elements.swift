// Elements as Swift values.

internal import CKernels

extension Tensor {
  /// The only element: a bool, an integer or a float, which prints as Python prints it.
  ///
  /// - Throws: ``TensorError/notASingleElement(operation:shape:)``.
  public func item() throws(TensorError) -> Scalar {
    try check()
    guard count == 1 else { throw .notASingleElement(operation: "item", shape: shape) }
    switch dtype {
    case .bool: return .bool(load(Bool.self))
    case _ where dtype.isFloatingPoint: return .float(load(Double.self))
    default: return .int(load(Int64.self))
    }
  }

  /// The only element as a Swift number, converted as `to(_:)` says.
  ///
  /// For example: `try loss.item(as: Float.self)`.
  ///
  /// - Throws: ``TensorError/notASingleElement(operation:shape:)``.
  public func item<T: TensorScalar>(as type: T.Type) throws(TensorError) -> T {
    try check()
    guard count == 1 else { throw .notASingleElement(operation: "item", shape: shape) }
    return load(T.self)
  }

  /// The first element, converted.
  private func load<T: TensorScalar>(_ type: T.Type) -> T {
    if dtype == T.dtype { return address.load(as: T.self) }
    return withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { place in
      ck_copy(0, nil, source(nil), ck_target(data: place.baseAddress, strides: nil, dtype: T.dtype.code))
      return place[0]
    }
  }

  /// Every element, row by row.
  public func scalars() throws(TensorError) -> [Scalar] {
    switch dtype {
    case .bool: try Array<Bool>(self).map { .bool($0) }
    case .float64: try Array<Double>(self).map { .float($0) }
    case _ where dtype.isFloatingPoint: try Array<Float>(self).map { .float(Double($0)) }
    default: try Array<Int64>(self).map { .int($0) }
    }
  }

  /// The elements' memory, row by row, in this machine's byte order.
  public func bytes() throws(TensorError) -> [UInt8] {
    let source = try contiguous()
    return Array(UnsafeRawBufferPointer(start: source.address, count: byteCount))
  }

  /// Lends the elements' memory, row by row; the tensor is copied first when it is not contiguous.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
    let source = try contiguous()
    return try withExtendedLifetime(source) {
      try body(UnsafeRawBufferPointer(start: source.address, count: byteCount))
    }
  }
}

extension Array where Element: TensorScalar {
  /// The elements of a tensor of any shape, row by row, converted as `to(_:)` says.
  ///
  /// For example: `try [Float](logits)`.
  public init(_ tensor: Tensor) throws(TensorError) {
    let source = try tensor.contiguous(as: Element.dtype)
    self = withExtendedLifetime(source) {
      Array(
        UnsafeBufferPointer(start: source.address.assumingMemoryBound(to: Element.self), count: source.count))
    }
  }
}
