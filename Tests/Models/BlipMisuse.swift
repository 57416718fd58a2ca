// What a captioner is given wrongly, and what the real one does with it; sampling; texts of the processor.

import Foundation
import NeuralNets
import Tensors
import Testing

@testable import Models

private struct Reference: Decodable {
  struct Texts: Decodable {
    let text: OneOrMore
    let input_ids: [[Int]]
    let attention_mask: [[Int]]
  }

  /// A text, or a list of them.
  struct OneOrMore: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      texts = try (try? [value.decode(String.self)]) ?? value.decode([String].self)
    }
  }

  let processor_text: [Texts]
  let sample_seed7: [Int]
  let limited: [Int]
  let dtypes_seen: [String: [String: String]]

  enum CodingKeys: String, CodingKey {
    case processor_text, sample_seed7, dtypes_seen
    case limited = "sample_seed7_topk5_t0.7"
  }
}

private let reference = Result { try referenceJSON("blip/expected.json", as: Reference.self) }

@Test func textsOfTheProcessorAreTransformers() throws {
  let processor = try BlipProcessor.fromPretrained(tinyFolder)
  let picture = try Image(contentsOf: referenceFolder.appending(path: "pictures/rgb.png").path)
  let cases = try reference.get().processor_text
  #expect(cases.count == 6)
  for example in cases {
    let texts = example.text.texts
    let inputs = try processor([Image](repeating: picture, count: texts.count), texts: texts)
    #expect(try inputs.inputIDs == Tensor(example.input_ids))
    #expect(try inputs.attentionMask == Tensor(example.attention_mask))
  }
}

@Test(arguments: ["fp32", "bf16", "bf16_autocast", "fp32_autocast"]) func dtypesAreTransformers(mode: String) throws {
  let expected = try #require(try reference.get().dtypes_seen[mode])
  try withMode(mode) { model in
    let pixels = try pixelValues("rgb.png")
    #expect("torch.\(try model.visionModel(pixels).dtype)" == expected["last_hidden_state"])
    #expect("torch.\(try model.logits(pixelValues: pixels, inputIDs: Tensor([[98, 11]])).dtype)" == expected["logits"])
  }
}

@Test func withoutALengthTheSettingsDecide() throws {
  let ids = try tinyModel().generate(pixelValues: pixelValues("rgb.png"))
  #expect(try [Int](ids) == blipReference.get().generate_no_length_option)
}

/// Drawn by the default generator, whose stream is PyTorch's.
@Test func drawnCaptionsAreTransformers() throws {
  let (model, pixels) = (try tinyModel(), try pixelValues("rgb.png"))
  var settings = GenerationConfig()
  (settings.doSample, settings.topK, settings.maxNewTokens) = (true, 50, 10)
  manualSeed(7)
  #expect(try [Int](model.generate(pixelValues: pixels, settings: settings)) == reference.get().sample_seed7)
  (settings.topK, settings.temperature) = (5, 0.7)
  manualSeed(7)
  #expect(try [Int](model.generate(pixelValues: pixels, settings: settings)) == reference.get().limited)
}

// MARK: Misuse

/// The sentence of the error that `body` throws.
private func sentence(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch { return "\(error)" }
}

@Test func picturesOfOtherSizes() throws {
  let model = try tinyModel()
  // 4.35 lets smaller pictures pass.
  #expect(try model.visionModel(Tensor.zeros([1, 3, 32, 32])).shape == [1, 5, 32])
  #expect(
    sentence { _ = try model.generate(pixelValues: Tensor.zeros([1, 3, 64, 64])) }
      == "pixelValues has the shape [1, 3, 64, 64], but the model reads pictures of at most 9 patches.")
  #expect(
    sentence { _ = try model.generate(pixelValues: Tensor.zeros([48, 48])) }
      == "pixelValues has the shape [48, 48], but the model reads [pictures, 3, height, width].")
  #expect(
    sentence { _ = try model.visionModel(Tensor.zeros([1, 1, 48, 48])) }?.contains("as many channels") == true
  )
}

@Test func textsThatTheModelCannotRead() throws {
  let (model, pixels) = (try tinyModel(), try Tensor.zeros([2, 3, 48, 48]))
  #expect(
    sentence { _ = try model.generate(pixelValues: pixels, inputIDs: Tensor([[4, 11, 5], [4, 11, 5], [4, 11, 5]])) }
      == "2 pictures do not go with 3 texts; give one text for each picture, or one for all.")
  #expect(
    sentence { _ = try model.generate(pixelValues: pixels, inputIDs: Tensor([[4]])) }
      == "inputIDs has the shape [2, 1], but the model reads texts with a token before and one behind them.")
  #expect(
    sentence { _ = try model.generate(pixelValues: pixels, inputIDs: Tensor([[4.0, 5.0]])) }
      == "inputIDs has the shape [1, 2], but the model reads whole numbers of the shape [texts, tokens].")
  #expect(
    sentence {
      _ = try model.generate(pixelValues: pixels, inputIDs: Tensor([[4, 11, 5]]), attentionMask: Tensor([[1, 1]]))
    } == "attentionMask has the shape [1, 2], but the model reads the shape of inputIDs, [1, 3].")
  #expect(
    sentence { _ = try model.logits(pixelValues: pixels, inputIDs: Tensor.zeros([1, 65], dtype: .int64)) }
      == "65 tokens are more than the 64 that the model can read; ask for fewer new ones.")
  #expect(
    sentence { _ = try model.generate(pixelValues: pixels, settings: endless()) }
      == "65 tokens are more than the 64 that the model can read; ask for fewer new ones.")
  #expect(sentence { _ = try model.logits(pixelValues: pixels, inputIDs: Tensor([[100]])) }?.contains("100") == true)
  #expect(sentence { _ = try model.logits(pixelValues: pixels, inputIDs: Tensor([[-1]])) }?.contains("-1") == true)
}

private func endless() -> GenerationConfig {
  var settings = GenerationConfig()
  (settings.minNewTokens, settings.maxNewTokens) = (100, 100)
  return settings
}

@Test func settingsThatNoSearchCanFollow() throws {
  let (model, pixels) = (try tinyModel(), try Tensor.zeros([1, 3, 48, 48]))
  func complaint(_ change: (inout GenerationConfig) -> Void) -> String? {
    var settings = GenerationConfig()
    change(&settings)
    return sentence { _ = try model.generate(pixelValues: pixels, settings: settings) }
  }
  #expect(complaint { $0.maxNewTokens = 0 } == "maxNewTokens must be at least 1, but is 0.")
  #expect(complaint { $0.numBeams = 0 } == "numBeams must be at least 1, but is 0.")
  #expect(complaint { $0.numBeams = 90 } == "numBeams must be at most half of the 100 tokens, but is 90.")
  #expect(complaint { $0.repetitionPenalty = 0 } == "repetitionPenalty must be above 0, but is 0.0.")
  #expect(complaint { $0.temperature = -1 } == "temperature must be above 0, but is -1.0.")
  #expect(complaint { $0.topP = 1.5 } == "topP must be above 0 and at most 1, but is 1.5.")
  #expect(
    complaint { $0.numReturnSequences = 2 } == "numReturnSequences must be from 1 to the number of beams, 1, but is 2.")
  #expect(complaint { ($0.doSample, $0.numBeams) = (true, 2) } == "numBeams must be 1 when tokens are drawn, but is 2.")
  #expect(complaint { $0.lengthPenalty = .nan } == "lengthPenalty must be a finite number, but is nan.")
}

/// What lesson 3 teaches: a CPU has no matrix product for float16.
@Test func float16HasNoProductOnACPU() throws {
  let model = try tinyModel(.float16)
  #expect(
    sentence { _ = try model.generate(pixelValues: pixelValues("rgb.png")) }?.contains(
      "is not implemented for float16 on the CPU")
      == true)
}

@Test func foldersThatAreMissingSomething() throws {
  #expect(
    sentence { _ = try BlipForConditionalGeneration.fromPretrained("/no/such/folder") }
      == "\"/no/such/folder\" is neither a folder nor the name of a model on the hub, such as owner/name.")
  try withTemporaryFolder { folder in
    let names = "model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json"
    #expect(
      sentence { _ = try BlipForConditionalGeneration.fromPretrained(folder) }
        == "\(folder) has no checkpoint; looked for \(names).")
    try FileManager.default.copyItem(atPath: tinyFolder + "/model.safetensors", toPath: folder + "/model.safetensors")
    #expect(
      sentence { _ = try BlipForConditionalGeneration.fromPretrained(folder) }
        == "\(folder)/config.json cannot be used: it cannot be read: No such file or directory.")
  }
}

@Test(arguments: [
  ("{\"model_type\": \"bert\"}", "it describes a model of the type \"bert\", not \"blip\""),
  ("{\"text_config\": 3}", "text_config is not an object"),
  ("{\"text_config\": {\"hidden_size\": -3}}", "text_config: hidden_size must be a whole number from 1 to 16777216"),
  ("{\"vision_config\": {\"hidden_size\": 770}}", "vision_config: hidden_size 770 is not a multiple of the 12 heads"),
  (
    "{\"vision_config\": {\"num_hidden_layers\": 1e9}}",
    "vision_config: num_hidden_layers must be a whole number from 1 to 1000"
  ),
  (
    "{\"text_config\": {\"hidden_act\": \"swish\"}}",
    "text_config: hidden_act must be one of \"gelu\", \"gelu_new\", \"relu\""
  ),
  ("[", "it is not JSON: the text ends early at byte 1"),
])
func configurationsThatCannotBeUsed(text: String, reason: String) throws {
  try withTemporaryFolder { folder in
    let file = folder + "/config.json"
    try Data(text.utf8).write(to: URL(filePath: file))
    #expect(throws: BlipError.unusableConfiguration(file: file, reason: reason)) { try BlipConfig(contentsOf: file) }
  }
}
