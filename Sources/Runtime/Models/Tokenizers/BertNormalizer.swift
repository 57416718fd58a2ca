// BERT's normalisation of text, and its division into words.

/// What is done to a text before it is cut into word pieces (`BertNormalizer` of Hugging Face's tokenizers).
///
/// For example: "Crème Brûlée" becomes "creme brulee".
struct BertNormalizer: Sendable, Equatable {
  /// Drops control characters and makes every white space a space.
  var cleansText = true
  /// Puts spaces around ideographs, so that each becomes a word.
  var separatesIdeographs = true
  /// Drops accents; nil: when lower-casing.
  var stripsAccents: Bool?
  /// Makes letters lower case, one by one: a final capital sigma becomes σ, not ς.
  var lowercases = true

  func normalize(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
    var text = Array(text)
    if cleansText { text = text.compactMap(\.cleansed) }
    if separatesIdeographs { text = text.flatMap { $0.isIdeograph ? [" ", $0, " "] : [$0] } }
    if stripsAccents ?? lowercases { text = CanonicalDecomposition.of(text).filter { !$0.isAccent } }
    if lowercases { text = text.flatMap(\.lowercased) }
    return text
  }

  /// The words of a normalised text: what is between white space, with every punctuation mark on its own.
  func words(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    var words: [ArraySlice<Unicode.Scalar>] = []
    var start = 0
    for (i, scalar) in text.enumerated() {
      let isMark = scalar.isPunctuation
      guard isMark || scalar.properties.isWhitespace else { continue }
      if start < i { words.append(text[start..<i]) }
      if isMark { words.append(text[i...i]) }
      start = i + 1
    }
    if start < text.count { words.append(text[start...]) }
    return words
  }
}

extension Unicode.Scalar {
  /// A space for white space, nil for what is dropped, else the character itself.
  fileprivate var cleansed: Unicode.Scalar? {
    if (0x20..<0x7F).contains(value) { return self }
    if self == "\t" || self == "\n" || self == "\r" { return " " }
    if value == 0 || value == 0xFFFD || isControl { return nil }
    return properties.isWhitespace ? " " : self
  }

  /// Control, format and private-use characters. Unassigned ones are kept.
  private var isControl: Bool {
    switch properties.generalCategory {
    case .control, .format, .privateUse: isInUnicode8
    default: false
    }
  }

  /// The ranges that BERT calls Chinese: ideographs, but neither kana nor hangul. Extension D (2B740...2B81F) belongs
  /// to them; the first block of extension E (2B820...2B91F) is left out, as in the reference.
  fileprivate var isIdeograph: Bool {
    switch value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF,
      0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// A mark that takes no space of its own. After Unicode 8 two characters left this category, and four came to it.
  fileprivate var isAccent: Bool {
    switch value {
    case 0..<0x300, 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    case 0x1734, 0x1171E: true
    default: properties.generalCategory == .nonspacingMark && isInUnicode8
    }
  }

  /// ASCII's symbols, and the categories whose name ends in punctuation. Two characters left them after Unicode 8.
  fileprivate var isPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0x166D, 0x111C9: return true
    case 0..<0x80: return false
    default: break
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return isInUnicode8
    default: return false
    }
  }

  /// The lower-case form in Unicode 15, the version of the reference: one scalar, or for U+0130 two.
  fileprivate var lowercased: [Unicode.Scalar] {
    if value < 0x80 {
      return [(0x41...0x5A).contains(value) ? Unicode.Scalar(UInt8(value) + 0x20) : self]
    }
    guard let age = properties.age, age.major <= 15 else { return [self] }
    return Array(properties.lowercaseMapping.unicodeScalars)
  }
}
