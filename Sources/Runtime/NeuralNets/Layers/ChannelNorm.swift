// What batch norm and instance norm have in common: a weight and a bias per channel, and running statistics.

import Tensors

/// A normalisation of channels that can scale and shift each, and keep running statistics.
open class ChannelNorm: Module {
  /// `[channels]`, begins as ones; nil when not affine.
  public var weight: Parameter?
  /// `[channels]`, begins as zeros; nil when not affine.
  public var bias: Parameter?
  /// `[channels]`, the running mean; nil when it is not tracked.
  public let runningMean: Buffer?
  /// `[channels]`, the running variance; nil when it is not tracked.
  public let runningVar: Buffer?
  /// How many batches the running statistics have seen, int64; nil when they are not tracked.
  public let numBatchesTracked: Buffer?
  /// The size of dimension 1 of the input.
  public let channels: Int
  /// Added to the variance, so that nothing is divided by zero.
  public let eps: Double
  /// The share of each batch in the running statistics.
  public let momentum: Double

  init(_ channels: Int, eps: Double, momentum: Double, affine: Bool, trackRunningStats: Bool, dtype: DType?) throws {
    let dtype = try parameterDType(dtype)
    (self.channels, self.eps, self.momentum) = (channels, eps, momentum)
    weight = affine ? try Parameter(Tensor.ones([channels], dtype: dtype)) : nil
    bias = affine ? try Parameter(Tensor.zeros([channels], dtype: dtype)) : nil
    runningMean = trackRunningStats ? Buffer(try Tensor.zeros([channels], dtype: dtype)) : nil
    runningVar = trackRunningStats ? Buffer(try Tensor.ones([channels], dtype: dtype)) : nil
    numBatchesTracked = trackRunningStats ? Buffer(try Tensor.zeros([], dtype: .int64)) : nil
    super.init()
  }

  /// Moves the running statistics towards those of a batch by `momentum`.
  func track(_ mean: Tensor, _ variance: Tensor) throws {
    if let runningMean { runningMean.tensor = try runningMean.tensor * (1 - momentum) + mean * momentum }
    if let runningVar { runningVar.tensor = try runningVar.tensor * (1 - momentum) + variance * momentum }
  }

  /// The properties' names in PyTorch's style.
  open override func key(ofProperty property: String) -> String { snakeCase(property) }

  open override var details: String {
    "\(channels), eps=\(python(eps)), momentum=\(python(momentum)), affine=\(python(weight != nil)), "
      + "track_running_stats=\(python(runningMean != nil))"
  }
}
