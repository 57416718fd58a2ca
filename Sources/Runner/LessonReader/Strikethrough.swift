// GFM strikethrough: https://github.github.com/gfm/#strikethrough-extension-

import LessonModel

/// A piece of inline content in which tildes may still be delimiters.
enum StrikePiece {
  case inline(Inline)
  /// One or two tildes; other runs are text.
  case tildes(Int, opens: Bool, closes: Bool)
}

/// Joins pieces to inlines: a run that closes matches the nearest one before it that opens and is as long.
struct StrikethroughMatcher {
  /// How deep strikethrough may be nested in itself; further openers stay text.
  static let depthLimit = 20

  private var levels: [(length: Int, content: [Inline])] = [(0, [])]

  static func join(_ pieces: [StrikePiece]) -> [Inline] {
    var matcher = StrikethroughMatcher()
    for piece in pieces { matcher.add(piece) }
    return matcher.flatten(from: 0)
  }

  private mutating func add(_ piece: StrikePiece) {
    switch piece {
    case .inline(let inline):
      append(inline)
    case .tildes(let length, let opens, let closes):
      if closes, let opener = levels.lastIndex(where: { $0.length == length }) {
        let content = Array(flatten(from: opener, withOpener: false))
        levels.removeSubrange(opener...)
        append(.strikethrough(content))
      } else if opens, levels.count <= Self.depthLimit {
        levels.append((length, []))
      } else {
        append(.text(String(repeating: "~", count: length)))
      }
    }
  }

  private mutating func append(_ inline: Inline) {
    levels[levels.count - 1].content.append(inline)
  }

  /// The content of a level and those above it, whose openers did not close.
  private func flatten(from first: Int, withOpener: Bool = true) -> [Inline] {
    var result: [Inline] = []
    for (index, level) in levels[first...].enumerated() {
      if index > 0 || withOpener, level.length > 0 { result.append(.text(String(repeating: "~", count: level.length))) }
      result += level.content
    }
    return result.joinedText
  }
}

extension [Inline] {
  /// The same with neighbouring texts joined.
  var joinedText: [Inline] {
    var result: [Inline] = []
    var text: [String] = []
    for inline in self {
      if case .text(let next) = inline {
        text.append(next)
        continue
      }
      if !text.isEmpty { result.append(.text(text.joined())) }
      text = []
      result.append(inline)
    }
    if !text.isEmpty { result.append(.text(text.joined())) }
    return result
  }
}

/// What stands beside a run of delimiters, as CommonMark's flanking rules see it.
enum Neighbour {
  case space, punctuation, other

  init(_ scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .spaceSeparator: self = .space
    case .control: self = scalar.value < 128 && isSpace(UInt8(scalar.value)) ? .space : .other
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      self = .punctuation
    default: self = scalar.isASCII && "$+<=>^`|~".unicodeScalars.contains(scalar) ? .punctuation : .other
    }
  }

  /// Whether a run of delimiters between two neighbours may open and close.
  static func flanking(before: Neighbour, after: Neighbour) -> (opens: Bool, closes: Bool) {
    let opens = after != .space && (after != .punctuation || before != .other)
    let closes = before != .space && (before != .punctuation || after != .other)
    return (opens, closes)
  }
}
