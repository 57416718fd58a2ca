// Lifts footnotes' definitions out of a manuscript.

import LessonModel

/// `[^name]: text` and the lines that belong to it.
struct FootnoteDefinition {
  var name: String
  var position: SourcePosition
  /// The lines of its text without their indentation.
  var body: [ManuscriptLine]
}

extension Manuscript {
  /// Moves every definition's text to the front, into a block quotation of its own, and hides references to it.
  /// A definition starts at most three spaces from the margin, or as far in as the list item it is in; its further
  /// lines are those of its paragraph and, after that, all that are four columns further in.
  mutating func liftFootnotes(_ findings: inout Findings) {
    let places = findDefinitions(&findings)
    guard !places.isEmpty else { return }
    var names: [String: Int] = [:]
    var end = 0
    for place in places where place.lines.lowerBound > end {
      end = lift(place, &names, &findings)
    }
    for index in lines.indices {
      lines[index].bytes = marks.hideReferences(lines[index].bytes) { names[$0.text.lowercased()] }
    }
    let bodies = definitions.enumerated().flatMap { index, definition in
      [markerLine(.footnote(index), at: definition.position.line)]
        + definition.body.map { ManuscriptLine(bytes: Array("> ".utf8) + $0.bytes, line: $0.line, shift: $0.shift - 2) }
    }
    let hidden = bodies.map { line in
      var line = line
      line.bytes = marks.hideReferences(line.bytes) { names[$0.text.lowercased()] }
      return line
    }
    lines = hidden + [markerLine(.nothing, at: lines.first?.line ?? 1)] + lines
  }

  private func markerLine(_ marker: Marker, at line: Int) -> ManuscriptLine {
    ManuscriptLine(bytes: marker.heading, line: line)
  }

  /// Where a definition was found: its own lines of a paragraph (1-based), and how far in the paragraph's container is.
  private struct Place {
    var lines: ClosedRange<Int>
    var isLastOfParagraph: Bool
    var base: Int
  }

  /// Finds definitions with libcmark's help: what looks like one in code or HTML is none.
  private func findDefinitions(_ findings: inout Findings) -> [Place] {
    var hidden = self
    var candidates: Set<Int> = []
    for (index, line) in lines.enumerated() {
      guard let start = candidate(line.bytes) else { continue }
      candidates.insert(index + 1)
      hidden.lines[index].bytes = marks.hideDefinition(line.bytes, at: start)
    }
    guard !candidates.isEmpty else { return [] }
    var places: [Place] = []
    withMarkdownTree(hidden.text) { document in
      document.walkParagraphs { paragraph, quoteDepth in
        let found = paragraph.textLines.filter { line in
          guard candidates.contains(line) else { return false }
          let bytes = hidden.lines[line - 1].bytes
          let start = line == paragraph.line ? paragraph.column - 1 : textStart(bytes, quoteDepth: quoteDepth)
          return marks.isDefinition(bytes, at: start) && isAtMargin(line, at: start, &findings)
        }
        for (index, line) in found.enumerated() {
          let isLast = index == found.count - 1
          let end = isLast ? paragraph.textLines.upperBound : found[index + 1] - 1
          let base = paragraph.parent?.kind == .document ? 0 : indentation(lines[line - 1].bytes)
          places.append(Place(lines: line...end, isLastOfParagraph: isLast, base: base))
        }
      }
    }
    return places
  }

  /// The index where a line, past white space and `>`, reads `[^name]:`.
  private func candidate(_ line: [UInt8]) -> Int? {
    guard let start = line.firstIndex(where: { !isBlank($0) && $0 != UInt8(ascii: ">") }),
      let name = footnoteName(line, at: start), line[(name.endIndex + 1)...].first == UInt8(ascii: ":")
    else { return nil }
    return start
  }

  private func isAtMargin(_ line: Int, at start: Int, _ findings: inout Findings) -> Bool {
    if lines[line - 1].bytes[..<start].allSatisfy(isBlank) { return true }
    let position = self.position(line: line, column: start + 1)
    findings.report(
      "misplaced-footnote", "A footnote cannot be defined inside a quotation.", at: SourceSpan(at: position),
      hint: "Start the definition at the margin.")
    return false
  }

  /// Takes one definition out and returns its last line.
  private mutating func lift(_ place: Place, _ names: inout [String: Int], _ findings: inout Findings) -> Int {
    let first = place.lines.lowerBound
    let end =
      place.isLastOfParagraph ? endOfBody(after: place.lines.upperBound, base: place.base) : place.lines.upperBound
    let line = lines[first - 1]
    let indent = line.bytes.prefix(while: isBlank)
    guard let name = footnoteName(line.bytes, at: indent.count) else { return end }
    let text = line.bytes[(name.endIndex + 2)...].drop(while: isBlank)
    var body = [ManuscriptLine(bytes: Array(text), line: line.line, shift: text.startIndex)]
    for index in first..<end { body.append(dedented(lines[index], by: place.base + 4)) }
    for index in first - 1..<end where !lines[index].bytes.allSatisfy(isBlank) {
      lines[index].bytes = indent + Marker.nothing.heading
    }
    let position = SourcePosition(line: line.line, column: indent.count + 1)
    define(FootnoteDefinition(name: name.text, position: position, body: body), &names, &findings)
    return end
  }

  private mutating func define(
    _ definition: FootnoteDefinition, _ names: inout [String: Int], _ findings: inout Findings
  ) {
    let key = definition.name.lowercased()
    guard let first = names[key] else {
      names[key] = definitions.count
      return definitions.append(definition)
    }
    let place = definitions[first].position
    findings.report(
      "duplicate-footnote", "The footnote `\(definition.name)` is defined twice, first on line \(place.line).",
      at: SourceSpan(at: definition.position),
      notes: [Diagnostic(.note, "It is first defined here.", at: SourceSpan(at: place))])
  }

  /// The last line that is indented enough to belong to a definition whose paragraph ends on `line`.
  private func endOfBody(after line: Int, base: Int) -> Int {
    var end = line
    for index in line..<max(line, lines.count) {
      let bytes = lines[index].bytes
      if bytes.allSatisfy(isBlank) { continue }
      guard indentation(bytes) >= base + 4 else { break }
      end = index + 1
    }
    return end
  }
}

/// The column in which a line's text starts, counted from 0, with tab stops every four columns.
func indentation(_ line: [UInt8]) -> Int {
  line.prefix(while: isBlank).reduce(0) { $1 == UInt8(ascii: "\t") ? $0 / 4 * 4 + 4 : $0 + 1 }
}

/// A line without its first columns of white space; a tab that reaches further leaves spaces.
private func dedented(_ line: ManuscriptLine, by columns: Int) -> ManuscriptLine {
  var column = 0
  var index = 0
  while index < line.bytes.count, column < columns, isBlank(line.bytes[index]) {
    column = line.bytes[index] == UInt8(ascii: "\t") ? column / 4 * 4 + 4 : column + 1
    index += 1
  }
  let spaces = max(0, column - columns)
  let bytes = Array(repeating: UInt8(ascii: " "), count: spaces) + line.bytes[index...]
  return ManuscriptLine(bytes: bytes, line: line.line, shift: index - spaces)
}
