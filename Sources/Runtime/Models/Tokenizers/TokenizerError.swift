// What can go wrong with tokenizers: cases with data, one sentence each.

/// An error of loading or using a tokenizer. `file` is the path as it was put together.
public enum TokenizerError: Error, Sendable, Equatable {
  /// The file cannot be opened or read; `reason` is the system's.
  case unreadable(file: String, reason: String)
  /// The folder has neither a `tokenizer.json` nor a `vocab.txt`.
  case notFound(folder: String)
  /// The file is not what it should be.
  case malformed(file: String, reason: String)
  /// The file describes a tokenizer of another kind than BERT's; `found` is what it asks for.
  case unsupported(file: String, found: String)
  /// The vocabulary lacks a token that the tokenizer works with.
  case missingToken(String, file: String)
  /// The greatest length leaves no room even for the special tokens.
  case lengthTooSmall(maxLength: Int, specialTokens: Int)
  /// A tensor of ids that is not one row of integers.
  case notARowOfIDs(shape: [Int], dtype: String)
}

extension TokenizerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) cannot be read: \(reason)."
    case .notFound(let folder):
      "\(folder) has neither a tokenizer.json nor a vocab.txt, so it holds no tokenizer."
    case .malformed(let file, let reason):
      "\(file) is not a sound tokenizer file: \(reason)."
    case .unsupported(let file, let found):
      "\(file) asks for \(found); only BERT's WordPiece tokenizers can be used."
    case .missingToken(let token, let file):
      "\(file) has no token \(token), without which the tokenizer cannot work."
    case .lengthTooSmall(let maxLength, let specialTokens):
      "A length of \(maxLength) has no room for the \(specialTokens) special tokens."
    case .notARowOfIDs(let shape, let dtype):
      "Ids to decode are one row of integers, but got a \(dtype) tensor of shape \(shape)."
    }
  }
}
