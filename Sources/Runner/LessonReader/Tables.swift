// Lifts GFM tables out of a manuscript: https://github.github.com/gfm/#tables-extension-

import LessonModel

/// A table whose cells are headings at the front of the manuscript.
struct LiftedTable {
  var alignments: [Table.Alignment?]
  /// The number of its first cell among all cells; they follow row by row, the header first.
  var firstCell: Int
  /// How many rows there are below the header.
  var rowCount: Int
  /// The lines of the manuscript it was found on, before cells were put in front.
  var lines: ClosedRange<Int>
}

extension Manuscript {
  /// Finds tables in libcmark's paragraphs, moves their cells to the front as headings and leaves a marker.
  mutating func liftTables() {
    guard lines.contains(where: { mayDelimit($0.bytes) }) else { return }
    var cells: [ManuscriptLine] = []
    var found: [(MarkdownParagraph, header: Int)] = []
    withMarkdownTree(text) { document in
      document.walkParagraphs { node, quoteDepth in
        let paragraph = MarkdownParagraph(node, quoteDepth: quoteDepth)
        if let header = headerLine(of: paragraph) { found.append((paragraph, header)) }
      }
    }
    for (paragraph, header) in found { cells += lift(paragraph, header: header, cellCount: cells.count) }
    cellCount = cells.count
    lines = cells + lines
  }

  /// What is kept of a paragraph after the tree is gone.
  private struct MarkdownParagraph {
    var lines: ClosedRange<Int>
    var column: Int
    var quoteDepth: Int

    init(_ node: MarkdownNode, quoteDepth: Int) {
      lines = node.textLines
      column = node.column
      self.quoteDepth = quoteDepth
    }
  }

  /// A line's text without what belongs to containers.
  private func row(_ line: Int, of paragraph: MarkdownParagraph) -> ArraySlice<UInt8> {
    let bytes = lines[line - 1].bytes
    let isFirst = line == paragraph.lines.lowerBound
    return bytes[(isFirst ? paragraph.column - 1 : textStart(bytes, quoteDepth: paragraph.quoteDepth))...]
  }

  /// The first line that is followed by a delimiter row with as many cells.
  private func headerLine(of paragraph: MarkdownParagraph) -> Int? {
    paragraph.lines.dropLast().first { line in
      guard mayDelimit(lines[line].bytes), let alignments = delimiterRow(row(line + 1, of: paragraph)) else {
        return false
      }
      return tableCells(row(line, of: paragraph)).count == alignments.count
    }
  }

  /// Replaces a table's lines by markers and returns its cells as headings.
  private mutating func lift(_ paragraph: MarkdownParagraph, header: Int, cellCount: Int) -> [ManuscriptLine] {
    let alignments = delimiterRow(row(header + 1, of: paragraph)) ?? []
    let rows = [header] + (header + 2..<max(header + 2, paragraph.lines.upperBound + 1))
    let cells = rows.flatMap { line in
      let cells = tableCells(row(line, of: paragraph)).prefix(alignments.count)
      let padding = Array(repeating: [UInt8](), count: alignments.count - cells.count)
      return (cells + padding).map { ManuscriptLine(bytes: cellHeading($0), line: lines[line - 1].line) }
    }
    replaceLines(of: paragraph, from: header, by: .table(tables.count))
    tables.append(
      LiftedTable(
        alignments: alignments, firstCell: cellCount, rowCount: rows.count - 1,
        lines: header...paragraph.lines.upperBound))
    return cells
  }

  /// Every line of the table becomes a heading in the same container: a blank line would make a list loose.
  private mutating func replaceLines(of paragraph: MarkdownParagraph, from header: Int, by marker: Marker) {
    let prefix = lines[paragraph.lines.lowerBound - 1].bytes[..<(paragraph.column - 1)]
    let inner = prefix.map { isBlank($0) || $0 == UInt8(ascii: ">") ? $0 : UInt8(ascii: " ") }
    for line in header...paragraph.lines.upperBound {
      let start = line == paragraph.lines.lowerBound ? Array(prefix) : inner
      lines[line - 1].bytes = start + (line == header ? marker : .nothing).heading
    }
  }
}

/// A cell as a heading. The byte at its end keeps a closing `#` from being taken for the heading's own.
private func cellHeading(_ cell: [UInt8]) -> [UInt8] {
  Array("# ".utf8) + cell + [UInt8(ascii: " "), Marker.byte]
}

/// Whether a line can be a delimiter row, container markers included: a cheap check before the exact one.
private func mayDelimit(_ line: [UInt8]) -> Bool {
  var hasDash = false
  var hasMark = false
  for byte in line {
    switch byte {
    case UInt8(ascii: "-"): hasDash = true
    case UInt8(ascii: "|"), UInt8(ascii: ":"): hasMark = true
    case UInt8(ascii: ">"), UInt8(ascii: " "), UInt8(ascii: "\t"): break
    default: return false
    }
  }
  return hasDash && hasMark
}

/// The columns that a delimiter row such as `| :-- | --: |` declares; nil when it is none.
func delimiterRow(_ row: ArraySlice<UInt8>) -> [Table.Alignment?]? {
  let cells = tableCells(row)
  guard !cells.isEmpty else { return nil }
  var alignments: [Table.Alignment?] = []
  for cell in cells {
    let isLeft = cell.first == UInt8(ascii: ":")
    let isRight = cell.count > 1 && cell.last == UInt8(ascii: ":")
    let dashes = cell.dropFirst(isLeft ? 1 : 0).dropLast(isRight ? 1 : 0)
    guard !dashes.isEmpty, dashes.allSatisfy({ $0 == UInt8(ascii: "-") }) else { return nil }
    alignments.append(isLeft ? (isRight ? .center : .left) : (isRight ? .right : nil))
  }
  return alignments
}

/// The cells of a row: split at every `|` without a backslash before it, also in code; `\|` becomes `|`.
func tableCells(_ row: ArraySlice<UInt8>) -> [[UInt8]] {
  let row = row.trimmed
  var cells: [[UInt8]] = []
  var cell: [UInt8] = []
  var isEscaped = false
  for byte in row.first == UInt8(ascii: "|") ? row.dropFirst() : row {
    if byte == UInt8(ascii: "|"), !isEscaped {
      cells.append(Array(cell.trimmed))
      cell = []
      continue
    }
    if byte == UInt8(ascii: "|") { cell.removeLast() }
    cell.append(byte)
    isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
  }
  if !cell.trimmed.isEmpty { cells.append(Array(cell.trimmed)) }
  return cells
}
