// PyTorch's recorded modules, made anew.

import Testing

@testable import NeuralNets
@testable import Tensors

/// A value in a spec: Python's arguments.
indirect enum Argument: Decodable, Equatable {
  case number(Double)
  case flag(Bool)
  case text(String)
  case list([Argument])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try container.decode([Argument].self))
    }
  }

  var int: Int? { if case .number(let value) = self { Int(value) } else { nil } }
  var double: Double? { if case .number(let value) = self { value } else { nil } }
  var bool: Bool? { if case .flag(let value) = self { value } else { nil } }
  var string: String? { if case .text(let value) = self { value } else { nil } }
  /// One number stands for both of a pair.
  var ints: [Int]? { if case .list(let values) = self { values.compactMap(\.int) } else { int.map { [$0] } } }
}

/// A layer that this runtime does not have.
struct UnsupportedLayer: Error {
  let type: String
}

final class Spec: Decodable {
  let type: String
  var args: [Argument]? = nil
  var kwargs: [String: Argument]? = nil
  var children: [Child]? = nil
  var `class`: String? = nil
  var extra_repr: String? = nil
  var own_parameters: [OwnParameter]? = nil
  var own_buffers: [OwnBuffer]? = nil
  var tie: [String]? = nil

  /// A name and a spec.
  struct Child: Decodable {
    let name: String
    let spec: Spec

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      spec = try container.decode(Spec.self)
    }
  }

  /// A name and a shape, or null for a parameter that is not there.
  struct OwnParameter: Decodable {
    let name: String
    let shape: [Int]?

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      shape = try container.decode([Int]?.self)
    }
  }

  /// A name, a shape, a dtype and whether it is persistent.
  struct OwnBuffer: Decodable {
    let name: String
    let shape: [Int]
    let dtype: String
    let persistent: Bool

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      shape = try container.decode([Int].self)
      dtype = try container.decode(String.self)
      persistent = try container.decode(Bool.self)
    }
  }
}

/// A class of the spec's own: what it holds is known only at run time, so it overrides what reflection would find.
final class CustomModule: Module {
  private let name: String
  private let extra: String
  private let parts: Members

  init(_ spec: Spec) throws {
    name = spec.class ?? ""
    extra = spec.extra_repr ?? ""
    var parts = Members(children: try spec.madeChildren())
    for own in spec.own_parameters ?? [] {
      if let shape = own.shape { parts.parameters.append((own.name, try Parameter(Tensor.zeros(shape)))) }
    }
    for own in spec.own_buffers ?? [] {
      let dtype = try #require(DType(name: own.dtype))
      let buffer = Buffer(try Tensor.zeros(own.shape, dtype: dtype), persistent: own.persistent)
      parts.buffers.append((own.name, buffer))
    }
    self.parts = parts
    super.init()
    if let tie = spec.tie { try tieWeights(tie[0], to: tie[1]) }
  }

  private func tieWeights(_ target: String, to source: String) throws {
    let weight = try #require(namedParameters.first { $0.name == source }).parameter
    let owner = try #require(namedModules.first { target == $0.name + ".weight" }).module
    try #require(owner as? Linear).weight = weight
  }

  override func members() -> Members { parts }
  override var typeName: String { name }
  override var details: String { extra }
}

extension Spec {
  func madeChildren() throws -> [(name: String, module: Module)] {
    try (children ?? []).map { ($0.name, try $0.spec.make()) }
  }

  private func int(_ position: Int) throws -> Int { try #require(args?[position].int) }
  private func ints(_ position: Int) throws -> [Int] { try #require(args?[position].ints) }
  private func flag(_ name: String, _ standard: Bool) -> Bool { kwargs?[name]?.bool ?? standard }
  private func option(_ name: String) -> Argument? { kwargs?[name] }
  private func window(_ name: String, _ standard: Int) -> WindowSize { WindowSize(option(name)?.ints ?? [standard]) }
  private var dtype: DType? { option("dtype")?.string.flatMap { DType(name: $0.dropFirst()) } }
  private var mode: EmbeddingBag.Mode? { option("mode")?.string.flatMap { EmbeddingBag.Mode(rawValue: $0) } }
  private var paddingRule: PaddingRule? { option("padding")?.string.flatMap { PaddingRule(rawValue: $0) } }
  private var hasUnsupportedOptions: Bool {
    ["max_norm", "padding_mode"].contains { kwargs?[$0] != nil }
  }

  func make() throws -> Module {
    if hasUnsupportedOptions { throw UnsupportedLayer(type: type + " with options") }
    switch type {
    case "Custom": return try CustomModule(self)
    case "Module": return Module()
    case "Sequential":
      return Sequential(entries: try madeChildren().map { NamedModule(name: $0.name, module: $0.module) })
    case "ModuleList": return ModuleList(try madeChildren().map(\.module))
    case "ModuleDict": return ModuleDict(try madeChildren().map { NamedModule(name: $0.name, module: $0.module) })
    default: return try makeLayer()
    }
  }
}

extension Spec {
  private func makeLayer() throws -> Module {
    switch type {
    case "Linear": try Linear(int(0), int(1), bias: flag("bias", true), dtype: dtype)
    case "Embedding": try Embedding(int(0), int(1), paddingIndex: option("padding_idx")?.int, dtype: dtype)
    case "LayerNorm":
      try LayerNorm(
        ints(0), eps: option("eps")?.double ?? 1e-5, elementwiseAffine: flag("elementwise_affine", true),
        bias: flag("bias", true))
    case "Dropout": try Dropout(args?.first?.double ?? 0.5, inplace: flag("inplace", false))
    case "Dropout2d": try Dropout2d(args?.first?.double ?? 0.5, inplace: flag("inplace", false))
    case "EmbeddingBag": try EmbeddingBag(int(0), int(1), mode: mode ?? .mean, dtype: dtype)
    case "InstanceNorm2d":
      try InstanceNorm2d(int(0), affine: flag("affine", false), trackRunningStats: flag("track_running_stats", false))
    case "ConvTranspose2d":
      try ConvTranspose2d(
        int(0), int(1), kernel: WindowSize(ints(2)), stride: window("stride", 1), padding: window("padding", 0),
        outputPadding: window("output_padding", 0), groups: option("groups")?.int ?? 1, bias: flag("bias", true),
        dilation: window("dilation", 1))
    case "Conv2d" where paddingRule != nil:
      try Conv2d(
        int(0), int(1), kernel: WindowSize(ints(2)), stride: window("stride", 1), padding: #require(paddingRule),
        dilation: window("dilation", 1), groups: option("groups")?.int ?? 1, bias: flag("bias", true))
    case "Conv2d":
      try Conv2d(
        int(0), int(1), kernel: WindowSize(ints(2)), stride: window("stride", 1), padding: window("padding", 0),
        dilation: window("dilation", 1), groups: option("groups")?.int ?? 1, bias: flag("bias", true))
    case "Conv1d": try Conv1d(int(0), int(1), kernel: int(2))
    case "MultiheadAttention":
      try MultiheadAttention(
        int(0), heads: int(1), bias: flag("bias", true), keyDimension: option("kdim")?.int,
        valueDimension: option("vdim")?.int, batchFirst: flag("batch_first", false))
    case "MaxPool2d":
      try MaxPool2d(
        WindowSize(ints(0)), stride: option("stride").map { WindowSize($0.ints ?? []) }, padding: window("padding", 0))
    case "AvgPool2d": try AvgPool2d(WindowSize(ints(0)))
    case "AdaptiveAvgPool2d": try AdaptiveAvgPool2d(WindowSize(ints(0)))
    case "BatchNorm1d": try BatchNorm1d(int(0))
    case "BatchNorm2d":
      try BatchNorm2d(int(0), affine: flag("affine", true), trackRunningStats: flag("track_running_stats", true))
    case "GroupNorm": try GroupNorm(int(0), int(1))
    case "ZeroPad2d": try ZeroPad2d(WindowSize(ints(0)))
    case "PixelShuffle": try PixelShuffle(int(0))
    case "Upsample": Upsample(scale: option("scale_factor")?.double ?? 1)
    case "CrossEntropyLoss": CrossEntropyLoss()
    case "MSELoss": MSELoss()
    case "L1Loss": L1Loss()
    case "TransformerEncoderLayer": try TransformerEncoderLayer(int(0), heads: int(1), hidden: int(2))
    case "TransformerDecoderLayer": try TransformerDecoderLayer(int(0), heads: int(1), hidden: int(2))
    case "Bilinear": try Bilinear(int(0), int(1), args?[2].int ?? 0)
    case "Unflatten": try Unflatten(int(0), ints(1))
    case "Identity": Identity()
    case "Flatten": args?.isEmpty ?? true ? Flatten() : try Flatten(int(0), int(1))
    default: try makeActivation()
    }
  }

  private func makeActivation() throws -> Module {
    switch type {
    case "ReLU": ReLU(inplace: flag("inplace", false))
    case "GELU": GELU(approximate: option("approximate")?.string == "tanh" ? .tanh : .none)
    case "GLU": GLU()
    case "Hardtanh": Hardtanh()
    case "Threshold": Threshold(args?[0].double ?? 0, args?[1].double ?? 0)
    case "ReLU6": ReLU6()
    case "LeakyReLU": LeakyReLU(args?.first?.double ?? 0.01)
    case "PReLU": try PReLU()
    case "ELU": ELU()
    case "Hardswish": Hardswish()
    case "Mish": Mish()
    case "Softplus": Softplus()
    case "SiLU": SiLU()
    case "Sigmoid": Sigmoid()
    case "Tanh": Tanh()
    case "Softmax": Softmax(dim: option("dim")?.int)
    case "LogSoftmax": LogSoftmax(dim: option("dim")?.int)
    default: throw UnsupportedLayer(type: type)
    }
  }
}
