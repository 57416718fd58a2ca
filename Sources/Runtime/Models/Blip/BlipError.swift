// What can go wrong with a captioner: cases with data, one sentence each.

/// An error of making or running a captioner. Errors of single operations are `TensorError`.
public enum BlipError: Error, Sendable, Equatable {
  /// A `config.json` or `generation_config.json` that is not one, or asks for what is not done here.
  case unusableConfiguration(file: String, reason: String)
  /// An input has another shape than the model reads; `expected` says which.
  case wrongInput(name: String, shape: [Int], expected: String)
  /// The tokens and the pictures are not equally many.
  case rowsDoNotMatch(pictures: Int, texts: Int)
  /// More tokens than the model has positions for.
  case tooManyTokens(count: Int, limit: Int)
  /// A setting of generation that it cannot have.
  case invalidSetting(name: String, value: String, expected: String)
}

extension BlipError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusableConfiguration(let file, let reason):
      "\(file) cannot be used: \(reason)."
    case .wrongInput(let name, let shape, let expected):
      "\(name) has the shape \(shape), but the model reads \(expected)."
    case .rowsDoNotMatch(let pictures, let texts):
      "\(pictures) pictures do not go with \(texts) texts; give one text for each picture, or one for all."
    case .tooManyTokens(let count, let limit):
      "\(count) tokens are more than the \(limit) that the model can read; ask for fewer new ones."
    case .invalidSetting(let name, let value, let expected):
      "\(name) must be \(expected), but is \(value)."
    }
  }
}
