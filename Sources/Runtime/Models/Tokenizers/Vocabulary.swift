// Tokens and their numbers.

/// The tokens of a tokenizer by id, and their ids by spelling.
///
/// Spellings are UTF-8 and compared byte by byte. Swift's strings would take é for e and U+0301, which are two tokens.
struct Vocabulary: Sendable {
  private(set) var spellings: [Int: Spelling] = [:]
  private var ids: [Spelling: Int] = [:]

  /// Room for a number of tokens.
  init(capacity: Int = 0) {
    spellings.reserveCapacity(capacity)
    ids.reserveCapacity(capacity)
  }

  /// The number of tokens.
  var count: Int { spellings.count }

  /// Adds a token, or gives it another id.
  mutating func insert(_ spelling: Spelling, _ id: Int) {
    spellings[id] = spelling
    ids[spelling] = id
  }

  mutating func insert(_ token: String, _ id: Int) { insert(Spelling(token), id) }

  func id(of spelling: Spelling) -> Int? { ids[spelling] }

  func id(of token: String) -> Int? { ids[Spelling(token)] }

  func token(of id: Int) -> String? { spellings[id].map { String(decoding: $0.bytes, as: UTF8.self) } }
}

/// UTF-8 bytes as a dictionary's key. A slice of a whole file: thousands of arrays of their own would take longer to
/// make than the file to read.
struct Spelling: Hashable, Sendable {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  init(_ token: String) { bytes = Array(token.utf8)[...] }

  static func == (a: Spelling, b: Spelling) -> Bool {
    a.bytes.count == b.bytes.count
      && a.bytes.withUnsafeBytes { a in b.bytes.withUnsafeBytes { b in a.elementsEqual(b) } }
  }

  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
