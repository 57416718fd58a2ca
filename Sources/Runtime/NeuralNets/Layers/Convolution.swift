// Convolutions over images and sequences.

import Tensors

/// Slides small windows of weights over an image: cross-correlation, which deep learning calls convolution.
///
/// Input `[batch, inChannels, height, width]` (or without the batch), output `[batch, outChannels, height', width']`
/// with height' = (height + 2 padding - dilation (kernel - 1) - 1) / stride + 1. `weight` has shape `[outChannels,
/// inChannels / groups, kernel height, kernel width]`; it and then `bias` are drawn uniformly from ±1/√(inChannels /
/// groups · kernel area).
///
///     let patches = try Conv2d(3, 768, kernel: 16, stride: 16)
///     try patches(Tensor.zeros([1, 3, 384, 384])).shape   // [1, 768, 24, 24]
open class Conv2d: Module {
  /// `[outChannels, inChannels / groups, kernel...]`.
  public var weight: Parameter
  /// `[outChannels]`; nil without bias.
  public var bias: Parameter?
  let settings: ConvolutionSettings

  /// - Parameter kernel: The window's height and width, or one number for both; so are the others.
  /// - Parameter groups: Into how many independent parts the channels are divided.
  /// - Parameter dtype: The default dtype unless named.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` for sizes that cannot be, such as
  ///   channels that the groups do not divide.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: WindowSize, stride: WindowSize = 1, padding: WindowSize = 0,
    dilation: WindowSize = 1, groups: Int = 1, bias: Bool = true, dtype: DType? = nil
  ) throws {
    settings = try ConvolutionSettings(
      module: "Conv2d", inChannels, outChannels, dimensions: 2, kernel, stride, padding, dilation, groups)
    let fan = FanInit(fanIn: settings.fanIn, dtype: try parameterDType(dtype))
    weight = try fan.weight(settings.weightShape)
    self.bias = bias ? try fan.bias(outChannels) : nil
    super.init()
  }

  /// With a rule instead of numbers for the padding.
  ///
  ///     try Conv2d(1, 2, kernel: 3, padding: .same)(Tensor.zeros([1, 1, 5, 7])).shape   // [1, 2, 5, 7]
  /// - Throws: As with numbers, and ``ModuleError/invalidArgument(module:argument:value:expected:)`` for a stride other
  ///   than 1 together with `same`.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: WindowSize, stride: WindowSize = 1, padding: PaddingRule,
    dilation: WindowSize = 1, groups: Int = 1, bias: Bool = true, dtype: DType? = nil
  ) throws {
    var settings = try ConvolutionSettings(
      module: "Conv2d", inChannels, outChannels, dimensions: 2, kernel, stride, 0, dilation, groups)
    try settings.pad(by: padding, "Conv2d")
    self.settings = settings
    let fan = FanInit(fanIn: settings.fanIn, dtype: try parameterDType(dtype))
    weight = try fan.weight(settings.weightShape)
    self.bias = bias ? try fan.bias(outChannels) : nil
    super.init()
  }

  open override func forward(_ input: Tensor) throws -> Tensor {
    let extra = settings.extraPadding
    let input = extra == [0, 0] ? input : try input.pad([0, extra[1], 0, extra[0]])
    return try conv2d(
      input, weight.tensor, bias?.tensor, stride: WindowSize(settings.stride), padding: WindowSize(settings.padding),
      dilation: WindowSize(settings.dilation), groups: settings.groups)
  }

  open override var details: String { settings.details(hasBias: bias != nil) }
}

/// As ``Conv2d``, over sequences: input `[batch, inChannels, length]`, output `[batch, outChannels, length']`.
open class Conv1d: Module {
  /// `[outChannels, inChannels / groups, kernel...]`.
  public var weight: Parameter
  /// `[outChannels]`; nil without bias.
  public var bias: Parameter?
  let settings: ConvolutionSettings

  /// - Throws: As ``Conv2d``'s.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true, dtype: DType? = nil
  ) throws {
    settings = try ConvolutionSettings(
      module: "Conv1d", inChannels, outChannels, dimensions: 1, WindowSize(kernel), WindowSize(stride),
      WindowSize(padding), WindowSize(dilation), groups)
    let fan = FanInit(fanIn: settings.fanIn, dtype: try parameterDType(dtype))
    weight = try fan.weight(settings.weightShape)
    self.bias = bias ? try fan.bias(outChannels) : nil
    super.init()
  }

  open override func forward(_ input: Tensor) throws -> Tensor {
    try conv1d(
      input, weight.tensor, bias?.tensor, stride: settings.stride[0], padding: settings.padding[0],
      dilation: settings.dilation[0], groups: settings.groups)
  }

  open override var details: String { settings.details(hasBias: bias != nil) }
}

/// How a convolution finds its padding, as PyTorch's words: `same` keeps height and width (what does not divide evenly
/// goes below and to the right), `valid` pads nothing.
public enum PaddingRule: String, Sendable {
  case same, valid
}

/// The sizes of a convolution, checked.
struct ConvolutionSettings {
  let inChannels, outChannels, groups: Int
  let kernel, stride, dilation: [Int]
  /// On both sides of each dimension.
  private(set) var padding: [Int]
  /// What is padded besides at the end of each dimension.
  private(set) var extraPadding: [Int]
  private var rule: PaddingRule?

  init(
    module: String, _ inChannels: Int, _ outChannels: Int, dimensions: Int, _ kernel: WindowSize, _ stride: WindowSize,
    _ padding: WindowSize, _ dilation: WindowSize, _ groups: Int
  ) throws {
    func sizes(_ argument: String, _ window: WindowSize, least: Int) throws -> [Int] {
      try Self.sizes(of: window, argument, least: least, dimensions, module)
    }
    func divisible(_ argument: String, _ channels: Int) throws {
      guard groups > 0, channels > 0, channels.isMultiple(of: groups) else {
        throw ModuleError.invalidArgument(
          module: module, argument: argument, value: "\(channels)", expected: "a positive multiple of groups, \(groups)"
        )
      }
    }
    try divisible("inChannels", inChannels)
    try divisible("outChannels", outChannels)
    (self.inChannels, self.outChannels, self.groups) = (inChannels, outChannels, groups)
    self.kernel = try sizes("kernel", kernel, least: 1)
    self.stride = try sizes("stride", stride, least: 1)
    self.padding = try sizes("padding", padding, least: 0)
    self.dilation = try sizes("dilation", dilation, least: 1)
    extraPadding = [Int](repeating: 0, count: dimensions)
  }

  /// One number for each dimension.
  static func sizes(
    of window: WindowSize, _ argument: String, least: Int, _ dimensions: Int, _ module: String
  ) throws -> [Int] {
    let values = window.values.count == 1 ? [Int](repeating: window.values[0], count: dimensions) : window.values
    guard values.count == dimensions, values.allSatisfy({ $0 >= least }) else {
      throw ModuleError.invalidArgument(
        module: module, argument: argument, value: "\(window.values)",
        expected: "\(dimensions == 1 ? "one number" : "one or \(dimensions) numbers") of at least \(least)")
    }
    return values
  }

  mutating func pad(by rule: PaddingRule, _ module: String) throws {
    self.rule = rule
    guard rule == .same else { return }
    guard stride.allSatisfy({ $0 == 1 }) else {
      throw ModuleError.invalidArgument(
        module: module, argument: "stride", value: "\(stride)", expected: "1 when the padding is `same`")
    }
    // Sizes that overflow are refused when the layer is called.
    let all = zip(kernel, dilation).map { $1 &* ($0 - 1) }
    padding = all.map { $0 / 2 }
    extraPadding = all.map { $0 % 2 }
  }

  var weightShape: [Int] { [outChannels, inChannels / groups] + kernel }
  var transposedWeightShape: [Int] { [inChannels, outChannels / groups] + kernel }
  var fanIn: Int { Self.fanIn(of: weightShape) }
  /// As PyTorch counts it, also for a transposed convolution. Saturates: a kernel that large cannot be allocated anyway.
  static func fanIn(of weightShape: [Int]) -> Int {
    weightShape.dropFirst().reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
  }

  func details(hasBias: Bool, outputPadding: [Int] = []) -> String {
    var text = "\(inChannels), \(outChannels), kernel_size=\(tuple(kernel)), stride=\(tuple(stride))"
    if let rule {
      text += ", padding=\(rule)"
    } else if padding.contains(where: { $0 != 0 }) {
      text += ", padding=\(tuple(padding))"
    }
    if dilation.contains(where: { $0 != 1 }) { text += ", dilation=\(tuple(dilation))" }
    if outputPadding.contains(where: { $0 != 0 }) { text += ", output_padding=\(tuple(outputPadding))" }
    if groups != 1 { text += ", groups=\(groups)" }
    return hasBias ? text : text + ", bias=False"
  }
}
