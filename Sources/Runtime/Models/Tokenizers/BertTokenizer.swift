// BERT's tokenizer: text to numbers.

/// Cuts text into the word pieces of a vocabulary, as `BertTokenizerFast` of Hugging Face's transformers does.
///
/// A text is normalised (control characters out, accents off, lower case), divided into words at white space and
/// punctuation, and each word cut into the longest pieces that the vocabulary has.
///
/// For example:
///
///     let tokenizer = try BertTokenizer.fromPretrained("models/captioner")
///     let encoding = try tokenizer.encode("a picture of")
///     print(encoding.tokens)                                  // ["[CLS]", "a", "picture", "of", "[SEP]"]
///     print(tokenizer.decode(encoding.ids, skippingSpecialTokens: true))  // a picture of
public struct BertTokenizer: Sendable {
  /// The ids of the tokens with a meaning of their own.
  public struct SpecialIDs: Sendable, Equatable {
    /// `[PAD]`, which fills up shorter rows.
    public let padding: Int
    /// `[UNK]`, for what has no piece.
    public let unknown: Int
    /// `[CLS]`, before every text.
    public let start: Int
    /// `[SEP]`, after every text.
    public let separator: Int
  }

  /// The ids of the tokens with a meaning of their own.
  public let specialIDs: SpecialIDs
  let vocabulary: Vocabulary
  let normalizer: BertNormalizer
  let model: WordPiece
  let template: Template
  /// Tokens found in a text as it is.
  let rawTokens: AddedTokens
  /// Tokens found in a text after it is normalised.
  let normalizedTokens: AddedTokens
  /// What decoding leaves out when special tokens are not wanted.
  let skippedIDs: Set<Int>
  /// Whether decoding closes up the spaces before punctuation.
  let closesSpaces: Bool

  /// The number of tokens, the added ones among them.
  public var vocabularySize: Int { vocabulary.count }

  /// The id of a token spelled exactly so; nil when there is none.
  public func id(of token: String) -> Int? { vocabulary.id(of: token) }

  /// The token of an id; nil when there is none.
  public func token(of id: Int) -> String? { vocabulary.token(of: id) }

  /// The tokens of a text, without special ones around it.
  public func tokens(of text: String) -> [String] { pieces(of: text).compactMap(vocabulary.token) }

  /// A text, or a pair of texts, as the numbers that a model reads.
  ///
  /// - Parameter addingSpecialTokens: Whether to put `[CLS]` and `[SEP]` around the texts.
  /// - Parameter maxLength: The most tokens, special ones included; the longer text is cut at its end first.
  /// - Parameter paddedTo: A length up to which `[PAD]` is appended.
  /// - Throws: ``TokenizerError/lengthTooSmall(maxLength:specialTokens:)``.
  public func encode(
    _ text: String, pair: String? = nil, addingSpecialTokens: Bool = true, maxLength: Int? = nil,
    paddedTo length: Int = 0
  ) throws(TokenizerError) -> Encoding {
    let template = addingSpecialTokens ? template : .bare
    var (first, second) = (pieces(of: text), pair.map(pieces))
    if let maxLength {
      let special = template.specialCount(isPair: pair != nil)
      guard maxLength >= special else { throw .lengthTooSmall(maxLength: maxLength, specialTokens: special) }
      truncate(&first, &second, to: maxLength - special)
    }
    return encoding(template.fill(first, second), paddedTo: length)
  }

  /// Several texts, padded to the longest of them.
  ///
  /// - Throws: ``TokenizerError/lengthTooSmall(maxLength:specialTokens:)``.
  public func encode(_ texts: [String], maxLength: Int? = nil) throws(TokenizerError) -> [Encoding] {
    var encodings: [Encoding] = []
    for text in texts { encodings.append(try encode(text, maxLength: maxLength)) }
    let longest = encodings.map(\.ids.count).max() ?? 0
    return encodings.map { encoding(Array(zip($0.ids, $0.typeIDs)), paddedTo: longest) }
  }

  private func encoding(_ items: [(id: Int, type: Int)], paddedTo length: Int) -> Encoding {
    let missing = max(length - items.count, 0)
    let ids = items.map(\.id) + Array(repeating: specialIDs.padding, count: missing)
    return Encoding(
      ids: ids, tokens: ids.map { vocabulary.token(of: $0) ?? "" },
      typeIDs: items.map(\.type) + Array(repeating: 0, count: missing),
      attentionMask: Array(repeating: 1, count: items.count) + Array(repeating: 0, count: missing))
  }

  /// The ids of a text's pieces.
  func pieces(of text: String) -> [Int] {
    rawTokens.split(Array(text.unicodeScalars)).flatMap { part in
      switch part {
      case .token(let id): [id]
      case .text(let text): normalizedTokens.split(normalizer.normalize(text)).flatMap(pieces)
      }
    }
  }

  private func pieces(of part: AddedTokens.Part) -> [Int] {
    switch part {
    case .token(let id): [id]
    case .text(let text): normalizer.words(of: text).flatMap(model.ids)
    }
  }

  /// Cuts the longer text first; when both are longer than half of the room, each gets half (`longest_first`).
  private func truncate(_ first: inout [Int], _ second: inout [Int]?, to room: Int) {
    guard let other = second?.count else {
      first.removeLast(max(first.count - room, 0))
      return
    }
    guard first.count + other > room else { return }
    let shorter = min(first.count, other)
    let kept = shorter > room / 2 ? (room / 2, room - room / 2) : (shorter, room - shorter)
    let (firstCount, secondCount) = first.count > other ? (kept.1, kept.0) : kept
    first.removeLast(first.count - firstCount)
    second?.removeLast(other - secondCount)
  }
}
