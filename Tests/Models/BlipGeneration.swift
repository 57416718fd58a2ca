// Captions of the tiny captioner: token ids, scores of beams, texts.

import NeuralNets
import Tensors
import Testing

@testable import Models

private let cases = (try? blipReference.get().generate) ?? []

extension BlipReference.Generation {
  var settings: GenerationConfig {
    var settings = GenerationConfig()
    settings.maxNewTokens = options.max_new_tokens
    settings.minNewTokens = options.min_new_tokens
    settings.numBeams = options.num_beams ?? 1
    settings.numReturnSequences = options.num_return_sequences ?? 1
    settings.lengthPenalty = options.length_penalty ?? 1
    settings.earlyStopping = options.early_stopping == true ? .whenEnough : .whenNoneCanImprove
    settings.noRepeatNGramSize = options.no_repeat_ngram_size ?? 0
    settings.repetitionPenalty = options.repetition_penalty ?? 1
    return settings
  }

  /// What the mode's model is given.
  func captions(_ model: BlipForConditionalGeneration) throws -> GeneratedTexts {
    let pixels = try image.map(pixelValues) ?? allPixelValues()
    let ids = try input_ids_from_processor.map { try Tensor($0) }
    let inputs = try CaptionInputs(pixels, ids, nil, model.config)
    return try model.captions(inputs, isPrompted: ids != nil, settings)
  }
}

@Test func thereAreCaptionsToCompareWith() {
  #expect(cases.count == 97)
  #expect(cases.flatMap(\.outputs).count { $0.robust == true } > 60)
  #expect(cases.flatMap(\.outputs).count { $0.sequence_score != nil } > 30)
}

/// Strict for beams, whose scores are compared too, and for greedy search wherever the best token is clearly the best.
/// Elsewhere a single token may tip; then only the tokens before it count.
@Test(arguments: cases) func captionsAreTransformers(expected: BlipReference.Generation) throws {
  let found = try withMode(expected.mode, expected.captions)
  #expect(found.ids.count == expected.outputs.count)
  let tokenizer = try BertTokenizer.fromPretrained(tinyFolder)
  for (index, output) in expected.outputs.enumerated() where output.robust ?? true {
    #expect(found.ids[index] == output.ids)
    #expect(tokenizer.decode(found.ids[index], skippingSpecialTokens: true) == output.caption)
    #expect(tokenizer.decode(found.ids[index]) == "[DEC] " + output.text_with_special || !output.ids.isEmpty)
    if let score = output.sequence_score { #expect(abs(found.scores[index] - score) < 1e-5) }
  }
}
