// Words cut into the longest pieces that a vocabulary has.

/// The WordPiece model: from a word's start, the longest token that fits is taken, again and again.
///
/// For example: "embeddings" becomes `em`, `##bed`, `##ding`, `##s`. Schuster and Nakajima, "Japanese and Korean Voice
/// Search", 2012; the greedy form is BERT's.
struct WordPiece: Sendable {
  /// Before tokens that go on with a word: "##".
  let continuation: String
  /// Words of more characters than this are not cut; they are unknown.
  let longestWord: Int
  /// The id of words that cannot be cut.
  let unknownID: Int
  private let starts: Vocabulary
  private let continuations: Vocabulary
  private let longestToken: Int

  init(_ vocabulary: Vocabulary, continuation: String = "##", longestWord: Int = 100, unknownID: Int) {
    self.continuation = continuation
    self.longestWord = longestWord
    self.unknownID = unknownID
    starts = vocabulary
    let prefix = Array(continuation.utf8)
    continuations = vocabulary.spellings.reduce(into: Vocabulary()) { found, token in
      guard token.value.bytes.starts(with: prefix), vocabulary.id(of: token.value) == token.key else { return }
      found.insert(Spelling(token.value.bytes.dropFirst(prefix.count)), token.key)
    }
    longestToken = vocabulary.spellings.values.reduce(0) { max($0, $1.bytes.count) }
  }

  /// The ids of a word's pieces; the unknown id alone when one part of the word has no piece.
  func ids(of word: some Collection<Unicode.Scalar>) -> [Int] {
    if word.count > longestWord { return [unknownID] }
    let bytes = word.flatMap { UTF8.encode($0).map(Array.init) ?? [] }
    var ids: [Int] = []
    var start = 0
    while start < bytes.count {
      guard let (id, end) = longestPiece(of: bytes, from: start) else { return [unknownID] }
      ids.append(id)
      start = end
    }
    return ids
  }

  private func longestPiece(of bytes: [UInt8], from start: Int) -> (id: Int, end: Int)? {
    let vocabulary = start == 0 ? starts : continuations
    var end = min(bytes.count, start + longestToken)
    while end > start {
      if let id = vocabulary.id(of: Spelling(bytes[start..<end])) { return (id, end) }
      end -= 1
    }
    return nil
  }
}
