// Tokenizers from the files of a model's folder.

extension BertTokenizer {
  /// The tokenizer in a model's folder: its `tokenizer.json`, else its `vocab.txt`; with the settings of
  /// `tokenizer_config.json` if there is one.
  ///
  /// - Throws: ``TokenizerError``: no tokenizer there, an unreadable or unsound file, another kind of tokenizer.
  public static func fromPretrained(_ folder: String) throws(TokenizerError) -> BertTokenizer {
    let settings = try textIfPresent(folder + "/tokenizer_config.json")
    var configuration = TokenizerConfiguration()
    if let settings {
      do { configuration = TokenizerConfiguration(try JSONValue(parsing: settings)) } catch {
        throw .malformed(file: folder + "/tokenizer_config.json", reason: "\(error)")
      }
    }
    for name in ["tokenizer.json", "vocab.txt"] {
      let path = folder + "/" + name
      guard let text = try textIfPresent(path) else { continue }
      return name == "vocab.txt"
        ? try BertTokenizer(vocabularyText: text, path, configuration)
        : try BertTokenizer(TokenizerFile(text, path: path), configuration)
    }
    throw .notFound(folder: folder)
  }

  /// The tokenizer of one file: a `tokenizer.json`, or a vocabulary with a token per line, then with BERT's settings.
  ///
  /// - Throws: ``TokenizerError``: an unreadable or unsound file, or another kind of tokenizer.
  public init(contentsOf path: String) throws(TokenizerError) {
    guard let text = try textIfPresent(path) else {
      throw .unreadable(file: path, reason: "No such file or directory")
    }
    if path.hasSuffix(".json") {
      self = try BertTokenizer(TokenizerFile(text, path: path), TokenizerConfiguration())
    } else {
      self = try BertTokenizer(vocabularyText: text, path, TokenizerConfiguration())
    }
  }

  init(_ file: TokenizerFile, _ configuration: TokenizerConfiguration) throws(TokenizerError) {
    var vocabulary = try file.vocabulary()
    model = try file.wordPiece(vocabulary)
    normalizer = configuration.applied(to: try file.normalizer())
    closesSpaces = try file.closesSpaces()
    var (raw, normalized, skipped) = (AddedTokens(), AddedTokens(), Set<Int>())
    for token in try file.addedTokens() {
      vocabulary.insert(token.content, token.id)
      if token.isSpecial { skipped.insert(token.id) }
      if token.isNormalized {
        let spelling = normalizer.normalize(token.content.unicodeScalars)
        normalized.insert(String(String.UnicodeScalarView(spelling)), token.id)
      } else {
        raw.insert(token.content, token.id)
      }
    }
    template = try file.template(vocabulary)
    specialIDs = try SpecialIDs(vocabulary, configuration, file.path)
    (rawTokens, normalizedTokens, skippedIDs) = (raw, normalized, skipped)
    self.vocabulary = vocabulary
  }

  init(vocabularyText text: [UInt8], _ path: String, _ configuration: TokenizerConfiguration) throws(TokenizerError) {
    vocabulary = try Vocabulary(lines: text, path)
    specialIDs = try SpecialIDs(vocabulary, configuration, path)
    model = WordPiece(vocabulary, unknownID: specialIDs.unknown)
    normalizer = configuration.applied(to: BertNormalizer())
    template = .bert(classID: specialIDs.start, separatorID: specialIDs.separator)
    closesSpaces = true
    var (raw, skipped) = (AddedTokens(), Set<Int>())
    for token in configuration.specialTokens {
      guard let id = vocabulary.id(of: token) else { continue }
      raw.insert(token, id)
      skipped.insert(id)
    }
    (rawTokens, normalizedTokens, skippedIDs) = (raw, AddedTokens(), skipped)
  }
}

extension BertTokenizer.SpecialIDs {
  init(_ vocabulary: Vocabulary, _ configuration: TokenizerConfiguration, _ file: String) throws(TokenizerError) {
    func id(_ token: String) throws(TokenizerError) -> Int {
      guard let id = vocabulary.id(of: token) else { throw .missingToken(token, file: file) }
      return id
    }
    padding = try id(configuration.padding)
    unknown = try id(configuration.unknown)
    start = try id(configuration.start)
    separator = try id(configuration.separator)
  }
}

extension Vocabulary {
  /// A token per line; its number is the line's, from 0. Of equal lines the last one counts.
  fileprivate init(lines text: [UInt8], _ path: String) throws(TokenizerError) {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    if String(validating: text, as: UTF8.self) == nil {
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      throw .malformed(file: path, reason: "line \(line + 1) is not UTF-8")
    }
    self.init(capacity: lines.count)
    for (id, line) in lines.enumerated() {
      insert(Spelling(line.last == UInt8(ascii: "\r") ? line.dropLast() : line), id)
    }
  }
}

/// The bytes of a file, or nil when there is none of that name.
private func textIfPresent(_ path: String) throws(TokenizerError) -> [UInt8]? {
  do { return try bytes(ofFile: path) } catch {
    if error.isAbsence { return nil }
    throw .unreadable(file: path, reason: error.reason)
  }
}
