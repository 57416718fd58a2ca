// The parts of a `tokenizer.json`, as Hugging Face's tokenizers write it.

/// A `tokenizer.json` whose parts are read one by one, each with a clear error when it is not BERT's.
struct TokenizerFile {
  let path: String
  private let json: JSONValue

  /// A token of the list `added_tokens`.
  struct AddedToken {
    let id: Int
    let content: String
    let isNormalized: Bool
    let isSpecial: Bool
  }

  init(_ text: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    do { json = try JSONValue(parsing: text) } catch { throw .malformed(file: path, reason: "\(error)") }
  }

  func vocabulary() throws(TokenizerError) -> Vocabulary {
    try require(json["model"], ofType: "WordPiece", "model")
    guard let members = json["model"]?["vocab"]?.members else { throw malformed("model.vocab is not an object") }
    var vocabulary = Vocabulary(capacity: members.count)
    for member in members {
      guard let id = member.value.int, id >= 0 else {
        throw malformed("the id of token \"\(member.key)\" is not a whole number")
      }
      vocabulary.insert(member.key, id)
    }
    return vocabulary
  }

  func wordPiece(_ vocabulary: Vocabulary) throws(TokenizerError) -> WordPiece {
    let unknown = json["model"]?["unk_token"]?.string ?? "[UNK]"
    guard let id = vocabulary.id(of: unknown) else { throw .missingToken(unknown, file: path) }
    return WordPiece(
      vocabulary, continuation: json["model"]?["continuing_subword_prefix"]?.string ?? "##",
      longestWord: json["model"]?["max_input_chars_per_word"]?.int ?? 100, unknownID: id)
  }

  func normalizer() throws(TokenizerError) -> BertNormalizer {
    try require(json["pre_tokenizer"], ofType: "BertPreTokenizer", "pre_tokenizer")
    guard let settings = json["normalizer"] else {
      return BertNormalizer(cleansText: false, separatesIdeographs: false, stripsAccents: false, lowercases: false)
    }
    try require(settings, ofType: "BertNormalizer", "normalizer")
    return BertNormalizer(
      cleansText: settings["clean_text"]?.bool ?? true,
      separatesIdeographs: settings["handle_chinese_chars"]?.bool ?? true,
      stripsAccents: settings["strip_accents"]?.bool, lowercases: settings["lowercase"]?.bool ?? true)
  }

  /// Whether decoding closes up the spaces before punctuation.
  func closesSpaces() throws(TokenizerError) -> Bool {
    guard let settings = json["decoder"] else { return false }
    try require(settings, ofType: "WordPiece", "decoder")
    return settings["cleanup"]?.bool ?? true
  }

  func addedTokens() throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for token in json["added_tokens"]?.array ?? [] {
      guard let id = token["id"]?.int, id >= 0, let content = token["content"]?.string else {
        throw malformed("an added token lacks its id or content")
      }
      for setting in ["single_word", "lstrip", "rstrip"] where token[setting]?.bool == true {
        throw .unsupported(file: path, found: "\(setting) for the token \(content)")
      }
      tokens.append(
        AddedToken(
          id: id, content: content, isNormalized: token["normalized"]?.bool ?? true,
          isSpecial: token["special"]?.bool ?? false))
    }
    return tokens
  }

  func template(_ vocabulary: Vocabulary) throws(TokenizerError) -> Template {
    guard let settings = json["post_processor"] else { return .bare }
    switch settings["type"]?.string {
    case "TemplateProcessing":
      return Template(
        single: try pieces(settings["single"], settings["special_tokens"]),
        pair: try pieces(settings["pair"], settings["special_tokens"]))
    case "BertProcessing":
      guard let start = settings["cls"]?.array?.last?.int, let separator = settings["sep"]?.array?.last?.int else {
        throw malformed("post_processor lacks cls or sep")
      }
      return .bert(classID: start, separatorID: separator)
    case let other: throw .unsupported(file: path, found: "post_processor \(other ?? "without a type")")
    }
  }

  private func pieces(_ list: JSONValue?, _ tokens: JSONValue?) throws(TokenizerError) -> [Template.Piece] {
    var pieces: [Template.Piece] = []
    for item in list?.array ?? [] {
      if let text = item["Sequence"] {
        pieces.append(.text(second: text["id"]?.string == "B", type: text["type_id"]?.int ?? 0))
        continue
      }
      let token = item["SpecialToken"]
      guard let name = token?["id"]?.string, let ids = tokens?[name]?["ids"]?.array else {
        throw malformed("post_processor names a special token without ids")
      }
      pieces += ids.compactMap(\.int).map { .special(id: $0, type: token?["type_id"]?.int ?? 0) }
    }
    return pieces
  }

  private func malformed(_ reason: String) -> TokenizerError { .malformed(file: path, reason: reason) }

  private func require(_ part: JSONValue?, ofType type: String, _ name: String) throws(TokenizerError) {
    guard let part else { throw malformed("\(name) is missing") }
    let found = part["type"]?.string ?? "without a type"
    if found != type { throw .unsupported(file: path, found: "\(name) \(found)") }
  }
}
