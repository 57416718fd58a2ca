// Reading `config.json`, and refusing sizes that no model can have.

extension BlipConfig {
  /// The configuration of a file.
  ///
  /// - Throws: ``BlipError/unusableConfiguration(file:reason:)`` for a file that cannot be read, is not JSON, describes
  ///   another kind of model or sizes that do not fit together.
  public init(contentsOf path: String) throws(BlipError) {
    try self.init(JSONValue(configurationFile: path), file: path)
  }

  init(_ json: JSONValue, file: String) throws(BlipError) {
    let kind = json["model_type"]?.string ?? "blip"
    guard kind == "blip" else {
      throw .unusableConfiguration(file: file, reason: "it describes a model of the type \"\(kind)\", not \"blip\"")
    }
    vision = try BlipVisionConfig(ConfigurationFields(json["vision_config"], file: file, part: "vision_config"))
    text = try BlipTextConfig(ConfigurationFields(json["text_config"], file: file, part: "text_config"))
    try check(file: file)
  }

  /// Throws unless the sizes fit together.
  ///
  /// - Parameter file: Where they come from, for the message.
  func check(file: String) throws(BlipError) {
    func require(_ condition: Bool, _ reason: String) throws(BlipError) {
      if !condition { throw .unusableConfiguration(file: file, reason: reason) }
    }
    try require(
      vision.hiddenSize.isMultiple(of: vision.headCount),
      "vision_config: hidden_size \(vision.hiddenSize) is not a multiple of the \(vision.headCount) heads")
    try require(
      text.hiddenSize.isMultiple(of: text.headCount),
      "text_config: hidden_size \(text.hiddenSize) is not a multiple of the \(text.headCount) heads")
    try require(
      vision.patchSize <= vision.imageSize,
      "vision_config: patch_size \(vision.patchSize) is larger than image_size \(vision.imageSize)")
    let ids = [("pad_token_id", text.paddingID), ("bos_token_id", text.startID), ("sep_token_id", text.separatorID)]
    for (name, id) in ids {
      try require(
        (0..<text.vocabularySize).contains(id),
        "text_config: \(name) \(id) is outside of the \(text.vocabularySize) tokens")
    }
  }
}

extension BlipVisionConfig {
  fileprivate init(_ fields: ConfigurationFields) throws(BlipError) {
    try fields.read("hidden_size", into: &hiddenSize)
    try fields.read("intermediate_size", into: &intermediateSize)
    try fields.read("num_hidden_layers", into: &layerCount, most: 1000)
    try fields.read("num_attention_heads", into: &headCount)
    try fields.read("image_size", into: &imageSize, most: 1 << 16)
    try fields.read("patch_size", into: &patchSize, most: 1 << 16)
    try fields.read("hidden_act", into: &activation)
    try fields.read("layer_norm_eps", into: &layerNormEpsilon)
    try fields.read("attention_dropout", into: &attentionDropout, most: 1)
  }
}

extension BlipTextConfig {
  fileprivate init(_ fields: ConfigurationFields) throws(BlipError) {
    try fields.read("vocab_size", into: &vocabularySize)
    try fields.read("hidden_size", into: &hiddenSize)
    try fields.read("intermediate_size", into: &intermediateSize)
    try fields.read("num_hidden_layers", into: &layerCount, most: 1000)
    try fields.read("num_attention_heads", into: &headCount)
    try fields.read("max_position_embeddings", into: &maxPositions)
    try fields.read("hidden_act", into: &activation)
    try fields.read("layer_norm_eps", into: &layerNormEpsilon)
    try fields.read("hidden_dropout_prob", into: &hiddenDropout, most: 1)
    try fields.read("attention_probs_dropout_prob", into: &attentionDropout, most: 1)
    try fields.read("pad_token_id", into: &paddingID, least: 0)
    try fields.read("bos_token_id", into: &startID, least: 0)
    try fields.read("sep_token_id", into: &separatorID, least: 0)
  }
}

/// The keys of one object of a configuration file. A key that is missing or null leaves the default as it is.
struct ConfigurationFields {
  private let json: JSONValue
  private let file: String
  /// Where the object is in the file, for messages; empty for the file itself.
  private let part: String

  init(_ json: JSONValue?, file: String, part: String) throws(BlipError) {
    (self.json, self.file, self.part) = (json ?? .object([]), file, part)
    if self.json.members == nil { throw .unusableConfiguration(file: file, reason: "\(part) is not an object") }
  }

  /// Sizes are limited, so that their products fit an `Int`.
  func read(_ key: String, into value: inout Int, least: Int = 1, most: Int = 1 << 24) throws(BlipError) {
    guard let entry = json[key] else { return }
    guard let number = entry.int, (least...most).contains(number) else {
      throw wrong(key, "a whole number from \(least) to \(most)")
    }
    value = number
  }

  func read(_ key: String, into value: inout Int?, least: Int) throws(BlipError) {
    var number = least
    guard json[key] != nil else { return }
    try read(key, into: &number, least: least)
    value = number
  }

  func read(_ key: String, into value: inout Double, most: Double = 1e6) throws(BlipError) {
    guard let entry = json[key] else { return }
    guard let number = entry.number, number >= 0, number <= most else { throw wrong(key, "a number from 0 to \(most)") }
    value = number
  }

  func read(_ key: String, into value: inout Bool) throws(BlipError) {
    guard let entry = json[key] else { return }
    guard let flag = entry.bool else { throw wrong(key, "true or false") }
    value = flag
  }

  func read(_ key: String, into value: inout BlipActivation) throws(BlipError) {
    guard let entry = json[key] else { return }
    guard let activation = entry.string.flatMap(BlipActivation.init) else {
      throw wrong(key, "one of \(BlipActivation.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
    }
    value = activation
  }

  func read(_ key: String, into value: inout GenerationConfig.EarlyStopping) throws(BlipError) {
    switch json[key] {
    case nil: return
    case .bool(let stops): value = stops ? .whenEnough : .whenNoneCanImprove
    case .string("never"): value = .never
    default: throw wrong(key, "true, false or \"never\"")
    }
  }

  private func wrong(_ key: String, _ expected: String) -> BlipError {
    .unusableConfiguration(file: file, reason: "\(part.isEmpty ? "" : part + ": ")\(key) must be \(expected)")
  }
}

extension JSONValue {
  /// A small JSON file of a model's folder.
  init(configurationFile path: String) throws(BlipError) {
    let text: [UInt8]
    do { text = try bytes(ofFile: path) } catch {
      throw .unusableConfiguration(file: path, reason: "it cannot be read: \(error.reason)")
    }
    do { self = try JSONValue(parsing: text) } catch {
      throw .unusableConfiguration(file: path, reason: "\(error)")
    }
  }
}
