// What can go wrong with pictures: cases with data, one sentence each.

/// An error of reading, making or preparing pictures. `picture` is the path as it was given, or "the data".
///
/// For example: `do { _ = try Image(contentsOf: path) } catch ImageError.tooLarge(_, let width, _, _) { print(width) }`.
public enum ImageError: Error, Sendable, Equatable {
  /// The file cannot be opened or read; `reason` is the system's.
  case unreadable(picture: String, reason: String)
  /// Neither JPEG nor PNG; `format` names what it seems to be instead, if that is known.
  case unknownFormat(picture: String, format: String?)
  /// The bytes break their format or end early; `reason` comes from the decoder.
  case malformed(picture: String, format: String, reason: String)
  /// A kind of JPEG or PNG that the decoder does not read.
  case unsupported(picture: String, format: String, reason: String)
  /// More pixels than ``Image/pixelLimit``.
  case tooLarge(picture: String, width: Int, height: Int, limit: Int)
  /// A width or height below 1.
  case emptySize(width: Int, height: Int)
  /// The count of bytes is not width times height times 3.
  case wrongByteCount(expected: Int, found: Int)
  /// The pixels do not fit into memory.
  case outOfMemory(width: Int, height: Int)
  /// Pictures of different sizes cannot become one tensor.
  case unequalSizes([Int], [Int])
  /// A `preprocessor_config.json` that is not one, or asks for what is not done here.
  case invalidConfiguration(file: String, reason: String)
}

extension ImageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let picture, let reason):
      "\(picture) cannot be read: \(reason)."
    case .unknownFormat(let picture, let format?):
      "\(picture) is \(format); only JPEG and PNG can be read. Convert it first."
    case .unknownFormat(let picture, nil):
      "\(picture) is neither a JPEG nor a PNG."
    case .malformed(let picture, let format, let reason):
      "\(picture) is a damaged \(format): \(reason)."
    case .unsupported(let picture, let format, let reason):
      "\(picture) is a \(format) of a kind that is not read: \(reason)."
    case .tooLarge(let picture, let width, let height, let limit):
      "\(picture) has \(width) x \(height) pixels, more than the \(limit) that a picture may have."
    case .emptySize(let width, let height):
      "A picture cannot have \(width) x \(height) pixels; both sizes must be at least 1."
    case .wrongByteCount(let expected, let found):
      "The pixels need \(expected) bytes (width times height times 3), but got \(found)."
    case .outOfMemory(let width, let height):
      "A picture of \(width) x \(height) pixels does not fit into memory."
    case .unequalSizes(let a, let b):
      "Pictures of \(a[0]) x \(a[1]) and \(b[0]) x \(b[1]) pixels cannot become one tensor; resize them to one size."
    case .invalidConfiguration(let file, let reason):
      "\(file) cannot be used: \(reason)."
    }
  }
}
