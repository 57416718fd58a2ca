// Normalisation of channels over a batch, or of groups of channels.

import Tensors

/// y = (x - mean) / √(variance + eps) · weight + bias for each channel (Ioffe and Szegedy, 2015).
///
/// In training, mean and variance are those of the batch, and the running ones move towards them by `momentum`; in
/// inference (``Module/eval()``) the running ones are used. `weight` begins as ones, `bias` as zeros, both
/// `[channels]`.
open class BatchNorm: ChannelNorm {
  private let ranks: [Int]

  init(
    ranks: [Int], _ channels: Int, eps: Double, momentum: Double, affine: Bool, trackRunningStats: Bool, dtype: DType?
  ) throws {
    self.ranks = ranks
    try super.init(
      channels, eps: eps, momentum: momentum, affine: affine, trackRunningStats: trackRunningStats, dtype: dtype)
  }

  /// - Throws: `TensorError.shapeMismatch` unless the input has `channels` in dimension 1 and one of the ranks of the
  ///   layer.
  open override func forward(_ input: Tensor) throws -> Tensor {
    guard ranks.contains(input.rank), input.shape[1] == channels else {
      throw TensorError.shapeMismatch(
        operation: typeName, shapes: [input.shape],
        rule: "expects \(channels) channels in dimension 1 of \(ranks) dimensions")
    }
    let (mean, variance) = try statistics(of: input)
    return try batchNorm(
      input, mean: mean, variance: variance, weight: weight?.tensor, bias: bias?.tensor, epsilon: eps)
  }

  private func statistics(of input: Tensor) throws -> (mean: Tensor, variance: Tensor) {
    if !isTraining, let runningMean, let runningVar { return (runningMean.tensor, runningVar.tensor) }
    let rows = try input.transpose(0, 1).reshape([channels, -1])
    let (mean, variance) = (try rows.mean(dim: 1), try rows.variance(dim: 1, correction: 0))
    if isTraining {
      try track(mean, try rows.variance(dim: 1))
      if let numBatchesTracked { numBatchesTracked.tensor = try numBatchesTracked.tensor + 1 }
    }
    return (mean, variance)
  }
}

/// ``BatchNorm`` of `[batch, channels]` or `[batch, channels, length]`.
public final class BatchNorm1d: BatchNorm {
  /// - Throws: `TensorError` for a negative size.
  public init(
    _ channels: Int, eps: Double = 1e-5, momentum: Double = 0.1, affine: Bool = true, trackRunningStats: Bool = true,
    dtype: DType? = nil
  ) throws {
    try super.init(
      ranks: [2, 3], channels, eps: eps, momentum: momentum, affine: affine, trackRunningStats: trackRunningStats,
      dtype: dtype)
  }
}

/// ``BatchNorm`` of images `[batch, channels, height, width]`.
public final class BatchNorm2d: BatchNorm {
  /// - Throws: `TensorError` for a negative size.
  public init(
    _ channels: Int, eps: Double = 1e-5, momentum: Double = 0.1, affine: Bool = true, trackRunningStats: Bool = true,
    dtype: DType? = nil
  ) throws {
    try super.init(
      ranks: [4], channels, eps: eps, momentum: momentum, affine: affine, trackRunningStats: trackRunningStats,
      dtype: dtype)
  }
}

/// y = (x - mean) / √(variance + eps) · weight + bias for each group of channels of each sample (Wu and He, 2018).
///
/// Input and output `[batch, channels, ...]`; `weight` begins as ones, `bias` as zeros, both `[channels]`.
public final class GroupNorm: Module {
  /// `[channels]`, begins as ones; nil when not affine.
  public var weight: Parameter?
  /// `[channels]`, begins as zeros; nil when not affine.
  public var bias: Parameter?
  /// How many groups the channels form.
  public let groups: Int
  /// The size of dimension 1 of the input.
  public let channels: Int
  /// Added to the variance, so that nothing is divided by zero.
  public let eps: Double

  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` when the groups do not divide the
  ///   channels.
  public init(_ groups: Int, _ channels: Int, eps: Double = 1e-5, affine: Bool = true, dtype: DType? = nil) throws {
    guard groups > 0, channels > 0, channels.isMultiple(of: groups) else {
      throw ModuleError.invalidArgument(
        module: "GroupNorm", argument: "channels", value: "\(channels)",
        expected: "a positive multiple of groups, \(groups)")
    }
    let dtype = try parameterDType(dtype)
    (self.groups, self.channels, self.eps) = (groups, channels, eps)
    weight = affine ? try Parameter(Tensor.ones([channels], dtype: dtype)) : nil
    bias = affine ? try Parameter(Tensor.zeros([channels], dtype: dtype)) : nil
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try groupNorm(input, groups: groups, weight: weight?.tensor, bias: bias?.tensor, epsilon: eps)
  }

  public override var details: String {
    "\(groups), \(channels), eps=\(python(eps)), affine=\(python(weight != nil))"
  }
}
