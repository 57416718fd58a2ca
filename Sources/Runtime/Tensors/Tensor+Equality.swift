// Tensors as values: equal, hashable.

internal import CKernels

extension Tensor: Hashable {
  /// Whether both have the same dtype and shape and equal elements. NaN equals NaN here, so that a tensor always equals
  /// itself; for PyTorch's elementwise comparison write `a .== b`.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    guard a.dtype == b.dtype, a.shape == b.shape, a.failure == b.failure else { return false }
    if a.failure != nil { return true }
    return (try? a.hasElements(of: b)) ?? false
  }

  private func hasElements(of other: Tensor) throws -> Bool {
    let (a, b) = (try contiguous(), try other.contiguous())
    if ck_same_bytes(Int64(count * dtype.itemSize), a.address, b.address) { return true }
    let isEqual = try a .== b
    // Zeros of both signs are equal, and so are NaNs of all kinds.
    return try (dtype.isFloatingPoint ? isEqual | (a.isNaN() & b.isNaN()) : isEqual).all().item().boolValue
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
