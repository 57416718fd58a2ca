// The lesson's model, number by number: parameters, traces and logits for seven seeds and sizes.

import Testing

@testable import NeuralNets
@testable import Tensors

private struct SeedLesson: Decodable {
  struct Model: Decodable {
    // The lesson's own model stands in the file without its settings: seed 123, two embeddings of size 2.
    let seed, num_embeddings, dim: Int?
    let model_str: String
    let input: [[Int]]
    let params_fp32, params_fp16, params_bf16_cast, params_bf16_default_dtype: [RecordedTensor]
    let trace_fp32, trace_bf16: [RecordedTensor]
    let logits_fp32, logits_bf16, abs_diff, bf16_default_logits: RecordedTensor
    let mean_diff, max_diff: Figure

    func make() throws -> DummyModel {
      try DummyModel(seed: seed ?? 123, embeddings: num_embeddings ?? 2, dim: dim ?? 2)
    }

    /// Rows of two are summed in an order that is known to the bit.
    var isExact: Bool { dim ?? 2 == 2 }
  }

  struct Figure: Decodable {
    let value: Double
    let formatted: String
  }

  /// What layers made under a default dtype hold.
  struct DefaultDType: Decodable {
    let `default`: String
    let results: [Expression]?
  }

  struct Expression: Decodable {
    let expr: String
    let dtype: String?
    let bits: [String]?
  }

  struct Version: Decodable {
    let lesson: Model
    let variants: [Model]
    let default_dtype: [DefaultDType]
  }

  let torch_2_1_1: Version
}

extension Drawing {
  @Suite struct SeedLessonTests {
    private static let file = Result { try reference("seed-lesson.json", as: SeedLesson.self).torch_2_1_1 }
    private static let lesson = file.map { [$0.lesson] + $0.variants }

    private func check(_ module: Module, _ recorded: [RecordedTensor]) throws {
      let parameters = module.namedParameters
      #expect(parameters.map(\.name) == recorded.map(\.name))
      for ((name, parameter), expected) in zip(parameters, recorded) {
        #expect(try expected.difference(from: parameter.tensor) == nil, "\(name)")
      }
    }

    @Test func printsTheTree() throws {
      for model in try Self.lesson.get() { #expect(try model.make().description == model.model_str) }
    }

    @Test func drawsTheParameters() throws {
      for model in try Self.lesson.get() {
        try check(model.make(), model.params_fp32)
        try check(model.make().half(), model.params_fp16)
        try check(model.make().copy().to(.bfloat16), model.params_bf16_cast)
        try withDefaultDType(.bfloat16) { try check(model.make(), model.params_bf16_default_dtype) }
      }
    }

    /// Bits agree where PyTorch's order of summation is known (rows of two); wider layer norms add in vector lanes
    /// there, and with three products and two norms in a row 16 float32 eps are allowed. bfloat16 agrees everywhere.
    @Test func computesTheLogits() throws {
      for model in try Self.lesson.get() {
        let input = try Tensor(model.input)
        let logits = try model.make()(input)
        if model.isExact { #expect(try model.logits_fp32.difference(from: logits) == nil) }
        #expect(try model.logits_fp32.greatestDistance(from: logits) <= 16 * Double(Float.ulpOfOne))
        let lower = try model.make().bfloat16()(input)
        #expect(try model.logits_bf16.difference(from: lower) == nil)
        for (tensor, recorded) in [(logits, model.logits_fp32), (lower, model.logits_bf16)] {
          let text = try #require(recorded.repr_detached)
          #expect(tensor.description == text.replacing("torch.", with: ""))
        }
      }
    }

    @Test func tracesEveryLayer() throws {
      for model in try Self.lesson.get() where model.isExact {
        try checkTrace(model.make(), model.input, model.trace_fp32)
        try checkTrace(model.make().bfloat16(), model.input, model.trace_bf16)
      }
    }

    private func checkTrace(_ module: Module, _ input: [[Int]], _ trace: [RecordedTensor]) throws {
      let activations = try module.activations(of: Tensor(input))
      #expect(activations.map(\.name) == trace.map(\.after))
      for (activation, expected) in zip(activations, trace) {
        #expect(try expected.difference(from: activation.output) == nil, "\(activation.name)")
      }
    }

    @Test func bfloat16AsDefaultComputesItsOwnLogits() throws {
      for model in try Self.lesson.get() {
        let logits = try withDefaultDType(.bfloat16) { try model.make()(Tensor(model.input)) }
        #expect(try model.bf16_default_logits.difference(from: logits) == nil, "seed \(model.seed ?? 123)")
      }
    }

    @Test func measuresTheDifference() throws {
      for model in try Self.lesson.get() where model.isExact {
        let input = try Tensor(model.input)
        let difference = try (model.make().bfloat16()(input) - model.make()(input)).abs()
        #expect(try model.abs_diff.difference(from: difference) == nil)
        #expect(try difference.mean().item().doubleValue == model.mean_diff.value)
        #expect(try difference.max().item().formatted(".3e") == model.max_diff.formatted)
      }
    }

    @Test func layersTakeTheDefaultDType() throws {
      let layers: [String: () throws -> Tensor?] = [
        "nn.Linear(2, 2).weight.detach()": { try Linear(2, 2).weight.tensor },
        "nn.LayerNorm(2).weight.detach()": { try LayerNorm(2).weight?.tensor },
        "nn.Embedding(2, 2).weight.detach()": { try Embedding(2, 2).weight.tensor },
      ]
      var checked = 0
      for entry in try Self.file.get().default_dtype {
        guard let dtype = DType(name: entry.default), let results = entry.results else { continue }
        try withDefaultDType(dtype) {
          manualSeed(123)
          _ = try (Tensor.rand([3]), Tensor.randn([3]))
          for item in results {
            guard let layer = layers[item.expr] else { continue }
            let tensor = try #require(try layer())
            #expect(tensor.dtype == DType(name: try #require(item.dtype)), "\(item.expr) under \(dtype)")
            #expect(try bitTexts(of: tensor) == item.bits, "\(item.expr) under \(dtype)")
            checked += 1
          }
        }
      }
      #expect(checked == 12)
    }

    @Test func float16StopsAtTheFirstLinear() throws {
      let model = try DummyModel().half()
      let embedded = try model.token_embedding(Tensor([[1, 0], [0, 1]]))
      #expect(embedded.dtype == .float16)
      #expect(throws: TensorError.notImplemented(operation: "addmm", dtype: .float16)) {
        try model(Tensor([[1, 0], [0, 1]]))
      }
    }
  }
}
