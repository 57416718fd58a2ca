// Positions in a lesson, and the text they point into.

/// A place in a lesson. Lines and columns start at 1; columns count UTF-8 bytes, as the Swift compiler's do.
public struct SourcePosition: Sendable, Hashable, Codable, Comparable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A stretch of a lesson; `end` is the position after the last byte.
public struct SourceSpan: Sendable, Hashable, Codable {
  public var start: SourcePosition
  public var end: SourcePosition

  public init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }

  public init(at position: SourcePosition) { self.init(start: position, end: position) }
}

/// A lesson's text by lines, with the name under which positions in it are reported.
public struct SourceText: Sendable, Hashable {
  /// The lesson's file name without its folder, for example `03-dtypes.md`.
  public let fileName: String
  /// The lines without their terminators (`\n`, `\r\n`).
  public let lines: [String]

  public init(fileName: String, lines: [String]) {
    self.fileName = fileName
    self.lines = lines
  }

  /// The text of a line (1-based), or nil past the end.
  public func line(_ number: Int) -> String? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }
}
