// How reductions run: the reduced dimensions go last, rows are contiguous in the compute type, one kernel call.

internal import CKernels

/// A tensor as rows: `outer` is the shape of what stays, `values` has the dimensions that go in its last one.
struct Rows {
  let values: Tensor
  let outer: [Int]
  /// Elements of one row.
  let count: Int
  /// The shape of the result when reduced dimensions stay with size 1.
  let kept: [Int]

  var rows: Int { outer.reduce(1, *) }

  /// - Parameter dims: The dimensions to reduce; nil or none means all.
  init(_ x: Tensor, _ dims: [Int]?, _ operation: String, as dtype: DType) throws(TensorError) {
    try x.check()
    var reduced: [Int] = []
    for dim in dims ?? [] {
      let d = try x.axis(dim, operation)
      if reduced.contains(d) {
        throw .invalidArgument(operation: operation, reason: "dimension \(dim) appears more than once in \(dims ?? [])")
      }
      if x.rank > 0 { reduced.append(d) }
    }
    if dims?.isEmpty ?? true { reduced = Array(0..<x.rank) }
    reduced.sort()
    let stays = (0..<x.rank).filter { !reduced.contains($0) }
    outer = stays.map { x.shape[$0] }
    count = reduced.map { x.shape[$0] }.reduce(1, *)
    kept = (0..<x.rank).map { reduced.contains($0) ? 1 : x.shape[$0] }
    values = try x.permuted(stays + reduced).contiguous(as: dtype)
  }
}

/// A reduction and its name in errors.
struct Reduction {
  let name: String
  let kernel: ck_reduction
  var needsElements = false

  /// - Parameter compute: float32, float64 or int64: what the rows are read and the result is written as.
  func callAsFunction(
    _ x: Tensor, _ dims: [Int]?, keepDim: Bool, compute: DType, correction: Double = 0
  ) throws(TensorError) -> Tensor {
    let rows = try Rows(x, dims, name, as: compute)
    if needsElements && rows.count == 0 && rows.rows > 0 {
      throw .invalidArgument(operation: name, reason: "there are no elements to choose from in shape \(x.shape)")
    }
    let out = try Tensor(uninitialized: keepDim ? rows.kept : rows.outer, dtype: compute)
    ck_reduce(
      kernel, compute.code, Int64(rows.rows), Int64(rows.count), rows.values.address, correction, out.address)
    return out
  }
}
