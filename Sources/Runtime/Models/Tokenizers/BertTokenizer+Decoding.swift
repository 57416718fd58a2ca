// Numbers back to text.

import Tensors

extension BertTokenizer {
  /// The text of ids: pieces joined to words, words by spaces. Ids that no token has are passed over.
  ///
  /// - Parameter skippingSpecialTokens: Whether to leave out `[CLS]`, `[SEP]` and their like.
  /// - Parameter cleaningUpSpaces: Whether to close up English contractions ("don ' t" to "don't"), as transformers 4
  ///   does unless told otherwise. Spaces before `.`, `,`, `?` and `!` are closed up in any case.
  public func decode(_ ids: [Int], skippingSpecialTokens: Bool = false, cleaningUpSpaces: Bool = true) -> String {
    var text: [UInt8] = []
    for id in ids where !(skippingSpecialTokens && skippedIDs.contains(id)) {
      guard let token = vocabulary.spellings[id] else { continue }
      let spelling = spelling(of: token, isFirst: text.isEmpty)
      text += closesSpaces ? cleaned(spelling) : spelling
    }
    return String(decoding: cleaningUpSpaces ? cleaned(text) : text, as: UTF8.self)
  }

  /// The text of one row of ids, as a model's `generate` gives them.
  ///
  /// - Throws: ``TokenizerError/notARowOfIDs(shape:dtype:)``, or the tensor's own error.
  public func decode(_ ids: Tensor, skippingSpecialTokens: Bool = false, cleaningUpSpaces: Bool = true) throws -> String
  {
    guard ids.rank == 1, ids.dtype.isInteger else {
      throw TokenizerError.notARowOfIDs(shape: ids.shape, dtype: "\(ids.dtype)")
    }
    return decode(
      try [Int64](ids.to(.int64)).map(Int.init), skippingSpecialTokens: skippingSpecialTokens,
      cleaningUpSpaces: cleaningUpSpaces)
  }

  /// A token's bytes, with what joins it to the ones before.
  private func spelling(of token: Spelling, isFirst: Bool) -> [UInt8] {
    let bytes = Array(token.bytes)
    if isFirst { return bytes }
    return bytes.starts(with: model.continuation.utf8)
      ? Array(bytes.dropFirst(model.continuation.utf8.count)) : [UInt8(ascii: " ")] + bytes
  }
}

/// Closes up spaces, one rule after the other, in the reference's order.
private func cleaned(_ text: [UInt8]) -> [UInt8] {
  let rules = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"),
    (" 've", "'ve"), (" 're", "'re"),
  ]
  return rules.reduce(text) { replacing(Array($1.0.utf8), by: Array($1.1.utf8), in: $0) }
}

private func replacing(_ pattern: [UInt8], by replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  var rest = text[...]
  while let byte = rest.first {
    let isMatch = byte == pattern[0] && rest.starts(with: pattern)
    result += isMatch ? replacement[...] : rest.prefix(1)
    rest = rest.dropFirst(isMatch ? pattern.count : 1)
  }
  return result
}
