// seed-lesson.json: the lessons' small model, layer by layer, from its random parameters to the last bit of its logits.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct SeedLesson {
    let models: [JSON]
    init() throws {
      let file = try JSON.file("seed-lesson.json")["torch_2_1_1"]
      models = [file["lesson"]] + file["variants"].list
    }

    /// The lesson's own model stands in the file without its settings.
    private func seed(_ model: JSON) -> Int { model["seed"].exists ? model["seed"].int : 123 }
    private func dim(_ model: JSON) -> Int { model["dim"].exists ? model["dim"].int : 2 }

    private func tensor(_ json: JSON) throws -> Tensor {
      let dtype = try #require(json["dtype"].dtype)
      let bytes = json["bits"].strings.flatMap { bits in
        stride(from: bits.count - 2, through: 0, by: -2).compactMap { UInt8(bits.dropFirst($0).prefix(2), radix: 16) }
      }
      return try Tensor(shape: json["shape"].ints, dtype: dtype, bytes: bytes)
    }

    /// A parameter as its layer draws it: PyTorch's Embedding, Linear and LayerNorm, in this order of operations.
    private func draw(_ name: String, _ shape: [Int], fanIn: Int) throws -> Tensor {
      if name.hasPrefix("layernorm") { return name.hasSuffix("weight") ? try .ones(shape) : try .zeros(shape) }
      var parameter = try Tensor.empty(shape)
      if name.hasPrefix("token_embedding") {
        try parameter.normal()
        return parameter
      }
      let (a, root) = (5.0.squareRoot(), Double(fanIn).squareRoot())
      let weightBound = 3.0.squareRoot() * ((2 / (1 + a * a)).squareRoot() / root)
      let bound = name.hasSuffix("weight") ? weightBound : 1 / root
      try parameter.uniform(from: -bound, to: bound)
      return parameter
    }

    @Test func parametersAreDrawnAsInPyTorch() throws {
      for model in models {
        for (key, dtype) in [("params_fp32", DType.float32), ("params_bf16_default_dtype", .bfloat16)] {
          try withDefaultDType(dtype) {
            manualSeed(seed(model))
            for item in model[key].list {
              let drawn = try draw(item["name"].string, item["shape"].ints, fanIn: dim(model))
              #expect(try drawn.sameBits(as: tensor(item)), "seed \(seed(model)) \(item["name"].string) \(dtype)")
            }
          }
        }
      }
    }

    /// Each layer gets what PyTorch's layer before it gave, so that one difference does not hide another.
    @Test func everyLayer() throws {
      for model in models {
        let parameters = try Dictionary(
          uniqueKeysWithValues: model["params_fp32"].list.map { ($0["name"].string, try tensor($0)) })
        for (key, dtype) in [("trace_fp32", DType.float32), ("trace_bf16", .bfloat16)] {
          var x = try Tensor(model["input"].list.map(\.ints))
          for layer in model[key].list {
            let name = layer["after"].string
            let weight = try #require(parameters[name + ".weight"]).to(dtype)
            let bias = try parameters[name + ".bias"]?.to(dtype)
            let result =
              switch name.prefix(5) {
              case "token": try embedding(x, weight)
              case "layer": try layerNorm(x, [dim(model)], weight: weight, bias: bias)
              default: try linear(x, weight, bias)
              }
            x = try tensor(layer)
            let steps = try units(result, x)
            let exact =
              name.hasPrefix("token")
              || [2, 16].contains(dim(model)) && !(name.hasPrefix("layer") && dim(model) > 7)
            #expect(steps <= (exact ? 0 : 2), "seed \(seed(model)) \(name) \(dtype): \(steps) units")
          }
        }
      }
    }

    /// The greatest distance in units of the greatest output's last place.
    private func units(_ a: Tensor, _ b: Tensor) throws -> Double {
      let top = try b.double().abs().max().item().doubleValue
      let distance = try (a.double() - b.double()).abs().max().item().doubleValue
      return distance / (top * b.dtype.info.eps)
    }

    @Test func theLessonsDifference() throws {
      let lesson = models[0]
      let exact = try tensor(#require(lesson["trace_fp32"].list.last))
      let rounded = try tensor(#require(lesson["trace_bf16"].list.last))
      let difference = try (rounded - exact).abs()
      #expect(try difference.hexBits() == lesson["abs_diff"]["bits"].strings)
      let (mean, greatest) = (try difference.mean().item(), try difference.max().item())
      #expect(mean.doubleValue == Double(lesson["mean_diff"]["hex"].string))
      #expect(greatest.doubleValue == Double(lesson["max_diff"]["hex"].string))
      #expect(try mean.formatted(".3e") == "9.979e-04" && greatest.formatted(".3e") == "1.691e-03")
      #expect(throws: TensorError.notImplemented(operation: "addmm", dtype: .float16)) {
        try linear(Tensor.ones([1, 2], dtype: .float16), Tensor.ones([2, 2], dtype: .float16))
      }
    }
  }
}
