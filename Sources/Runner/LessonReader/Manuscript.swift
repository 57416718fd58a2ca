// A lesson's Markdown on its way to libcmark: lines that may be rewritten but know where they came from.

import LessonModel

/// A line of Markdown and its place in the lesson.
struct ManuscriptLine {
  var bytes: [UInt8]
  /// The lesson's line, 1-based.
  var line: Int
  /// What to add to a column of `bytes` to get the lesson's.
  var shift = 0
}

/// Lines in which libcmark does not see what it does not know. Footnotes and tables are not CommonMark, so they are
/// lifted out: their lines become *markers*, headings that are dropped or replaced when the tree is read, and their
/// contents go to the front as blocks of their own. So one parse reads everything, with one set of link references.
struct Manuscript {
  var lines: [ManuscriptLine]
  var marks: Marks
  /// How many headings at the front are cells of tables.
  var cellCount = 0
  var tables: [LiftedTable] = []
  var definitions: [FootnoteDefinition] = []

  /// All lines as one text.
  var text: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(lines.reduce(0) { $0 + $1.bytes.count + 1 })
    for line in lines {
      text += line.bytes
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// The lesson's position of a line and column of `text`.
  func position(line: Int, column: Int) -> SourcePosition {
    guard lines.indices.contains(line - 1) else { return SourcePosition(line: lines.last?.line ?? 1, column: 1) }
    let place = lines[line - 1]
    return SourcePosition(line: place.line, column: max(1, column + place.shift))
  }
}

/// A heading that stands for something lifted out. It starts with a byte that no UTF-8 text has.
enum Marker: Equatable {
  static let byte: UInt8 = 0xFF

  /// Nothing is here any more.
  case nothing
  case table(Int)
  /// The next block quotation is the body of this footnote.
  case footnote(Int)

  /// The heading's line, without line end.
  var heading: [UInt8] {
    let name =
      switch self {
      case .nothing: "n"
      case .table(let index): "t\(index)"
      case .footnote(let index): "f\(index)"
      }
    return Array("# ".utf8) + [Self.byte] + Array(name.utf8)
  }

  /// The marker that a node is, if it is one.
  init?(_ node: MarkdownNode) {
    guard node.kind == .heading, let text = node.firstChild?.literal, text.count >= 2, text[0] == Self.byte else {
      return nil
    }
    let number = Int(text[2...].text)
    switch (text[1], number) {
    case (UInt8(ascii: "t"), let index?): self = .table(index)
    case (UInt8(ascii: "f"), let index?): self = .footnote(index)
    default: self = .nothing
    }
  }
}

extension MarkdownNode {
  /// Visits the paragraphs (and headings of several lines) with the depth of block quotations around each.
  func walkParagraphs(_ visit: (_ paragraph: MarkdownNode, _ quoteDepth: Int) -> Void) {
    var quotes: [Int] = []
    walk { node, depth in
      while let last = quotes.last, last >= depth { quotes.removeLast() }
      switch node.kind {
      case .blockQuote: quotes.append(depth)
      case .paragraph: visit(node, quotes.count)
      case .heading where node.endLine > node.line: visit(node, quotes.count)
      default: break
      }
      return [.document, .blockQuote, .list, .item].contains(node.kind)
    }
  }

  /// The lines of a paragraph; those of a heading without its underline.
  var textLines: ClosedRange<Int> { line...max(line, kind == .heading ? endLine - 1 : endLine) }
}

/// Where a paragraph's text starts on one of its lines after the first: past white space and `>` of the quotations
/// around it, as many as are there (lazy lines have fewer).
func textStart(_ line: [UInt8], quoteDepth: Int) -> Int {
  var index = 0
  for depth in 0...quoteDepth {
    while index < line.count, isBlank(line[index]) { index += 1 }
    guard depth < quoteDepth, index < line.count, line[index] == UInt8(ascii: ">") else { break }
    index += 1
  }
  return index
}
