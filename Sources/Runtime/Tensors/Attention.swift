// Scaled dot-product attention.

/// softmax(query keyᵀ · scale + mask) value (Vaswani et al., https://arxiv.org/abs/1706.03762).
///
/// - Parameters:
///   - query: [..., queries, features]
///   - key: [..., keys, features]
///   - value: [..., keys, value features]
///   - mask: Broadcasts to [..., queries, keys]: bool (true takes part), or a float that is added to the scores.
///   - isCausal: Whether query i sees keys 0...i only; not together with a mask.
///   - scale: 1 / √features unless given.
/// - Returns: [..., queries, value features]; 16-bit floats are computed in float32 and rounded once.
/// - Throws: as ``Tensor/matmul(_:)``.
public func scaledDotProductAttention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil
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
  let wide = q.dtype.compute
  let factor = scale ?? 1 / Double(q.shape[q.rank - 1]).squareRoot()
  return try withoutAutocast { () throws(TensorError) in
    var scores = try q.to(wide).matmul(k.to(wide).transpose(-2, -1)) * factor
    if let mask = isCausal ? try causalMask(scores) : mask { scores = try masked(scores, mask) }
    return try scores.softmax(dim: -1).matmul(v.to(wide)).to(q.dtype)
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
