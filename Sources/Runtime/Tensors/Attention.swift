// Scaled dot-product attention.

internal import CKernels

/// Where attention rounds bfloat16.
public enum AttentionRounding: Sendable {
  /// The result only, as fused attention does.
  case once
  /// After each step (product, scale, mask, softmax), as separate operations do. Rows of more than 1024 keys are rounded
  /// once all the same.
  case eachStep
}

/// softmax(query keyᵀ · scale + mask) value (Vaswani et al., https://arxiv.org/abs/1706.03762).
///
/// - Parameters:
///   - query: [..., queries, features]
///   - key: [..., keys, features]
///   - value: [..., keys, value features]
///   - mask: Broadcasts to [..., queries, keys]: bool (true takes part), or a float that is added to the scores.
///   - isCausal: Whether query i sees keys 0...i only; not together with a mask.
///   - scale: 1 / √features unless given.
///   - rounding: Where bfloat16 is rounded: once at the end, or as by separate operations.
/// - Returns: [..., queries, value features]; 16-bit floats are computed in float32.
/// - Throws: as ``Tensor/matmul(_:)``.
public func scaledDotProductAttention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil,
  rounding: AttentionRounding = .once
) throws(TensorError) -> Tensor {
  let (q, k, v) = (try query.attentionInput(), try key.attentionInput(), try value.attentionInput())
  try requireSame("scaledDotProductAttention", q, k)
  try requireSame("scaledDotProductAttention", q, v)
  guard q.shape[q.rank - 1] == k.shape[k.rank - 1], k.shape[k.rank - 2] == v.shape[v.rank - 2] else {
    throw .shapeMismatch(
      operation: "scaledDotProductAttention", shapes: [query.shape, key.shape, value.shape],
      rule: "query and key need equal features, key and value equal lengths")
  }
  if mask != nil && isCausal {
    throw .invalidArgument(operation: "scaledDotProductAttention", reason: "give a mask or isCausal, not both")
  }
  try requireKernel("baddbmm", q.dtype, float16: false)
  let factor = scale ?? 1 / Double(q.shape[q.rank - 1]).squareRoot()
  guard q.dtype.compute == .float32, q.rank > 2, k.shape[k.rank - 2] > 0 else {
    return try plainAttention(q, k, v, mask: mask, isCausal: isCausal, scale: factor)
  }
  if q.dtype == .float16 {
    let wide = try withoutAutocast { () throws(TensorError) in
      try scaledDotProductAttention(
        q.to(.float32), k.to(.float32), v.to(.float32), mask: mask, isCausal: isCausal, scale: factor)
    }
    return try wide.to(.float16)
  }
  return try fusedAttention(
    q, k, v, mask: mask, isCausal: isCausal, scale: Float(factor), rounds: rounding == .eachStep)
}

/// All scores at once.
private func plainAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?, isCausal: Bool, scale: Double
) throws(TensorError) -> Tensor {
  let wide = q.dtype.compute
  return try withoutAutocast { () throws(TensorError) in
    var scores = try q.to(wide).matmul(k.to(wide).transpose(-2, -1)) * scale
    if let mask = isCausal ? try causalMask(scores) : mask { scores = try masked(scores, mask) }
    return try scores.softmax(dim: -1).matmul(v.to(wide)).to(q.dtype)
  }
}

/// A block of scores at a time, which are never written as a whole. The result's memory is laid out as
/// [..., queries, heads, features], so that joining the heads copies nothing.
private func fusedAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?, isCausal: Bool, scale: Float, rounds: Bool
) throws(TensorError) -> Tensor {
  let (queries, keys) = (q.shape[q.rank - 2], k.shape[k.rank - 2])
  let (features, width) = (q.shape[q.rank - 1], v.shape[v.rank - 1])
  var batch = try broadcastShape("scaledDotProductAttention", Array(q.shape.dropLast(2)), Array(k.shape.dropLast(2)))
  batch = try broadcastShape("scaledDotProductAttention", batch, Array(v.shape.dropLast(2)))
  let (query, key) = (try q.heads(batch, queries, features), try k.heads(batch, keys, features))
  let (value, mask) = (try v.heads(batch, keys, width), try mask?.additiveMask(batch, queries, keys))
  let heads = batch.count - 1
  let memory = Array(batch.dropLast()) + [queries, batch[heads], width]
  let out = try Tensor(uninitialized: memory, dtype: q.dtype).transpose(heads, heads + 1)
  guard out.count > 0 else { return out }
  var starts: [Int64] = []
  for tensor in [query, key, value, mask ?? query, out] { starts += tensor.starts(of: batch.count) }
  let done = starts.withUnsafeBufferPointer { starts in
    var call = ck_attention(
      dtype: q.dtype.code, count: Int64(batch.reduce(1, *)), queries: Int64(queries), keys: Int64(keys),
      features: Int64(features), value_features: Int64(width), q: query.matrix, k: key.matrix, v: value.matrix,
      starts: starts.baseAddress, mask: mask.map { UnsafePointer($0.address.assumingMemoryBound(to: Float.self)) },
      mask_step: Int64(mask?.strides[batch.count] ?? 0), out_step: Int64(out.strides[batch.count]),
      is_causal: isCausal, rounds: rounds, scale: scale, out: out.address)
    return ck_attend(&call)
  }
  guard done else { throw .outOfMemory(shape: out.shape, dtype: out.dtype) }
  return out
}

extension Tensor {
  /// Expanded to a batch of matrices with a kernel's dtype.
  fileprivate func heads(_ batch: [Int], _ rows: Int, _ columns: Int) throws(TensorError) -> Tensor {
    try expanded(to: batch + [rows, columns], "scaledDotProductAttention")
  }

  /// What is added to the scores, of contiguous rows: zeros and infinities for a bool mask.
  fileprivate func additiveMask(_ batch: [Int], _ queries: Int, _ keys: Int) throws(TensorError) -> Tensor {
    try check()
    let zeros = dtype == .bool ? try Tensor.zeros(shape, dtype: .float32) : self
    var added = dtype == .bool ? try zeros.maskedFill(~self, -Double.infinity) : self
    added = try added.contiguous(as: .float32).expanded(to: batch + [queries, keys], "scaledDotProductAttention")
    return added.strides[added.rank - 1] == 1 || keys == 1 ? added : try added.contiguous()
  }
}

private func causalMask(_ scores: Tensor) throws(TensorError) -> Tensor {
  try Tensor.ones(Array(scores.shape.suffix(2)), dtype: .bool).tril()
}

private func masked(_ scores: Tensor, _ mask: Tensor) throws(TensorError) -> Tensor {
  try mask.check()
  if mask.dtype != .bool { return try scores + mask.to(scores.dtype) }
  return try Tensor.where(mask, scores, -Double.infinity)
}

extension Tensor {
  fileprivate func attentionInput() throws(TensorError) -> Tensor {
    try check()
    guard rank >= 2 else {
      throw .shapeMismatch(
        operation: "scaledDotProductAttention", shapes: [shape], rule: "inputs need at least 2 dimensions")
    }
    return try autocasted(self)
  }

  /// The elements on and below a diagonal of each matrix, zeros above; `diagonal` 1 is the one above the main one.
  public func tril(_ diagonal: Int = 0) throws(TensorError) -> Tensor { try triangle("tril", diagonal, upper: false) }

  /// The elements on and above a diagonal of each matrix, zeros below.
  public func triu(_ diagonal: Int = 0) throws(TensorError) -> Tensor { try triangle("triu", diagonal, upper: true) }

  private func triangle(_ name: String, _ diagonal: Int, upper: Bool) throws(TensorError) -> Tensor {
    try check()
    guard rank >= 2 else {
      throw .shapeMismatch(operation: name, shapes: [shape], rule: "needs at least 2 dimensions")
    }
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let distance = try Tensor.arange(columns) - Tensor.arange(rows).unsqueeze(1)
    let kept = try upper ? distance .>= diagonal : distance .<= diagonal
    return try maskedFill(~kept, 0)
  }
}
