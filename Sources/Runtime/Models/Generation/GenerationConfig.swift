// How captions are searched for, as `generation_config.json` states it.

/// The settings of generation, under the names that transformers gives them.
///
/// For example:
///
///     var settings = model.generationConfig
///     settings.repetitionPenalty = 1.5
///     let ids = try model.generate(pixelValues: pixels, maxNewTokens: 20, settings: settings)
public struct GenerationConfig: Sendable, Equatable {
  /// When beam search stops for a picture.
  public enum EarlyStopping: Sendable, Hashable {
    /// As soon as there are as many ended captions as beams (`true`).
    case whenEnough
    /// When the best open caption, as long as it is now, is not better than the worst ended one (`false`).
    case whenNoneCanImprove
    /// When no open caption of any length could be better (`"never"`).
    case never
  }

  /// The most tokens of a caption with its prefix, if ``maxNewTokens`` is nil.
  public var maxLength = 20
  /// The most tokens after the prefix.
  public var maxNewTokens: Int?
  /// The fewest tokens of a caption with its prefix.
  public var minLength = 0
  /// The fewest tokens after the prefix.
  public var minNewTokens: Int?
  /// How many captions are followed at once; 1 is greedy search.
  public var numBeams = 1
  /// The exponent of the length by which a beam's sum of log-probabilities is divided: above 0 favours long captions.
  public var lengthPenalty = 1.0
  /// When a beam search ends.
  public var earlyStopping = EarlyStopping.whenNoneCanImprove
  /// How many captions are returned for each picture: at most ``numBeams``.
  public var numReturnSequences = 1
  /// Divides the scores of tokens that are there already (multiplies negative ones); 1 changes nothing.
  public var repetitionPenalty = 1.0
  /// Sequences of so many tokens come once only; 0 for no such rule.
  public var noRepeatNGramSize = 0
  /// Whether tokens are drawn by their probability instead of taking the best.
  public var doSample = false
  /// Divides the scores before drawing: below 1 prefers likely tokens.
  public var temperature = 1.0
  /// Only so many best tokens are drawn from; 0 for all.
  public var topK = 50
  /// Only the best tokens that together have this probability are drawn from.
  public var topP = 1.0

  /// Greedy search for at most 20 tokens.
  public init() {}

  /// The settings of a `generation_config.json`, over the defaults.
  ///
  /// - Throws: ``BlipError/unusableConfiguration(file:reason:)``.
  public init(contentsOf path: String) throws(BlipError) {
    try self.init(JSONValue(configurationFile: path), file: path)
  }

  init(_ json: JSONValue, file: String, part: String = "") throws(BlipError) {
    let fields = try ConfigurationFields(json, file: file, part: part)
    try fields.read("max_length", into: &maxLength)
    try fields.read("max_new_tokens", into: &maxNewTokens, least: 1)
    try fields.read("min_length", into: &minLength, least: 0)
    try fields.read("min_new_tokens", into: &minNewTokens, least: 0)
    try fields.read("num_beams", into: &numBeams)
    try fields.read("length_penalty", into: &lengthPenalty)
    try fields.read("early_stopping", into: &earlyStopping)
    try fields.read("num_return_sequences", into: &numReturnSequences)
    try fields.read("repetition_penalty", into: &repetitionPenalty)
    try fields.read("no_repeat_ngram_size", into: &noRepeatNGramSize, least: 0)
    try fields.read("do_sample", into: &doSample)
    try fields.read("temperature", into: &temperature)
    try fields.read("top_k", into: &topK, least: 0)
    try fields.read("top_p", into: &topP, most: 1)
  }

  /// Throws for settings that no search can follow.
  func check() throws(BlipError) {
    func require(_ condition: Bool, _ name: String, _ value: Any, _ expected: String) throws(BlipError) {
      if !condition { throw .invalidSetting(name: name, value: "\(value)", expected: expected) }
    }
    try require(maxNewTokens ?? 1 >= 1, "maxNewTokens", maxNewTokens ?? 1, "at least 1")
    try require(numBeams >= 1, "numBeams", numBeams, "at least 1")
    try require(repetitionPenalty > 0, "repetitionPenalty", repetitionPenalty, "above 0")
    try require(lengthPenalty.isFinite, "lengthPenalty", lengthPenalty, "a finite number")
    try require(noRepeatNGramSize >= 0, "noRepeatNGramSize", noRepeatNGramSize, "at least 0")
    try require(temperature > 0, "temperature", temperature, "above 0")
    try require(topK >= 0, "topK", topK, "at least 0")
    try require(topP > 0 && topP <= 1, "topP", topP, "above 0 and at most 1")
    try require(
      (1...numBeams).contains(numReturnSequences), "numReturnSequences", numReturnSequences,
      "from 1 to the number of beams, \(numBeams)")
    try require(numBeams == 1 || !doSample, "numBeams", numBeams, "1 when tokens are drawn")
  }
}
