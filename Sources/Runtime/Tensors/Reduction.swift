// How reductions run: the reduced dimensions become one of three contiguous ones, one kernel call.

internal import CKernels

/// A tensor as a block of three dimensions, of which the middle one is to be reduced.
struct Block {
  let values: Tensor
  let outer: Int
  let count: Int
  let inner: Int
  /// The shape of the result.
  let sizes: Extents

  /// - Parameters:
  ///   - dims: The dimensions to reduce; nil or none means all.
  ///   - keepDim: Whether they stay in the result's shape, with size 1.
  init(_ x: Tensor, _ dims: [Int]?, keepDim: Bool, _ operation: String) throws(TensorError) {
    try x.check()
    let reduced = try Block.mask(x, dims ?? [], operation)
    var (result, count, inner) = (x.sizes, 1, 1)
    var (first, last, gone) = (x.rank, x.rank - 1, 0)
    for d in stride(from: x.rank - 1, through: 0, by: -1) {
      if reduced >> UInt64(d) & 1 == 0 {
        if gone == 0 { inner *= x.sizes[d] }
        continue
      }
      if gone == 0 { last = d }
      (first, gone) = (d, gone + 1)
      count *= x.sizes[d]
      if keepDim { result[d] = 1 } else { result = result.removing(at: d) }
    }
    if gone > 0 && !(x.isContiguous && last - first + 1 == gone) {
      let dims =
        (0..<x.rank).filter { reduced >> UInt64($0) & 1 == 0 } + (0..<x.rank).filter { reduced >> UInt64($0) & 1 != 0 }
      values = try x.permuted(dims).contiguous()
      inner = 1
    } else {
      values = try x.contiguous()
    }
    (self.count, self.inner, sizes) = (count, inner, result)
    outer = result.product / Swift.max(inner, 1)
  }

  /// A bit for each dimension that is to be reduced.
  private static func mask(_ x: Tensor, _ dims: [Int], _ operation: String) throws(TensorError) -> UInt64 {
    if dims.isEmpty { return .max }
    var mask: UInt64 = 0
    for dim in dims {
      let bit = UInt64(1) << UInt64(try x.axis(dim, operation))
      if mask & bit != 0 {
        throw .invalidArgument(operation: operation, reason: "dimension \(dim) appears more than once in \(dims)")
      }
      if x.rank > 0 { mask |= bit }
    }
    return mask
  }

  func requireElements(_ operation: String, _ x: Tensor) throws(TensorError) {
    if count == 0 && sizes.product > 0 {
      throw .invalidArgument(
        operation: operation, reason: "there are no elements to choose from in shape \(x.shape)")
    }
  }
}

/// A reduction and its name in errors.
struct Reduction {
  let name: String
  let kernel: ck_reduction
  var needsElements = false

  /// - Returns: The results in the compute type of x's dtype.
  func callAsFunction(_ x: Tensor, _ dims: [Int]?, keepDim: Bool, correction: Double = 0) throws(TensorError) -> Tensor
  {
    let block = try Block(x, dims, keepDim: keepDim, name)
    if needsElements { try block.requireElements(name, x) }
    let out = try Tensor(uninitialized: block.sizes, dtype: x.dtype.compute)
    let done = ck_reduce(
      kernel, x.dtype.code, Int64(block.outer), Int64(block.count), Int64(block.inner), block.values.address,
      correction, out.address)
    guard done else { throw .outOfMemory(shape: x.shape, dtype: out.dtype) }
    return out
  }
}
