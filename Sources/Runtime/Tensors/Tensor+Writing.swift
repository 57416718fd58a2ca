// Writing in place with value semantics.

extension Tensor {
  /// Makes this tensor the only one that refers to its memory, so that it may be written to.
  ///
  /// A dense tensor (a transpose, say) keeps its strides; others become contiguous.
  mutating func makeUnique() throws(TensorError) {
    try check()
    if isKnownUniquelyReferenced(&storage) && !storage.isBorrowed && !overlapsItself { return }
    guard isDense else {
      self = try copied(to: dtype)
      return
    }
    let block = try Tensor(uninitialized: [count], dtype: dtype)
    copyElements(of: view([count], [1]), to: block)
    self = Tensor(dtype: dtype, sizes: sizes, steps: steps, offset: 0, storage: block.storage)
  }

  /// Whether two places of the tensor are the same memory, as after `expand`.
  private var overlapsItself: Bool { zip(sizes, steps).contains { $0 > 1 && $1 == 0 } }

  /// Whether the elements fill one block of memory, in whatever order of dimensions.
  var isDense: Bool {
    var step = 1
    for (size, stride) in zip(sizes, steps).sorted(by: { $0.1 < $1.1 }) where size != 1 {
      if stride != step { return false }
      step *= size
    }
    return true
  }

  /// Overwrites every element with `source`, which is broadcast and converted (PyTorch's `copy_`).
  ///
  /// - Throws: ``TensorError/shapesDoNotBroadcast(operation:_:_:)``.
  public mutating func copy(from source: Tensor) throws(TensorError) {
    try source.check()
    let source = try source.expanded(to: sizes, "copy")
    try makeUnique()
    copyElements(of: source, to: self)
  }

  /// Overwrites every element with a number (PyTorch's `fill_`).
  ///
  /// - Throws: ``TensorError/valueOutOfRange(_:_:)`` when an integer dtype cannot hold the number.
  public mutating func fill(_ value: some TensorScalar) throws(TensorError) {
    try copy(from: Tensor(number: value.scalar, dtype: dtype))
  }

  /// A 0-d tensor of one number.
  init(number: Scalar, dtype: DType) throws(TensorError) {
    let wide: Tensor
    switch number {
    case .bool(let value): wide = try Tensor(value)
    case .int(let value): wide = try Tensor(value)
    case .float(let value): wide = try Tensor(value, dtype: .float64)
    }
    if dtype.isInteger { try wide.checkFits(dtype) }
    self = try wide.to(dtype)
  }

  /// Throws when a value lies outside an integer dtype.
  func checkFits(_ dtype: DType) throws(TensorError) {
    guard self.dtype != dtype, self.dtype != .bool else { return }
    let (least, greatest) = (dtype.info.min, dtype.info.max)
    for value in try scalars() {
      let fits =
        if case .float(let float) = value { float > -0x1p63 && float < 0x1p63 } else { true }
      guard fits, value.doubleValue.isNaN == false, let int = value.intValue.map({ Scalar.int(Int64($0)) }),
        int >= least, int <= greatest
      else { throw .valueOutOfRange(value, dtype) }
    }
  }
}
