// What layers compute, by hand or by the operation that they stand for.

import Foundation
import Testing

@testable import NeuralNets
@testable import Tensors

private struct AutocastCases: Decodable {
  struct Case: Decodable {
    let module, module_dtype, input_dtype: String
    var result_dtype: String?
  }
  let modules: [Case]
}

private struct PrintedParameters: Decodable {
  struct Case: Decodable {
    let dtype, b64, text: String
    let shape: [Int]
  }
  let parameters: [Case]
}

/// A linear layer in name only.
private final class Doubled: Linear {
  override func forward(_ input: Tensor) throws -> Tensor { try input * 2.0 }
}

private final class Recorder {
  var names: [String] = []
}

extension Drawing {
  @Suite struct LayerTests {
    private func close(_ a: Tensor, _ b: Tensor, within tolerance: Float = 1e-6) throws -> Bool {
      let (x, y) = (try [Float](a), try [Float](b))
      return a.shape == b.shape && zip(x, y).allSatisfy { ($0 - $1).magnitude <= tolerance }
    }

    @Test func linearAndBilinear() throws {
      let layer = try Linear(2, 1)
      layer.weight.tensor = try Tensor([[2.0, 3.0]])
      layer.bias?.tensor = try Tensor([0.5])
      #expect(try [Float](layer(Tensor([[1.0, 10.0]]))) == [32.5])
      let form = try Bilinear(2, 2, 1, bias: false)
      form.weight.tensor = try Tensor([[[1.0, 2.0], [3.0, 4.0]]])
      #expect(try [Float](form(Tensor([[1.0, 2.0]]), Tensor([[5.0, 6.0]]))) == [17 + 2 * 39])
    }

    @Test func batchNormUsesTheBatchThenTheRunningStatistics() throws {
      let norm = try BatchNorm1d(1, eps: 0)
      let batch = try Tensor([[1.0], [3.0]])
      #expect(try [Float](norm(batch)) == [-1, 1])
      #expect(try close(norm.runningMean?.tensor ?? batch, Tensor([0.2])))
      #expect(try close(norm.runningVar?.tensor ?? batch, Tensor([1.1])))
      #expect(try norm.numBatchesTracked?.tensor.item() == 1)
      norm.eval()
      norm.runningMean?.tensor = try Tensor([1.0])
      norm.runningVar?.tensor = try Tensor([4.0])
      #expect(try [Float](norm(batch)) == [0, 1])
      #expect(throws: TensorError.self) { try norm(Tensor.zeros([2, 3])) }
      #expect(throws: TensorError.self) { try BatchNorm2d(1)(batch) }
    }

    @Test func groupNormOfOneGroupIsLayerNorm() throws {
      let x = try Tensor.arange(12.0).reshape([2, 2, 3])
      let expected = try layerNorm(x, [2, 3])
      #expect(try close(GroupNorm(1, 2)(x), expected))
    }

    @Test func attentionIsScaledDotProductPerHead() throws {
      manualSeed(5)
      let attention = try MultiheadAttention(4, heads: 2, batchFirst: true)
      let x = try Tensor.randn([1, 3, 4])
      let (output, weights) = try attention(x, x, x)
      #expect(output.shape == [1, 3, 4] && weights.shape == [1, 3, 3])
      #expect(try close(weights.sum(dim: -1), Tensor.ones([1, 3])))
      let projected = try linear(x, #require(attention.inProjWeight).tensor, attention.inProjBias?.tensor)
      let parts = try projected.chunk(3, dim: -1).map { try $0.reshape([1, 3, 2, 2]).transpose(1, 2) }
      let mixed = try scaledDotProductAttention(parts[0], parts[1], parts[2]).transpose(1, 2).reshape([1, 3, 4])
      #expect(try close(output, attention.outProj(mixed)))
      #expect(try close(attention(x), output))
    }

    @Test func attentionTakesOtherLayoutsAndMasks() throws {
      manualSeed(6)
      let attention = try MultiheadAttention(4, heads: 2, keyDimension: 3, valueDimension: 5)
      let (q, k, v) = (try Tensor.randn([2, 4]), try Tensor.randn([6, 3]), try Tensor.randn([6, 5]))
      let alone = try attention(q, k, v)
      #expect(alone.output.shape == [2, 4] && alone.weights.shape == [2, 6])
      let batched = try attention(q.unsqueeze(1), k.unsqueeze(1), v.unsqueeze(1))
      #expect(try close(batched.output.squeeze(1), alone.output))
      let first = try Tensor([true, false, false, false, false, false])
      #expect(try [Float](attention(q, k, v, mask: first).weights) == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    }

    @Test func poolingAndShapes() throws {
      let image = try Tensor.arange(16.0).reshape([1, 1, 4, 4])
      #expect(try [Float](MaxPool2d(2)(image)) == [5, 7, 13, 15])
      #expect(try [Float](AvgPool2d(2)(image)) == [2.5, 4.5, 10.5, 12.5])
      #expect(try [Float](AdaptiveAvgPool2d(1)(image)) == [7.5])
      #expect(try Flatten()(image).shape == [1, 16] && Unflatten(1, [1, 1])(image).shape == [1, 1, 1, 4, 4])
    }

    @Test func activationsByHand() throws {
      let x = try Tensor([-1.0, 0, 2.0])
      #expect(try [Float](ReLU()(x)) == [0, 0, 2])
      #expect(try [Float](PReLU()(x)) == [-0.25, 0, 2])
      #expect(try [Float](LeakyReLU(0.5)(x)) == [-0.5, 0, 2])
      #expect(try [Float](Identity()(x)) == [-1, 0, 2])
      #expect(try close(Softmax(dim: 0)(Tensor([0.0, 0.0])), Tensor([0.5, 0.5])))
      #expect(try close(GELU()(Tensor([1.0])), Tensor([0.8413447])))
    }

    @Test func imagesAndGates() throws {
      let image = try Tensor.arange(4.0).reshape([1, 4, 1, 1])
      #expect(try [Float](PixelShuffle(2)(image)) == [0, 1, 2, 3] && PixelShuffle(2)(image).shape == [1, 1, 2, 2])
      #expect(try [Float](ZeroPad2d([1, 0, 0, 0])(image.reshape([1, 1, 2, 2]))) == [0, 0, 1, 0, 2, 3])
      #expect(try Upsample(scale: 2)(image).shape == [1, 4, 2, 2])
      #expect(try [Float](GLU()(Tensor([3.0, 0.0]))) == [1.5])
      #expect(try [Float](Hardtanh()(Tensor([-2.0, 0.5]))) == [-1, 0.5])
      #expect(try [Float](Threshold(1, 9)(Tensor([1.0, 2.0]))) == [9, 2])
      #expect(throws: TensorError.self) { try GLU()(Tensor([1.0])) }
      #expect(throws: TensorError.self) { try PixelShuffle(3)(image) }
      #expect(throws: ModuleError.self) { try PixelShuffle(0) }
    }

    @Test func lossesByHand() throws {
      #expect(try close(CrossEntropyLoss()(Tensor([[0.0, 0.0]]), Tensor([1])), Tensor(0.6931472)))
      #expect(try MSELoss()(Tensor([1.0, 3.0]), Tensor([1.0, 1.0])).item() == 2.0)
      #expect(try L1Loss()(Tensor([1.0, 3.0]), Tensor([1.0, 1.0])).item() == 1.0)
    }

    @Test func transformerBlocksEndInALayerNorm() throws {
      manualSeed(1)
      let x = try Tensor.randn([5, 2, 8])
      let encoder = try TransformerEncoderLayer(8, heads: 2, hidden: 16).eval()
      let memory = try encoder(x)
      let output = try TransformerDecoderLayer(8, heads: 2, hidden: 16).eval()(x, memory: memory)
      #expect(output.shape == x.shape)
      for result in [memory, output] { #expect(try close(result.mean(dim: -1), Tensor.zeros([5, 2]))) }
      let last = try encoder(x[0..<1])
      #expect(last.shape == [1, 2, 8])
    }

    @Test func dropoutFollowsTheMode() throws {
      let model = try Sequential { try Dropout(0.5) }
      let x = try Tensor.ones([100])
      #expect(try [Float](model.eval()(x)) == [Float](x))
      manualSeed(0)
      let kept = try [Float](model.train()(x))
      #expect(Set(kept) == [0, 2] && !model.eval().modules[0].isTraining)
    }

    @Test func castingKeepsIntegersAndTies() throws {
      let (a, b) = (try Linear(2, 2), try Linear(2, 2))
      b.weight = a.weight
      let model = Sequential(a, b)
      try model.to(.bfloat16)
      #expect(a.weight === b.weight && model.parameterCount == 8 && model.stateDict().count == 4)
      #expect(throws: ModuleError.castNotFloatingPoint(module: "Sequential", dtype: .int8)) { try model.to(.int8) }
    }

    @Test func hooksSeeInputsAndOutputs() throws {
      let (relu, recorder) = (ReLU(), Recorder())
      let handle = relu.onForward { module, input, output in
        recorder.names.append("\(module.typeName) \(input.count) \(output.count)")
      }
      _ = try Sequential(relu, relu)(Tensor([1.0]))
      handle.remove()
      handle.remove()
      _ = try relu(Tensor([1.0]))
      #expect(recorder.names == ["ReLU 1 1", "ReLU 1 1"])
      relu.onForward { _, _, _ in throw ModuleError.noForward(module: "hook") }
      #expect(throws: ModuleError.noForward(module: "hook")) { try relu(Tensor([1.0])) }
    }

    /// A linear layer and its activation run in one kernel, unless somebody wants to see what is between them.
    @Test func sequentialRunsActivationsWithTheirLayer() throws {
      let (x, recorder) = (try Tensor.randn([5, 300]), Recorder())
      let (first, last) = (try Linear(300, 40), try Linear(40, 2))
      for activation in [ReLU(), GELU(), GELU(approximate: .tanh), SiLU(), Sigmoid(), Tanh()] {
        let model = Sequential(first, activation, last)
        let expected = try [Float](last(activation(first(x))))
        #expect(try [Float](model(x)) == expected, "\(activation)")
        let handles = [first, activation].map {
          $0.onForward { module, _, _ in recorder.names.append(module.typeName) }
        }
        #expect(try [Float](model(x)) == expected, "\(activation)")
        handles.forEach { $0.remove() }
        #expect(try [Float](model(x)) == expected, "\(activation)")
      }
      #expect(recorder.names.count == 12 && recorder.names.prefix(2) == ["Linear", "ReLU"])
      #expect(try [Float](Sequential(Doubled(2, 2), ReLU())(Tensor.ones([1, 2]))) == [2, 2])
    }

    @Test func stateGoesFromOneModelToAnother() throws {
      let (a, b) = (try DummyModel(seed: 1), try DummyModel(seed: 2).bfloat16())
      try b.load(stateDict: a.stateDict())
      #expect(b.head.weight.dtype == .bfloat16)
      #expect(try [Float](b.head.weight.tensor) == [Float](a.head.weight.tensor.bfloat16()))
      var state = a.stateDict()
      state["head.bias"] = nil
      #expect(state.count == 10 && state.keys.last == "head.weight" && state["head.bias"] == nil)
    }

    @Test func parametersPrintAsInPyTorch() throws {
      let cases = try reference("printing.json", as: PrintedParameters.self).parameters
      for item in cases {
        let (dtype, bytes) = (try #require(DType(name: item.dtype)), try #require(Data(base64Encoded: item.b64)))
        let tensor = try Tensor(shape: item.shape, dtype: dtype, bytes: [UInt8](bytes))
        let parameter = try Parameter(tensor, requiresGrad: item.text.contains("requires_grad"))
        #expect(parameter.description == item.text.replacing("torch.", with: ""))
      }
      #expect(cases.count == 3)
      #expect(try Parameter(Tensor([1]), requiresGrad: false).description == "Parameter containing:\ntensor([1])")
    }

    @Test func autocastResults() throws {
      for expected in try reference("autocast.json", as: AutocastCases.self).modules {
        let dtype = try #require(DType(name: expected.module_dtype))
        let input = try #require(DType(name: expected.input_dtype))
        let result = try? withAutocast(.bfloat16) { try run(expected.module, dtype, input) }
        #expect(result?.dtype.name == expected.result_dtype, "\(expected.module) \(dtype) \(input)")
      }
    }

    private func run(_ module: String, _ dtype: DType, _ input: DType) throws -> Tensor {
      let x = try Tensor.ones([2, 4], dtype: input)
      switch module {
      case "Linear": return try Linear(4, 4).to(dtype)(x)
      case "LayerNorm": return try LayerNorm(4).to(dtype)(x)
      case "Conv2d": return try Conv2d(1, 1, kernel: 1).to(dtype)(x.reshape([1, 1, 2, 4]))
      case "MultiheadAttention": return try MultiheadAttention(4, heads: 2).to(dtype)(x)
      default: return try Sequential(Linear(4, 4), LayerNorm(4), GELU()).to(dtype)(x)
      }
    }
  }
}
