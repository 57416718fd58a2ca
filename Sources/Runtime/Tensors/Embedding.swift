// Rows of a table by their numbers.

internal import CKernels

/// The rows of `weight` that `indices` name.
///
/// - Parameters:
///   - indices: int64 or int32, of any shape.
///   - weight: [rows, features], of any dtype (float16 too).
/// - Returns: The indices' shape and [features] behind it.
/// - Throws: ``TensorError/indexOutOfRange(operation:index:dim:size:)`` for a number outside 0..<rows, and errors of
///   shape and dtype.
public func embedding(_ indices: Tensor, _ weight: Tensor) throws(TensorError) -> Tensor {
  try indices.check()
  try weight.check()
  guard weight.rank == 2 else {
    throw .shapeMismatch(operation: "embedding", shapes: [weight.shape], rule: "the weight must be a matrix")
  }
  guard indices.dtype == .int64 || indices.dtype == .int32 else {
    throw .dtypeMismatch(operation: "embedding", dtypes: [indices.dtype], rule: "indices must be int64 or int32")
  }
  let places = try indices.contiguous(as: .int64)
  try places.checkPlaces(below: weight.shape[0], 0, "embedding")
  let table = try weight.contiguous()
  let out = try Tensor(uninitialized: indices.shape + [weight.shape[1]], dtype: weight.dtype)
  ck_select(
    Int64(weight.shape[1] * weight.dtype.itemSize), 1, Int64(weight.shape[0]), Int64(places.count),
    places.address.assumingMemoryBound(to: Int64.self), table.address, out.address)
  return out
}
