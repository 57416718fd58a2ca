// Captions by greedy search, beam search and sampling.

import Tensors

extension BlipForConditionalGeneration {
  /// Captions of pictures, as token ids `[pictures * numReturnSequences, tokens]` (int64).
  ///
  /// Each caption begins with the start token in place of the text's first one, then the text without its last token
  /// (`[CLS]` and `[SEP]` of the processor), and ends with `[SEP]`; rows that end early are filled up with `[PAD]`. Ids
  /// and captions are those of transformers 4.35, but that scores are taken in float32 also when the model's are not.
  ///
  /// - Parameters:
  ///   - pixelValues: `[pictures, 3, height, width]` of the processor, cast to the model's dtype.
  ///   - inputIDs: The beginning of the captions as the processor gives it: a row for each picture, or one for all.
  ///   - attentionMask: As `inputIDs`, 0 for padding.
  ///   - maxNewTokens: The most tokens after the beginning; else as `settings` say.
  ///   - numBeams: How many captions are followed at once, 1 for greedy search; else as `settings` say.
  ///   - settings: All settings; ``generationConfig`` unless given.
  /// - Throws: ``BlipError``, and `TensorError`, such as `"addmm" is not implemented for float16 on the CPU`.
  public func generate(
    pixelValues: Tensor, inputIDs: Tensor? = nil, attentionMask: Tensor? = nil, maxNewTokens: Int? = nil,
    numBeams: Int? = nil, settings: GenerationConfig? = nil
  ) throws -> Tensor {
    var settings = settings ?? generationConfig
    settings.maxNewTokens = maxNewTokens ?? settings.maxNewTokens
    settings.numBeams = numBeams ?? settings.numBeams
    let inputs = try CaptionInputs(pixelValues, inputIDs, attentionMask, config)
    return try Tensor(captions(inputs, isPrompted: inputIDs != nil, settings).ids)
  }

  /// Captions of what a processor has prepared; see
  /// ``generate(pixelValues:inputIDs:attentionMask:maxNewTokens:numBeams:settings:)``.
  public func generate(
    _ inputs: BlipInputs, maxNewTokens: Int? = nil, numBeams: Int? = nil, settings: GenerationConfig? = nil
  ) throws -> Tensor {
    try generate(
      pixelValues: inputs.pixelValues, inputIDs: inputs.inputIDs, attentionMask: inputs.attentionMask,
      maxNewTokens: maxNewTokens, numBeams: numBeams, settings: settings)
  }

  /// The search, with the beams' scores.
  func captions(_ inputs: CaptionInputs, isPrompted: Bool, _ settings: GenerationConfig) throws -> GeneratedTexts {
    try settings.check()
    let (prefixes, mask) = try isPrompted ? prefixes(inputs) : (rows(of: inputs.ids), nil)
    let generator = TextGenerator(
      textDecoder, config.text, pictures: try visionModel(inputs.pixels), prefixes: prefixes, attentionMask: mask,
      settings: settings)
    try check(generator)
    if settings.numBeams == 1 {
      var search = generator
      return try search.search()
    }
    var search = BeamSearch(generator)
    return try search.search()
  }

  /// The texts with the start token first and without their last one.
  private func prefixes(_ inputs: CaptionInputs) throws -> (texts: [[Int]], mask: Tensor?) {
    let count = try inputs.ids.size(1) - 1
    guard count > 0 else {
      throw BlipError.wrongInput(
        name: "inputIDs", shape: inputs.ids.shape, expected: "texts with a token before and one behind them")
    }
    let texts = try rows(of: inputs.ids).map { [config.text.startID] + $0[1..<count] }
    let mask = try inputs.mask?.narrow(1, 0, count)
    // Without a mask, padding is found by its id, as transformers does.
    let padding = config.text.paddingID
    if mask == nil, texts.contains(where: { $0.contains(padding) }) {
      return (texts, try Tensor(texts) .!= padding)
    }
    return (texts, mask)
  }

  private func rows(of ids: Tensor) throws -> [[Int]] {
    let (count, all) = (try ids.size(1), try [Int](ids))
    return stride(from: 0, to: all.count, by: count).map { Array(all[$0..<$0 + count]) }
  }

  private func check(_ generator: TextGenerator) throws {
    let settings = generator.settings
    guard generator.limit > generator.length else {
      throw BlipError.invalidSetting(
        name: "maxLength", value: "\(generator.limit)",
        expected: "more than the \(generator.length) tokens that the text begins with (or give maxNewTokens)")
    }
    guard settings.numBeams <= config.text.vocabularySize / 2 else {
      throw BlipError.invalidSetting(
        name: "numBeams", value: "\(settings.numBeams)",
        expected: "at most half of the \(config.text.vocabularySize) tokens")
    }
  }
}
