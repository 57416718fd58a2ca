// Code as it stands on the page: coloured, with the lines that failed marked.

import LessonModel

/// Highlighted code, line by line.
struct CodeListing {
  /// One for each line, without its terminator.
  private(set) var lines: [Markup] = []
  /// Empty lines at the top that are not shown either.
  private(set) var leadingBlankLines = 0
  /// Whether a line is so long that the listing may have to scroll.
  private var isWide: Bool

  /// - Parameter skipping: how many lines at the top are not shown.
  init(_ code: String, spans: [HighlightSpan], skipping: Int = 0) {
    let bytes = Array(code.utf8)
    isWide = bytes.split(separator: UInt8(ascii: "\n")).contains { $0.count > 60 }
    var line = Markup()
    var position = 0
    for span in spans.sorted(by: { $0.start < $1.start }) where span.start >= position && span.length > 0 {
      guard span.start < bytes.count else { break }
      let end = span.start + min(span.length, bytes.count - span.start)
      append(bytes[position..<span.start], nil, &line)
      append(bytes[span.start..<end], Self.className(span.kind), &line)
      position = end
    }
    append(bytes[position...], nil, &line)
    if !line.isEmpty { endLine(&line) }
    lines.removeFirst(min(skipping, lines.count))
    trimBlankLines(atStart: skipping > 0)
  }

  /// The listing; `marked` are lines by their number in `lines`, from 0.
  func markup(marked: Set<Int> = []) -> Markup {
    var out = Markup()
    for (number, line) in lines.enumerated() {
      let isMarked = marked.contains(number)
      if isMarked { out.raw("<span class=\"bad\">") }
      out.raw(line)
      out.raw("\n")
      if isMarked { out.raw("</span>") }
    }
    return out
  }

  /// `<pre>` around the listing; reached by keyboard when it is wide enough to scroll.
  func block(language: String?, marked: Set<Int> = []) -> Markup {
    var out = Markup()
    out.raw("<pre class=\"code\"\(isWide ? " tabindex=\"0\"" : "")><code")
    if let language { out.attribute("class", "language-" + language) }
    out.raw(">")
    out.raw(markup(marked: marked))
    out.raw("</code></pre>\n")
    return out
  }

  // MARK: Building

  private mutating func append(_ bytes: ArraySlice<UInt8>, _ className: String?, _ line: inout Markup) {
    var rest = bytes
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      piece(rest[..<newline], className, &line)
      endLine(&line)
      rest = rest[(newline + 1)...]
    }
    piece(rest, className, &line)
  }

  private func piece(_ bytes: ArraySlice<UInt8>, _ className: String?, _ line: inout Markup) {
    guard !bytes.isEmpty else { return }
    guard let className else { return line.visible(bytes) }
    line.raw("<span class=\"\(className)\">")
    line.visible(bytes)
    line.raw("</span>")
  }

  private mutating func endLine(_ line: inout Markup) {
    lines.append(line)
    line = Markup()
  }

  private mutating func trimBlankLines(atStart: Bool) {
    while let last = lines.last, last.isBlank { lines.removeLast() }
    guard atStart else { return }
    leadingBlankLines = lines.prefix(while: \.isBlank).count
    lines.removeFirst(leadingBlankLines)
  }

  private static func className(_ kind: HighlightSpan.Kind) -> String? {
    switch kind {
    case .keyword: "k"
    case .identifier, .plain: nil
    case .type: "t"
    case .string: "s"
    case .number: "n"
    case .comment: "c"
    case .docComment: "c d"
    case .operator: "o"
    case .attribute: "at"
    case .directive: "p"
    case .regex: "r"
    case .argumentLabel: "l"
    case .interpolation: "ip"
    }
  }
}

extension Markup {
  fileprivate var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d } }
}
