// Layers and initialisers draw PyTorch's numbers.

import Testing

@testable import NeuralNets
@testable import Tensors

extension Drawing {
  @Suite struct InitializationTests {
    private static let streams = Result { try reference("rng.json", as: Streams.self).streams }

    @Test func layersDrawTheirParameters() throws {
      let streams = try Self.streams.get().filter { $0.group.hasPrefix("module") }
      #expect(streams.count == 92)
      for stream in streams {
        let dtype = try #require(DType(name: stream.default_dtype))
        try withDefaultDType(dtype) {
          manualSeed(stream.seed)
          for call in stream.calls { try check(call, stream) }
        }
      }
    }

    private func check(_ call: Streams.Call, _ stream: Streams.Stream) throws {
      let module = try PythonCall(call.expr).spec().make()
      let recorded = call.parameters ?? [:]
      #expect(module.namedParameters.count == recorded.count, "\(call.expr)")
      for (name, parameter) in module.namedParameters {
        let difference = try recorded[name]?.difference(from: parameter.tensor)
        #expect(difference == nil, "\(call.expr) \(name), seed \(stream.seed), \(stream.default_dtype)")
      }
    }

    @Test func initialisersFillTensors() throws {
      let leftOut = try leftOut(of: "rng.json")
      var (checked, left) = (0, Set<String>())
      for stream in try Self.streams.get() where stream.group == "init" {
        manualSeed(stream.seed)
        for call in stream.calls {
          let name = PythonCall(call.expr).name
          if leftOut.contains(name) {
            left.insert(name)
            break
          }
          let tensor = try #require(try initialized(call.expr), "\(call.expr)")
          #expect(try call.result?.difference(from: tensor) == nil, "\(call.expr)")
          checked += 1
        }
      }
      #expect(checked == 28 && left == leftOut)
    }

    /// Nil for what this runtime does not have.
    private func initialized(_ expression: String) throws -> Tensor? {
      let call = PythonCall(expression)
      let given = call.name == "torch.rand" ? call.arguments : PythonCall(call.arguments[0]).arguments
      let shape = given.compactMap(Int.init)
      let fan: Initializer.Fan = call.keywords["mode"] == "\"fan_out\"" ? .fanOut : .fanIn
      let numbers = call.arguments.dropFirst().compactMap(Double.init)
      switch call.name {
      case "nn.init.xavier_uniform_": return try Initializer.xavierUniform(shape)
      case "nn.init.xavier_normal_": return try Initializer.xavierNormal(shape)
      case "nn.init.kaiming_uniform_":
        return try Initializer.kaimingUniform(shape, slope: call.keywords["a"] == nil ? 0 : 5.0.squareRoot(), fan: fan)
      case "nn.init.kaiming_normal_": return try Initializer.kaimingNormal(shape, fan: fan)
      case "nn.init.normal_": return try Initializer.normal(shape, mean: numbers[0], std: numbers[1])
      case "nn.init.uniform_": return try Initializer.uniform(shape, from: numbers[0], to: numbers[1])
      case "nn.init.constant_": return try Tensor.full(shape, numbers[0])
      case "nn.init.ones_": return try Tensor.ones(shape)
      case "nn.init.zeros_": return try Tensor.zeros(shape)
      case "nn.init.eye_": return try Tensor.eye(shape[0], shape[1])
      case "torch.rand": return try Tensor.rand(shape)
      default: return nil
      }
    }
  }
}
