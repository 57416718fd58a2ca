// layers.json: what layers draw, keep and compute, in training and in inference.

import Testing

@testable import NeuralNets
@testable import Tensors

private struct Layers: Decodable {
  struct Case: Decodable {
    let call: String
    let seed: Int
    /// How many terms one element of the output sums up.
    let terms: Double
    let parameters, buffers: [String: RecordedTensor]
    let input, inferred: RecordedTensor
    /// None of dropout, whose masks rng.json holds.
    let trained: RecordedTensor?
  }
  let cases: [Case]
}

extension Drawing {
  @Suite struct LayerReferenceTests {
    @Test func agreeWithPyTorch() throws {
      let cases = try reference("layers.json", as: Layers.self).cases
      for item in cases {
        manualSeed(item.seed)
        let module = try PythonCall(item.call).spec().make()
        #expect(module.namedParameters.count == item.parameters.count)
        for (name, parameter) in module.namedParameters {
          #expect(try item.parameters[name]?.difference(from: parameter.tensor) == nil, "\(item.call) \(name)")
        }
        let input = try item.input.tensor()
        if input.dtype.isFloatingPoint {
          #expect(try item.input.difference(from: Tensor.randn(input.shape)) == nil, "\(item.call)")
        }
        if let trained = item.trained { try check(trained, module(input), item) }
        try check(item.inferred, module.eval()(input), item)
        #expect(module.namedBuffers.count == item.buffers.count)
        for (name, buffer) in module.namedBuffers { try check(#require(item.buffers[name]), buffer.tensor, item) }
      }
      #expect(cases.count == 13)
    }

    /// Within a rounding error for each of the summed terms' root, on both sides.
    private func check(_ expected: RecordedTensor, _ tensor: Tensor, _ item: Layers.Case) throws {
      guard tensor.dtype == .float32, item.terms > 1 else {
        #expect(try expected.difference(from: tensor) == nil, "\(item.call)")
        return
      }
      let top = try [Double](expected.tensor()).map(\.magnitude).max() ?? 0
      let tolerance = 2 * DType.float32.info.eps * top * item.terms.squareRoot()
      #expect(tensor.shape == expected.shape)
      #expect(try expected.greatestDistance(from: tensor) <= tolerance, "\(item.call)")
    }

    /// Whole channels get the mask that single elements of as many would get, as PyTorch's own figures show.
    @Test func dropout2dDrawsAMaskOfChannels() throws {
      let streams = try reference("rng.json", as: Streams.self).streams
      let stream = try #require(streams.first { $0.group == "dropout" && $0.default_dtype == "float32" })
      #expect(stream.calls[0].expr == "Fn.dropout(torch.ones(24), 0.5, True)")
      manualSeed(stream.seed)
      let output = try Dropout2d(0.5)(Tensor.ones([4, 6, 2, 3]))
      let mask = try #require(stream.calls[0].result).tensor()
      #expect(try output == mask.reshape([4, 6, 1, 1]).expand([4, 6, 2, 3]))
      #expect(try Dropout2d(1)(Tensor.ones([1, 2, 1])) == Tensor.zeros([1, 2, 1]))
      #expect(throws: TensorError.self) { try Dropout2d(0.5)(Tensor.ones([3])) }
      #expect(throws: ModuleError.self) { try Dropout2d(1.5) }
    }

    @Test func bagsOfDifferentLengths() throws {
      let weight = try Tensor([[1.0, 2.0], [3.0, -4.0], [5.0, 6.0]])
      let expected: [EmbeddingBag.Mode: [Float]] = [
        .sum: [9, 4, 0, 0, 6, 8], .mean: [3, 4.0 / 3, 0, 0, 3, 4], .max: [5, 6, 0, 0, 5, 6],
      ]
      for (mode, sums) in expected {
        let bag = try EmbeddingBag(3, 2, mode: mode)
        bag.weight.tensor = weight
        #expect(try [Float](bag(Tensor([0, 1, 2, 0, 2]), offsets: Tensor([0, 3, 3]))) == sums)
        #expect(try bag(Tensor.zeros([2, 0], dtype: .int64)) == Tensor.zeros([2, 2]))
        #expect(throws: TensorError.self) { try bag(Tensor([0, 1]), offsets: Tensor([0, 3])) }
        #expect(throws: TensorError.self) { try bag(Tensor([0, 1]), offsets: Tensor([1])) }
        #expect(throws: TensorError.self) { try bag(Tensor([0, 1])) }
        #expect(throws: TensorError.self) { try bag(Tensor([[3]])) }
      }
    }

    @Test func onePixelPaintsTheKernel() throws {
      let kernel = try Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
      let pixels = try Tensor([[[[1.0, 10.0]]]])
      #expect(try [Float](convTranspose2d(pixels, kernel)) == [1, 12, 20, 3, 34, 40])
      #expect(try [Float](convTranspose2d(pixels, kernel, stride: 2)) == [1, 2, 10, 20, 3, 4, 30, 40])
      let infinite = try Tensor([[[[Double.infinity, 2.0], [3.0, 4.0]]]])
      #expect(try [Float](convTranspose2d(pixels, infinite, stride: 2))[1] == 2)
      #expect(throws: TensorError.self) { try convTranspose2d(pixels, kernel, outputPadding: 1) }
      #expect(throws: TensorError.self) { try convTranspose2d(pixels, kernel, Tensor.zeros([2])) }
      #expect(throws: TensorError.self) { try convTranspose2d(pixels, kernel, padding: 1) }
      #expect(throws: ModuleError.self) { try Conv2d(1, 1, kernel: 3, stride: 2, padding: .same) }
    }

    @Test func instanceNormRefusesOnePlace() throws {
      #expect(throws: TensorError.self) { try InstanceNorm2d(3)(Tensor.ones([2, 3, 1, 1])) }
      #expect(throws: TensorError.self) { try InstanceNorm2d(3)(Tensor.ones([2, 4, 2, 2])) }
      #expect(try InstanceNorm2d(3)(Tensor.ones([3, 2, 2])) == Tensor.zeros([3, 2, 2]))
    }
  }
}
