// Casts between dtypes.

extension Tensor {
  /// The same values in another dtype: rounded to nearest (ties to even) to a float, cut off towards zero to an
  /// integer, wrapped around where an integer is too narrow. The tensor itself when it has that dtype.
  ///
  /// A float64 or an int64 goes to a 16- or 8-bit float by way of float32, as in PyTorch. float8E4M3FN has no
  /// infinity: what would round above 448 becomes NaN.
  public func to(_ dtype: DType) throws(TensorError) -> Tensor {
    try check()
    return self.dtype == dtype ? self : try copied(to: dtype)
  }

  /// As `to(_:)`, run by run, so that whoever lends the memory can take back what has been read.
  ///
  /// - Parameters:
  ///   - count: The elements of a run.
  ///   - done: Is told the elements of each run when it has been converted, counted row by row.
  public func to(_ dtype: DType, inRunsOf count: Int, done: (Range<Int>) -> Void) throws(TensorError) -> Tensor {
    let source = try contiguous()
    let result = try Tensor(uninitialized: shape, dtype: dtype)
    for start in stride(from: 0, to: self.count, by: Swift.max(count, 1)) {
      let run = start..<Swift.min(start + Swift.max(count, 1), self.count)
      copyElements(
        of: source.view([run.count], [1], offset: source.offset + start), to: result.view([run.count], [1], offset: start))
      done(run)
    }
    return result
  }

  /// Cast to float64.
  public func double() throws(TensorError) -> Tensor { try to(.float64) }
  /// Cast to float32.
  public func float() throws(TensorError) -> Tensor { try to(.float32) }
  /// Cast to float16.
  public func half() throws(TensorError) -> Tensor { try to(.float16) }
  /// Cast to bfloat16.
  public func bfloat16() throws(TensorError) -> Tensor { try to(.bfloat16) }
  /// Cast to int64.
  public func long() throws(TensorError) -> Tensor { try to(.int64) }
  /// Cast to int32.
  public func int() throws(TensorError) -> Tensor { try to(.int32) }
  /// Cast to bool: whether an element is not zero.
  public func bool() throws(TensorError) -> Tensor { try to(.bool) }

  /// The same bits read as another dtype (PyTorch's `view(dtype)`); sizes of elements may differ, and then the last
  /// dimension shrinks or grows.
  ///
  /// For example: `try Tensor([1.0]).bits(as: .int32)` holds `0x3f800000`.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)`` when the last dimension cannot be divided.
  public func bits(as dtype: DType) throws(TensorError) -> Tensor {
    let source = try contiguous()
    let (from, to) = (self.dtype.itemSize, dtype.itemSize)
    var shape = shape
    if from != to {
      guard let last = shape.last, last * from % to == 0, source.offset * from % to == 0 else {
        throw .shapeMismatch(
          operation: "bits(as:)", shapes: [shape],
          rule: "the last dimension's bytes must divide by \(to) to read \(self.dtype) as \(dtype)")
      }
      shape[shape.count - 1] = last * from / to
    }
    return Tensor(
      dtype: dtype, shape: shape, strides: contiguousStrides(shape), offset: source.offset * from / to,
      storage: source.storage)
  }
}
