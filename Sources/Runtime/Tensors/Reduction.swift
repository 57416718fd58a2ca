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
    let kept = x.sizes.indices.filter { reduced & (UInt64(1) << UInt64($0)) == 0 }
    let gone = x.sizes.indices.filter { reduced & (UInt64(1) << UInt64($0)) != 0 }
    count = gone.reduce(1) { $0 * x.sizes[$1] }
    if keepDim {
      var sizes = x.sizes
      for d in gone { sizes[d] = 1 }
      self.sizes = sizes
    } else {
      sizes = kept.count == 0 ? [] : Extents(kept.map { x.sizes[$0] })
    }
    let first = gone.first ?? x.rank, last = gone.last ?? x.rank - 1
    if x.isContiguous && last - first + 1 == gone.count {
      values = x
      inner = x.sizes[(last + 1)...].reduce(1, *)
    } else {
      values = try x.permuted(kept + gone).contiguous()
      inner = 1
    }
    outer = count * inner == 0 ? sizes.product / Swift.max(inner, 1) : x.count / (count * inner)
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
  func callAsFunction(_ x: Tensor, _ dims: [Int]?, keepDim: Bool, correction: Double = 0) throws(TensorError) -> Tensor {
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
