// The plainest HTML of a lesson's blocks, in libcmark's form, so that two readings can be compared.

import LessonModel

enum HTMLWriter {
  static func html(_ blocks: [Block], isTight: Bool = false) -> String {
    blocks.map { html($0, isTight: isTight) }.joined()
  }

  private static func html(_ block: Block, isTight: Bool) -> String {
    switch block.kind {
    case .heading(let level, let content): "<h\(level)>\(html(content))</h\(level)>\n"
    case .paragraph(let content): isTight ? html(content) : "<p>\(html(content))</p>\n"
    case .blockQuote(let content), .alert(_, let content): "<blockquote>\n\(html(content))</blockquote>\n"
    case .list(let list): html(list)
    case .step: ""
    case .code(let info, let code): html(code, info)
    case .table(let table): html(table)
    case .thematicBreak: "<hr />\n"
    case .html(let html): html.hasSuffix("\n") ? html : html + "\n"
    }
  }

  private static func html(_ code: String, _ info: String?) -> String {
    let language = info?.split(whereSeparator: \.isWhitespace).first
    let attribute = language.map { " class=\"language-\(escape(String($0)))\"" } ?? ""
    return "<pre><code\(attribute)>\(escape(code))</code></pre>\n"
  }

  private static func html(_ list: List) -> String {
    let start = list.start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
    let name = list.start == nil ? "ul" : "ol"
    return "<\(name)\(start)>\n\(list.items.map { html($0, isTight: list.isTight) }.joined())</\(name)>\n"
  }

  /// Every block in an item starts on a new line, but for a tight item's paragraphs.
  private static func html(_ item: List.Item, isTight: Bool) -> String {
    var text = "<li>"
    if let isDone = item.task { text += "<input\(isDone ? " checked=\"\"" : "") disabled=\"\" type=\"checkbox\"> " }
    for block in item.blocks {
      if case .paragraph = block.kind, isTight {} else if !text.hasSuffix("\n") { text += "\n" }
      text += html(block, isTight: isTight)
    }
    return text + "</li>\n"
  }

  private static func html(_ table: Table) -> String {
    let body = table.rows.map { row($0, "td", table.alignments) }.joined()
    let rows = table.rows.isEmpty ? "" : "<tbody>\n\(body)</tbody>\n"
    return "<table>\n<thead>\n\(row(table.header, "th", table.alignments))</thead>\n\(rows)</table>\n"
  }

  private static func row(_ cells: [[Inline]], _ name: String, _ alignments: [Table.Alignment?]) -> String {
    let cells = zip(cells, alignments).map { cell, alignment in
      "<\(name)\(alignment.map { " align=\"\($0.rawValue)\"" } ?? "")>\(html(cell))</\(name)>\n"
    }
    return "<tr>\n\(cells.joined())</tr>\n"
  }

  static func html(_ inlines: [Inline]) -> String { inlines.map(html).joined() }

  private static func html(_ inline: Inline) -> String {
    switch inline {
    case .text(let text): escape(text)
    case .softBreak: "\n"
    case .lineBreak: "<br />\n"
    case .code(let code): "<code>\(escape(code))</code>"
    case .emphasis(let content): "<em>\(html(content))</em>"
    case .strong(let content): "<strong>\(html(content))</strong>"
    case .strikethrough(let content): "<del>\(html(content))</del>"
    case .link(let destination, let title, let content):
      "<a href=\"\(address(destination))\"\(attribute("title", title))>\(html(content))</a>"
    case .image(let source, let title, let alt):
      "<img src=\"\(address(source))\" alt=\"\(escape(alt))\"\(attribute("title", title)) />"
    case .html(let html): html
    case .footnoteReference(let number, let occurrence): "<sup>\(number).\(occurrence)</sup>"
    }
  }

  private static func attribute(_ name: String, _ value: String?) -> String {
    value.map { " \(name)=\"\(escape($0))\"" } ?? ""
  }

  private static func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// Percent-encodes what libcmark does: all but letters, digits and `-_.+!*(),%#@?=;:/$~` and, escaped, `&'`.
  private static func address(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      if scalar == "&" { return "&amp;" }
      if scalar == "'" { return "&#x27;" }
      let isKept = scalar.properties.isASCIIHexDigit || (scalar.isASCII && scalar.properties.isAlphabetic)
        || "-_.+!*(),%#@?=;:/$~".unicodeScalars.contains(scalar)
      let hex = String(byte, radix: 16, uppercase: true)
      return isKept ? String(scalar) : "%" + (hex.count == 1 ? "0" : "") + hex
    }.joined()
  }
}
