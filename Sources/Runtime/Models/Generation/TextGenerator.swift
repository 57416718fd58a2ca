// One search for captions: the texts so far, and the decoder that continues them.

import Tensors

/// Captions as they come out of a search.
struct GeneratedTexts {
  /// The tokens of each caption, prefix and end token included, filled up to one length.
  var ids: [[Int]]
  /// Of beam search: the sum of a caption's log-probabilities, divided by the penalty for its length.
  var scores: [Double] = []
}

/// Continues texts token by token, all of one length.
struct TextGenerator {
  let model: BlipTextLMHeadModel
  let settings: GenerationConfig
  let endID: Int
  let paddingID: Int
  private let rules: ScoreRules
  private let prefixMask: Tensor?
  private var cache: DecoderCache
  /// The tokens of each text, prefix included.
  private(set) var texts: [[Int]]
  /// The length at which every text ends.
  let limit: Int

  /// - Parameters:
  ///   - pictures: The image encoder's last hidden state.
  ///   - prefixes: The beginning of each picture's text: one token at least, all of one length.
  ///   - attentionMask: `[texts, tokens]` of the prefixes, 0 for padding.
  init(
    _ model: BlipTextLMHeadModel, _ config: BlipTextConfig, pictures: Tensor, prefixes: [[Int]], attentionMask: Tensor?,
    settings: GenerationConfig
  ) {
    (self.model, self.settings) = (model, settings)
    (endID, paddingID) = (config.separatorID, config.paddingID)
    cache = DecoderCache(pictures: pictures, layerCount: config.layerCount)
    (texts, prefixMask) = (prefixes, attentionMask)
    let prefixLength = prefixes.first?.count ?? 0
    limit = settings.maxNewTokens.map { prefixLength + $0 } ?? settings.maxLength
    rules = ScoreRules(settings: settings, endID: endID, prefixLength: prefixLength)
  }

  /// How many tokens each text has.
  var length: Int { texts.first?.count ?? 0 }

  /// The scores of the next token of each text, `[texts, vocabularySize]` in float32: as the model gives them, or their
  /// log-softmax; with the rules applied.
  mutating func nextScores(logarithmic: Bool = false) throws -> Tensor {
    let isFirst = cache.length == 0
    let ids = try Tensor(isFirst ? texts : texts.map { Array($0.suffix(1)) })
    let logits = try model.nextLogits(ids, attentionMask: isFirst ? prefixMask : nil, cache: &cache).float()
    return try rules.apply(to: logarithmic ? logits.logSoftmax(dim: -1) : logits, after: texts)
  }

  /// Appends a token to each text.
  mutating func append(_ tokens: [Int]) {
    for (index, token) in tokens.enumerated() { texts[index].append(token) }
  }

  /// Replaces the texts by those at these places; the texts of a picture stay together.
  mutating func select(_ places: [Int]) throws {
    if places == Array(texts.indices) { return }
    texts = places.map { texts[$0] }
    try cache.select(places)
  }

  /// Greedy search or sampling.
  mutating func search() throws -> GeneratedTexts {
    let choice = TokenChoice(settings: settings)
    var isDone = texts.map { _ in false }
    while length < limit && isDone.contains(false) {
      let tokens = try choice.choose(nextScores())
      append(zip(tokens, isDone).map { $1 ? paddingID : $0 })
      for (index, token) in tokens.enumerated() where token == endID { isDone[index] = true }
    }
    return GeneratedTexts(ids: texts)
  }
}
