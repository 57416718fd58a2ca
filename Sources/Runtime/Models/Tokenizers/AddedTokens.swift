// Tokens that are found in a text before it is cut into words.

/// Whole tokens such as `[MASK]`, which no normalisation and no cutting touches.
struct AddedTokens: Sendable {
  private var spellings: [(bytes: [UInt8], id: Int)] = []

  /// A stretch of text, or a token found in it.
  enum Part: Equatable {
    case text([Unicode.Scalar])
    case token(Int)
  }

  var isEmpty: Bool { spellings.isEmpty }

  mutating func insert(_ token: String, _ id: Int) {
    guard !token.isEmpty else { return }
    spellings.append((Array(token.utf8), id))
    spellings.sort { $0.bytes.count > $1.bytes.count }
  }

  /// A text divided at the tokens in it; at each place the longest one counts.
  func split(_ text: [Unicode.Scalar]) -> [Part] {
    if isEmpty { return [.text(text)] }
    var string = String.UnicodeScalarView()
    string.append(contentsOf: text)
    return split(Array(String(string).utf8))
  }

  private func split(_ bytes: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var (start, place) = (0, 0)
    while place < bytes.count {
      guard let found = token(in: bytes, at: place) else {
        place += 1
        continue
      }
      if start < place { parts.append(text(bytes[start..<place])) }
      parts.append(.token(found.id))
      place += found.bytes.count
      start = place
    }
    if start < bytes.count { parts.append(text(bytes[start...])) }
    return parts
  }

  private func token(in bytes: [UInt8], at place: Int) -> (bytes: [UInt8], id: Int)? {
    spellings.first { $0.bytes[0] == bytes[place] && bytes[place...].starts(with: $0.bytes) }
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> Part {
    .text(Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
  }
}
