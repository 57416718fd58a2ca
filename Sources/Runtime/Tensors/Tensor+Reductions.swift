// Sums, means, extremes and other reductions.

internal import CKernels

private enum Reductions {
  static let sum = Reduction(name: "sum", kernel: ck_sum)
  static let mean = Reduction(name: "mean", kernel: ck_sum)
  static let prod = Reduction(name: "prod", kernel: ck_prod)
  static let max = Reduction(name: "max", kernel: ck_max, needsElements: true)
  static let min = Reduction(name: "min", kernel: ck_min, needsElements: true)
  static let any = Reduction(name: "any", kernel: ck_any)
  static let all = Reduction(name: "all", kernel: ck_all)
  static let variance = Reduction(name: "var", kernel: ck_var)
  static let logSumExp = Reduction(name: "logsumexp", kernel: ck_logsumexp)
  static let norm1 = Reduction(name: "norm", kernel: ck_norm1)
  static let norm2 = Reduction(name: "norm", kernel: ck_norm2)
  static let normInf = Reduction(name: "norm", kernel: ck_norm_inf)
}

/// Values and where they were found, as `max(dim:)`, `sorted` and `topK` give them.
public struct ValuesAndIndices: Sendable, CustomStringConvertible {
  /// The elements that were found.
  public let values: Tensor
  /// int64, of the values' shape.
  public let indices: Tensor
  /// PyTorch's name of the operation, which its text begins with.
  let operation: String
  public var description: String { "\(operation)(\nvalues=\(values),\nindices=\(indices))" }
}

extension Tensor {
  /// The sum over some dimensions, or all. Integers and bool give int64; 16-bit floats are summed in float32 and
  /// rounded once.
  ///
  /// - Parameters:
  ///   - dim: The dimensions to sum over; negative ones count from the end.
  ///   - keepDim: Whether they stay, with size 1.
  ///   - dtype: A dtype to cast to before summing.
  /// - Throws: ``TensorError/dimensionOutOfRange(operation:dim:rank:)``, as every reduction does.
  public func sum(dim: Int..., keepDim: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try sum(dims: dim, keepDim: keepDim, dtype: dtype)
  }

  /// The sum over the dimensions in `dims`; none means all.
  public func sum(dims: [Int], keepDim: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try check()
    let result = dtype ?? (self.dtype.isFloatingPoint ? self.dtype : .int64)
    try requireKernel("sum", result)
    let x = try result == self.dtype.compute ? self : to(result)
    return try Reductions.sum(x, dims, keepDim: keepDim).to(result)
  }

  /// The mean over some dimensions, or all; floats only.
  ///
  /// - Throws: ``TensorError/dtypeMismatch(operation:dtypes:rule:)`` for integers, which have no mean of their type.
  public func mean(dim: Int..., keepDim: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try mean(dims: dim, keepDim: keepDim, dtype: dtype)
  }

  /// The mean over the dimensions in `dims`; none means all.
  public func mean(dims: [Int], keepDim: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try check()
    let result = dtype ?? self.dtype
    try requireFloat("mean", result)
    let total = try Reductions.mean(to(result), dims, keepDim: keepDim)
    let elements = total.count == 0 ? 0 : count / total.count
    return try Arithmetic.div(total, .float(Double(elements))).to(result)
  }

  /// The product over one dimension, or all elements. Integers and bool give int64.
  ///
  /// Under autocast 16-bit floats give float32.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
  public func prod(dim: Int? = nil, keepDim: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try check()
    let own = autocastDType != nil && [.float16, .bfloat16].contains(self.dtype) ? .float32 : self.dtype
    let result = dtype ?? (own.isFloatingPoint ? own : .int64)
    try requireKernel("prod", result, float16: false)
    return try Reductions.prod(to(result), dim.map { [$0] }, keepDim: keepDim).to(result)
  }

  /// The greatest element; NaN wins.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when there are no elements.
  public func max() throws(TensorError) -> Tensor { try amax() }

  /// The least element; NaN wins.
  public func min() throws(TensorError) -> Tensor { try amin() }

  /// The greatest element along a dimension, and the first index where it stands.
  public func max(dim: Int, keepDim: Bool = false) throws(TensorError) -> ValuesAndIndices {
    try extreme("max", dim, keepDim, least: false)
  }

  /// The least element along a dimension, and the first index where it stands.
  public func min(dim: Int, keepDim: Bool = false) throws(TensorError) -> ValuesAndIndices {
    try extreme("min", dim, keepDim, least: true)
  }

  /// The greatest element over some dimensions, or all.
  public func amax(dim: Int..., keepDim: Bool = false) throws(TensorError) -> Tensor {
    try amax(dims: dim, keepDim: keepDim)
  }

  /// The greatest element over the dimensions in `dims`; none means all.
  public func amax(dims: [Int], keepDim: Bool = false) throws(TensorError) -> Tensor {
    try check()
    try requireKernel("max", dtype)
    return try Reductions.max(self, dims, keepDim: keepDim).to(dtype)
  }

  /// The least element over some dimensions, or all.
  public func amin(dim: Int..., keepDim: Bool = false) throws(TensorError) -> Tensor {
    try amin(dims: dim, keepDim: keepDim)
  }

  /// The least element over the dimensions in `dims`; none means all.
  public func amin(dims: [Int], keepDim: Bool = false) throws(TensorError) -> Tensor {
    try check()
    try requireKernel("min", dtype)
    return try Reductions.min(self, dims, keepDim: keepDim).to(dtype)
  }

  /// Where the greatest element stands: along a dimension, or in the flattened tensor. int64.
  public func argMax(dim: Int? = nil, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try argExtreme("argmax", dim, keepDim, least: false)
  }

  /// Where the least element stands: along a dimension, or in the flattened tensor. int64.
  public func argMin(dim: Int? = nil, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try argExtreme("argmin", dim, keepDim, least: true)
  }

  /// Whether any element is not zero: along a dimension, or at all. bool.
  public func any(dim: Int? = nil, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try truth(Reductions.any, dim, keepDim)
  }

  /// Whether all elements are not zero: along a dimension, or at all. bool.
  public func all(dim: Int? = nil, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try truth(Reductions.all, dim, keepDim)
  }

  /// The variance over some dimensions, or all, divided by the count less `correction`; floats only.
  public func variance(dim: Int..., correction: Double = 1, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try variance(dims: dim, correction: correction, keepDim: keepDim)
  }

  /// The variance over the dimensions in `dims`; none means all.
  public func variance(dims: [Int], correction: Double = 1, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try variance("var", dims, correction, keepDim)
  }

  /// The standard deviation over some dimensions, or all; the root of `variance`.
  public func std(dim: Int..., correction: Double = 1, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try std(dims: dim, correction: correction, keepDim: keepDim)
  }

  /// The standard deviation over the dimensions in `dims`; none means all.
  public func std(dims: [Int], correction: Double = 1, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try variance("std", dims, correction, keepDim)
  }

  /// log(sum(exp(x))) along a dimension, without overflow.
  public func logSumExp(dim: Int, keepDim: Bool = false) throws(TensorError) -> Tensor {
    try check()
    let dtype = dtype.isFloatingPoint ? dtype : defaultDType
    try requireKernel("logsumexp", dtype)
    return try Reductions.logSumExp(to(dtype), [dim], keepDim: keepDim).to(dtype)
  }

  /// The vector norm of order 1, 2 or infinity over some dimensions, or all; floats only.
  public func norm(_ order: Double = 2, dim: Int..., keepDim: Bool = false) throws(TensorError) -> Tensor {
    try norm(order, dims: dim, keepDim: keepDim)
  }

  /// The vector norm over the dimensions in `dims`; none means all.
  public func norm(_ order: Double = 2, dims: [Int], keepDim: Bool = false) throws(TensorError) -> Tensor {
    try check()
    try requireFloat("norm", dtype)
    let reduction: Reduction
    switch order {
    case 1: reduction = Reductions.norm1
    case 2: reduction = Reductions.norm2
    case .infinity: reduction = Reductions.normInf
    default: throw .invalidArgument(operation: "norm", reason: "the order must be 1, 2 or .infinity, not \(order)")
    }
    return try reduction(self, dims, keepDim: keepDim).to(dtype)
  }

  private func extreme(_ name: String, _ dim: Int, _ keepDim: Bool, least: Bool) throws(TensorError) -> ValuesAndIndices
  {
    let d = try axis(dim, name)
    let indices = try argExtreme(name, d, true, least: least)
    let values = rank == 0 ? self : try gather(d, indices)
    if keepDim { return ValuesAndIndices(values: values, indices: indices, operation: name) }
    return ValuesAndIndices(values: try values.squeeze(d), indices: try indices.squeeze(d), operation: name)
  }

  private func argExtreme(_ name: String, _ dim: Int?, _ keepDim: Bool, least: Bool) throws(TensorError) -> Tensor {
    try check()
    try requireKernel(name, dtype)
    let block = try Block(self, dim.map { [$0] }, keepDim: keepDim, name)
    try block.requireElements(name, self)
    let out = try Tensor(uninitialized: block.sizes, dtype: .int64)
    let done = ck_arg_extreme(
      dtype.code, least, Int64(block.outer), Int64(block.count), Int64(block.inner), block.values.address,
      out.address.assumingMemoryBound(to: Int64.self))
    guard done else { throw .outOfMemory(shape: shape, dtype: .int64) }
    return out
  }

  private func truth(_ reduction: Reduction, _ dim: Int?, _ keepDim: Bool) throws(TensorError) -> Tensor {
    try check()
    try requireKernel(reduction.name, dtype)
    let result = try reduction(self, dim.map { [$0] }, keepDim: keepDim)
    return try result.to(dtype == .uint8 ? .uint8 : .bool)
  }

  private func variance(_ name: String, _ dims: [Int], _ correction: Double, _ keepDim: Bool) throws(TensorError)
    -> Tensor
  {
    try check()
    try requireFloat(name, dtype)
    let result = try Reductions.variance(
      self, dims, keepDim: keepDim, correction: correction)
    return try (name == "std" ? result.sqrt() : result).to(dtype)
  }
}

/// Throws unless the dtype is a float that can be computed with.
func requireFloat(_ operation: String, _ dtype: DType) throws(TensorError) {
  guard dtype.isFloatingPoint else {
    throw .dtypeMismatch(
      operation: operation, dtypes: [dtype], rule: "needs a floating-point tensor; cast with float() first")
  }
  try requireKernel(operation, dtype)
}
