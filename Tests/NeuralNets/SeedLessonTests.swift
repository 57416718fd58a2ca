// The lesson's model, number by number: parameters, traces and logits for seven seeds and sizes.

import Testing

@testable import NeuralNets
@testable import Tensors

private struct SeedLesson: Decodable {
  struct Model: Decodable {
    let seed: Int
    let num_embeddings: Int
    let dim: Int
    let model_str: String
    let input: [[Int]]
    let params_fp32, params_fp16, params_bf16_cast, params_bf16_default_dtype: [RecordedTensor]
    let trace_fp32, trace_bf16: [RecordedTensor]
    let logits_fp32, logits_bf16, abs_diff, bf16_default_logits: RecordedTensor
    let mean_diff, max_diff: Figure
    let stdout: [String: String]

    func make() throws -> DummyModel { try DummyModel(seed: seed, embeddings: num_embeddings, dim: dim) }
  }

  struct Figure: Decodable {
    let value: Double
    let formatted: String
  }

  let models: [Model]
}

extension Drawing {
  @Suite struct SeedLessonTests {
    private static let lesson = Result { try reference("seed-lesson.json", as: SeedLesson.self).models }

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
        if model.dim == 2 { #expect(try model.logits_fp32.difference(from: logits) == nil) }
        #expect(try model.logits_fp32.greatestDistance(from: logits) <= 16 * Double(Float.ulpOfOne))
        let lower = try model.make().bfloat16()(input)
        #expect(try model.logits_bf16.difference(from: lower) == nil)
        if let text = model.logits_fp32.text { #expect(logits.description == text.replacing("torch.", with: "")) }
        if let text = model.logits_bf16.text { #expect(lower.description == text.replacing("torch.", with: "")) }
      }
    }

    @Test func tracesEveryLayer() throws {
      for model in try Self.lesson.get() where model.dim == 2 {
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
        #expect(try model.bf16_default_logits.difference(from: logits) == nil, "seed \(model.seed)")
      }
    }

    @Test func measuresTheDifference() throws {
      for model in try Self.lesson.get() where model.dim == 2 {
        let input = try Tensor(model.input)
        let difference = try (model.make().bfloat16()(input) - model.make()(input)).abs()
        #expect(try model.abs_diff.difference(from: difference) == nil)
        #expect(try difference.mean().item().doubleValue == model.mean_diff.value)
        #expect(try difference.max().item().formatted(".3e") == model.max_diff.formatted)
      }
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
