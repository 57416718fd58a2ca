// Tensors as values: equal, hashable.

extension Tensor: Hashable {
  /// Whether both have the same dtype and shape and equal elements. NaN equals NaN here, so that a tensor always equals
  /// itself; for PyTorch's elementwise comparison write `a .== b`.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    guard a.dtype == b.dtype, a.shape == b.shape, a.failure == b.failure else { return false }
    if a.failure != nil { return true }
    guard let x = try? a.scalars(), let y = try? b.scalars() else { return false }
    return zip(x, y).allSatisfy { $0 == $1 || ($0.doubleValue.isNaN && $1.doubleValue.isNaN) }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(dtype)
    hasher.combine(shape)
  }
}

extension Tensor {
  /// Whether both have the same shape and equal elements, by PyTorch's `equal`: NaN equals nothing.
  ///
  /// - Throws: ``TensorError/dtypeMismatch(operation:dtypes:rule:)`` when dtypes differ.
  public func equal(_ other: Tensor) throws(TensorError) -> Bool {
    try check()
    try other.check()
    try requireSame("equal", self, other)
    guard shape == other.shape else { return false }
    return try (self .== other).all().item().boolValue
  }
}
