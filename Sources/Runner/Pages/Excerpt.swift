// A line of the lesson with a caret under the place that a message is about.

import LessonModel

/// `03-dtypes.md:41:9`, the line, and under it `^~~~`.
struct Excerpt {
  let source: SourceText
  let span: SourceSpan

  /// Longer lines are shown around the column only.
  private static let maximalWidth = 400

  var place: String { "\(source.fileName):\(span.start.line):\(span.start.column)" }

  /// The line and the caret line, `\n` between them; nil when the lesson has no such line.
  var lines: (text: String, caret: String)? {
    guard let line = source.line(span.start.line) else { return nil }
    let window = Self.window(Array(line.utf8), around: span.start.column - 1)
    let column = window.column
    let before = String(decoding: window.bytes[..<column], as: UTF8.self)
    return (String(decoding: window.bytes, as: UTF8.self), Self.blank(before) + marker(window.bytes, column))
  }

  /// The bytes to show and where the column falls in them, moved to the start of a scalar.
  private static func window(_ bytes: [UInt8], around offset: Int) -> (bytes: [UInt8], column: Int) {
    let column = scalarStart(bytes, offset)
    guard bytes.count > maximalWidth else { return (bytes, column) }
    let start = scalarStart(bytes, column - maximalWidth / 2)
    let end = scalarStart(bytes, column + maximalWidth / 2)
    let lead = Array((start > 0 ? "…" : "").utf8)
    let rest = Array((end < bytes.count ? "…" : "").utf8)
    return (lead + bytes[start..<end] + rest, column - start + lead.count)
  }

  private static func scalarStart(_ bytes: [UInt8], _ offset: Int) -> Int {
    var start = min(max(0, offset), bytes.count)
    while start > 0, start < bytes.count, bytes[start] & 0xc0 == 0x80 { start -= 1 }
    return start
  }

  /// `^`, and `~` up to the end of a span that ends on the same line.
  private func marker(_ bytes: [UInt8], _ column: Int) -> String {
    guard span.end.line == span.start.line, span.end.column > span.start.column else { return "^" }
    let length = min(span.end.column - span.start.column, bytes.count - column)
    let marked = String(decoding: bytes[column..<(column + max(0, length))], as: UTF8.self)
    return "^" + String(repeating: "~", count: max(0, marked.unicodeScalars.reduce(0) { $0 + Self.width($1) } - 1))
  }

  /// Space as wide as a text: tabs stay tabs, wide characters become ideographic spaces.
  private static func blank(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      if scalar == "\t" { return "\t" }
      return switch width(scalar) {
      case 0: ""
      case 2: "\u{3000}"
      default: " "
      }
    }.joined()
  }

  /// Columns that a character takes in a fixed-width font: none for marks, two for those that Unicode Standard
  /// Annex 11 calls wide.
  static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
      0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff,
      0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }
}
