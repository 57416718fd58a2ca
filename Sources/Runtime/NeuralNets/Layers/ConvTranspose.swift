// A layer that enlarges images.

import Tensors

/// The transpose of a ``Conv2d``: each pixel paints a window of the output, and what overlaps is added.
///
/// Input `[batch, inChannels, height, width]` (or without the batch), output `[batch, outChannels, height', width']`
/// with height' = (height - 1) stride - 2 padding + dilation (kernel - 1) + 1 + outputPadding. `weight` has shape
/// `[inChannels, outChannels / groups, kernel height, kernel width]`; it and then `bias` are drawn uniformly from
/// ±1/√(outChannels / groups · kernel area).
///
///     try ConvTranspose2d(3, 2, kernel: 2, stride: 2)(Tensor.zeros([1, 3, 4, 4])).shape   // [1, 2, 8, 8]
public final class ConvTranspose2d: Module {
  /// `[inChannels, outChannels / groups, kernel...]`.
  public var weight: Parameter
  /// `[outChannels]`; nil without bias.
  public var bias: Parameter?
  let settings: ConvolutionSettings
  private let outputPadding: [Int]

  /// - Parameter kernel: The window's height and width, or one number for both; so are the others.
  /// - Parameter outputPadding: Rows and columns added below and to the right.
  /// - Parameter dtype: The default dtype unless named.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` for sizes that cannot be, such as
  ///   channels that the groups do not divide.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: WindowSize, stride: WindowSize = 1, padding: WindowSize = 0,
    outputPadding: WindowSize = 0, groups: Int = 1, bias: Bool = true, dilation: WindowSize = 1, dtype: DType? = nil
  ) throws {
    settings = try ConvolutionSettings(
      module: "ConvTranspose2d", inChannels, outChannels, dimensions: 2, kernel, stride, padding, dilation, groups)
    self.outputPadding = try ConvolutionSettings.sizes(
      of: outputPadding, "outputPadding", least: 0, 2, "ConvTranspose2d")
    let shape = settings.transposedWeightShape
    let fan = FanInit(fanIn: ConvolutionSettings.fanIn(of: shape), dtype: try parameterDType(dtype))
    weight = try fan.weight(shape)
    self.bias = bias ? try fan.bias(outChannels) : nil
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try convTranspose2d(
      input, weight.tensor, bias?.tensor, stride: WindowSize(settings.stride), padding: WindowSize(settings.padding),
      outputPadding: WindowSize(outputPadding), groups: settings.groups, dilation: WindowSize(settings.dilation))
  }

  public override var details: String {
    settings.details(hasBias: bias != nil, outputPadding: outputPadding)
  }
}
