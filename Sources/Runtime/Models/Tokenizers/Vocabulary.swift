// Tokens and their numbers.

/// The tokens of a tokenizer by id, and their ids by spelling.
///
/// Spellings are compared byte by byte. Swift's strings would take é for e and U+0301, which are two tokens.
struct Vocabulary: Sendable {
  /// Spelled out tokens.
  private(set) var tokens: [Int: String] = [:]
  private var ids: [Spelling: Int] = [:]

  /// The number of tokens.
  var count: Int { tokens.count }

  init(_ tokens: some Sequence<(token: String, id: Int)> = []) {
    for (token, id) in tokens { insert(token, id) }
  }

  /// Adds a token, or gives it another id.
  mutating func insert(_ token: String, _ id: Int) {
    tokens[id] = token
    ids[Spelling(Array(token.utf8)[...])] = id
  }

  func id(of token: String) -> Int? { ids[Spelling(Array(token.utf8)[...])] }

  func id(of bytes: ArraySlice<UInt8>) -> Int? { ids[Spelling(bytes)] }
}

/// UTF-8 bytes as a dictionary's key.
struct Spelling: Hashable, Sendable {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  static func == (a: Spelling, b: Spelling) -> Bool { a.bytes.elementsEqual(b.bytes) }

  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
