// Batch norm, group norm and vectors of length one, in terms of simpler operations.

/// (x - mean) / sqrt(variance + epsilon) * weight + bias for each channel, with statistics that were collected before
/// (Ioffe and Szegedy, https://arxiv.org/abs/1502.03167).
///
/// - Parameters:
///   - x: [batch, channels, ...]
///   - mean: [channels], and so the variance, weight and bias.
public func batchNorm(
  _ x: Tensor, mean: Tensor, variance: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
) throws(TensorError) -> Tensor {
  try x.check()
  try requireFloat("batchNorm", x.dtype)
  try requireKernel("batch_norm", x.dtype, float16: false)
  guard x.rank >= 2 else {
    throw .shapeMismatch(operation: "batchNorm", shapes: [x.shape], rule: "expects [batch, channels, ...]")
  }
  let wide = x.dtype.compute
  let column = [x.shape[1]] + [Int](repeating: 1, count: x.rank - 2)
  func channel(_ tensor: Tensor) throws(TensorError) -> Tensor { try tensor.to(wide).reshape(column) }
  // One factor and one term for each channel, as PyTorch does: two passes over x.
  var factor = try 1 / (channel(variance) + epsilon).sqrt()
  if let weight { factor = try factor * channel(weight) }
  let shift = try channel(mean) * factor
  let term = if let bias { try channel(bias) - shift } else { try -shift }
  return try (x.to(wide) * factor + term).to(x.dtype)
}

/// Layer norm over groups of channels (Wu and He, https://arxiv.org/abs/1803.08494).
///
/// - Parameters:
///   - x: [batch, channels, ...]
///   - weight: [channels], and so the bias.
public func groupNorm(
  _ x: Tensor, groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
) throws(TensorError) -> Tensor {
  try x.check()
  try requireFloat("groupNorm", x.dtype)
  try requireKernel("GroupNormKernelImpl", x.dtype, float16: false)
  guard x.rank >= 2, groups > 0, groups <= Swift.max(x.shape[1], 1), x.shape[1] % groups == 0 else {
    throw .shapeMismatch(
      operation: "groupNorm", shapes: [x.shape],
      rule: "expects [batch, channels, ...] with channels divisible by \(groups)")
  }
  let wide = x.dtype.compute
  let size = x.shape[1...].reduce(1, *) / groups
  var result = try layerNorm(
    x.to(wide).reshape([x.shape[0] * groups, size]), [size], epsilon: epsilon
  ).reshape(x.shape)
  let column = [x.shape[1]] + [Int](repeating: 1, count: x.rank - 2)
  if let weight { result = try result * weight.to(wide).reshape(column) }
  if let bias { result = try result + bias.to(wide).reshape(column) }
  return try result.to(x.dtype)
}

extension Tensor {
  /// Vectors along a dimension divided by their norm, or by epsilon where that is greater.
  public func normalized(_ order: Double = 2, dim: Int = 1, epsilon: Double = 1e-12) throws(TensorError) -> Tensor {
    try self / norm(order, dim: dim, keepDim: true).clamp(min: .float(epsilon))
  }

  /// A copy with a number around it: pairs of how much before and after, from the last dimension on; negative amounts
  /// cut off.
  public func pad(_ amounts: [Int], value: Double = 0) throws(TensorError) -> Tensor {
    try check()
    guard amounts.count % 2 == 0, amounts.count / 2 <= rank else {
      throw .invalidArgument(operation: "pad", reason: "needs at most \(rank) pairs of amounts, not \(amounts)")
    }
    var (shape, source, place) = (shape, self, [(Int, Int)](repeating: (0, 0), count: rank))
    for pair in 0..<(amounts.count / 2) {
      let (d, before, after) = (rank - 1 - pair, amounts[2 * pair], amounts[2 * pair + 1])
      let sane = -(1 << 40)...(1 << 40)
      guard sane ~= before, sane ~= after, shape[d] + before + after >= 0 else {
        throw .invalidArgument(operation: "pad", reason: "\(amounts) leaves a negative size of \(self.shape)")
      }
      let (start, end) = (Swift.max(-before, 0), shape[d] - Swift.max(-after, 0))
      source = source.sliced(d, start, Swift.max(start, end), 1)
      place[d] = (Swift.max(before, 0), Swift.max(before, 0) + source.shape[d])
      shape[d] += before + after
    }
    let out = try Tensor.full(shape, value, dtype: dtype)
    var target = out
    for pair in 0..<(amounts.count / 2) {
      let d = rank - 1 - pair
      target = target.sliced(d, place[d].0, place[d].1, 1)
    }
    copyElements(of: source, to: target)
    return out
  }
}
