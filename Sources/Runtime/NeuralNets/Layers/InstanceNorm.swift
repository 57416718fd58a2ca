// Normalisation of each channel of each image by itself.

import Tensors

/// y = (x - mean) / √(variance + eps) · weight + bias for each channel of each image (Ulyanov, Vedaldi and Lempitsky,
/// 2016).
///
/// Input and output `[batch, channels, height, width]`, or without the batch. Without `affine` there is no weight and no
/// bias. With `trackRunningStats` training moves the running statistics towards the mean of the images' own, and
/// inference (``Module/eval()``) uses them; as in PyTorch, `numBatchesTracked` stays zero.
///
///     try InstanceNorm2d(3)(Tensor.randn([2, 3, 8, 8])).mean(dim: 2, 3)   // zeros, [2, 3]
public final class InstanceNorm2d: ChannelNorm {
  /// - Throws: `TensorError` for a negative size.
  public override init(
    _ channels: Int, eps: Double = 1e-5, momentum: Double = 0.1, affine: Bool = false, trackRunningStats: Bool = false,
    dtype: DType? = nil
  ) throws {
    try super.init(
      channels, eps: eps, momentum: momentum, affine: affine, trackRunningStats: trackRunningStats, dtype: dtype)
  }

  /// - Throws: `TensorError.shapeMismatch` unless the input has `channels` channels and, where it is normalised by
  ///   its own statistics, more than one place.
  public override func forward(_ input: Tensor) throws -> Tensor {
    if input.rank == 3 { return try forward(input.unsqueeze(0)).squeeze(0) }
    guard input.rank == 4, input.shape[1] == channels else {
      throw mismatch(input, "expects \(channels) channels in [batch, channels, height, width]")
    }
    if !isTraining, let runningMean, let runningVar {
      return try batchNorm(
        input, mean: runningMean.tensor, variance: runningVar.tensor, weight: weight?.tensor, bias: bias?.tensor,
        epsilon: eps)
    }
    guard input.shape[2...] != [1, 1] else { throw mismatch(input, "has one place only: its variance is zero") }
    if isTraining, runningMean != nil { try trackImages(input) }
    return try groupNorm(input, groups: channels, weight: weight?.tensor, bias: bias?.tensor, epsilon: eps)
  }

  private func trackImages(_ input: Tensor) throws {
    let places = try input.flatten(2)
    try track(places.mean(dim: 2).mean(dim: 0), places.variance(dim: 2).mean(dim: 0))
  }

  private func mismatch(_ input: Tensor, _ rule: String) -> TensorError {
    .shapeMismatch(operation: typeName, shapes: [input.shape], rule: rule)
  }
}
