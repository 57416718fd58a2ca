// libcmark's block nodes -> blocks, steps and footnotes.

import LessonModel

/// Reads a manuscript's tree. Recursion is bounded by `nestingLimit`.
struct BlockReader {
  /// How many nodes may lie within each other.
  static let nestingLimit = 200

  let text: LessonText
  let manuscript: Manuscript
  var findings: Findings
  var steps: StepReader
  private var inlines: InlineReader
  private var cells: [MarkdownNode] = []
  private var bodies: [Int: MarkdownNode] = [:]
  private var isInFootnote = false
  /// For each line of the manuscript, the last line up to it that is not blank.
  private let lastFilled: [Int]

  init(_ manuscript: Manuscript, _ text: LessonText, defaults: StepOptions, _ findings: Findings) {
    self.text = text
    self.manuscript = manuscript
    self.findings = findings
    steps = StepReader(text, defaults: defaults)
    inlines = InlineReader(marks: manuscript.marks)
    var last = 1
    lastFilled = manuscript.lines.enumerated().map { index, line in
      if !text.lines[line.line - 1].allSatisfy(isBlank) { last = index + 1 }
      return last
    }
  }

  /// The lesson's blocks and the footnotes that they refer to.
  mutating func read(_ document: MarkdownNode) -> (blocks: [Block], footnotes: [Footnote]) {
    guard isShallow(document) else { return ([], []) }
    var nodes = Array(document.children)
    cells = Array(nodes.prefix(manuscript.cellCount))
    nodes.removeFirst(cells.count)
    var blocks: [MarkdownNode] = []
    var index = 0
    while index < nodes.count {
      if case .footnote(let number) = Marker(nodes[index]), index + 1 < nodes.count {
        bodies[number] = nodes[index + 1]
        index += 1
      } else {
        blocks.append(nodes[index])
      }
      index += 1
    }
    bodies.sorted { $0.key < $1.key }.forEach { reportSteps(in: $0.value) }
    return (blocks.compactMap { read(block: $0) }, readFootnotes())
  }

  /// Footnotes may refer to further ones, so the list grows while it is read.
  private mutating func readFootnotes() -> [Footnote] {
    isInFootnote = true
    var footnotes: [Footnote] = []
    while footnotes.count < inlines.footnotes.order.count {
      let number = inlines.footnotes.order[footnotes.count]
      let blocks = bodies[number].map { read(children: $0) } ?? []
      footnotes.append(Footnote(name: manuscript.definitions[number].name, blocks: blocks, referenceCount: 0))
    }
    for index in footnotes.indices { footnotes[index].referenceCount = inlines.footnotes.counts[index] }
    return footnotes
  }

  private mutating func reportSteps(in body: MarkdownNode) {
    var places: [SourceSpan] = []
    body.walk { node, _ in
      if node.kind == .codeBlock, case .step = Fence(info: node.fenceInfo.text) { places.append(span(node)) }
      return true
    }
    for place in places {
      findings.report(
        "step-in-footnote", "A footnote cannot hold a step.", at: SourceSpan(at: place.start),
        hint: "Move it into the text, or write `swift ignore`.")
    }
  }

  /// Reports a tree that is too deep to be read.
  private mutating func isShallow(_ document: MarkdownNode) -> Bool {
    var deepest: MarkdownNode?
    document.walk { node, depth in
      guard depth > Self.nestingLimit, deepest == nil else { return deepest == nil }
      deepest = node
      return false
    }
    guard var node = deepest else { return true }
    while node.line == 0 || node.kind == .item || !node.isBlock, let parent = node.parent { node = parent }
    findings.report(
      "nesting", "Blocks or markup are nested more than \(Self.nestingLimit) deep.",
      at: SourceSpan(at: manuscript.position(line: node.line, column: node.column)))
    return false
  }

  private mutating func read(children node: MarkdownNode) -> [Block] { node.children.compactMap { read(block: $0) } }

  private mutating func read(block node: MarkdownNode) -> Block? {
    if let marker = Marker(node) { return readMarker(marker, node) }
    let span = span(node)
    switch node.kind {
    case .heading: return Block(.heading(level: node.headingLevel, inlines.read(node)), at: span)
    case .paragraph: return Block(.paragraph(inlines.read(node)), at: span)
    case .blockQuote: return Block(readQuotation(node), at: span)
    case .list: return Block(.list(readList(node)), at: span)
    case .codeBlock: return readCode(node)
    case .htmlBlock: return Block(.html(manuscript.marks.restore(node.literal).text), at: span)
    case .thematicBreak: return Block(.thematicBreak, at: span)
    default: return nil
    }
  }

  private mutating func readMarker(_ marker: Marker, _ node: MarkdownNode) -> Block? {
    guard case .table(let index) = marker, manuscript.tables.indices.contains(index) else { return nil }
    let table = manuscript.tables[index]
    let columns = table.alignments.count
    var rows = (0...table.rowCount).map { row in
      (0..<columns).map { column in inlines.readCell(cells[table.firstCell + row * columns + column]) }
    }
    let header = rows.removeFirst()
    let start = manuscript.position(line: node.line, column: node.column)
    let lastLine = manuscript.lines[table.lines.upperBound + manuscript.cellCount - 1].line
    return Block(
      .table(Table(alignments: table.alignments, header: header, rows: rows)),
      at: SourceSpan(start: start, end: lineEnd(lastLine)))
  }

  private mutating func readList(_ node: MarkdownNode) -> List {
    let items = node.children.map { item in
      var blocks = read(children: item)
      let task = taskState(item.firstChild, &blocks)
      return List.Item(task: task, blocks: blocks)
    }
    return List(start: node.listStart, isTight: node.isTight, items: Array(items))
  }

  /// Takes `[ ] ` or `[x] ` off an item's first paragraph. The source tells it from an escaped `\[ ]`.
  private func taskState(_ paragraph: MarkdownNode?, _ blocks: inout [Block]) -> Bool? {
    guard let paragraph, paragraph.kind == .paragraph, case .paragraph(var inlines)? = blocks.first?.kind,
      case .text(let text)? = inlines.first
    else { return nil }
    let line = manuscript.lines[paragraph.line - 1].bytes[(paragraph.column - 1)...]
    let box = line.prefix(3).text.lowercased()
    guard ["[ ]", "[x]"].contains(box), line.dropFirst(3).first.map(isBlank) == true,
      text.lowercased().hasPrefix(box + " ")
    else { return nil }
    inlines[0] = .text(String(text.dropFirst(3).drop { $0 == " " || $0 == "\t" }))
    blocks[0].kind = .paragraph(inlines)
    return box == "[x]"
  }

  /// A quotation, or an alert when its first line is `[!NOTE]` or another kind and more follows.
  private mutating func readQuotation(_ node: MarkdownNode) -> Block.Kind {
    var blocks = read(children: node)
    guard let kind = alertKind(node.firstChild), case .paragraph(let inlines)? = blocks.first?.kind,
      case .text(let text)? = inlines.first, text.lowercased() == "[!\(kind.rawValue)]",
      inlines.count > 1 || blocks.count > 1
    else { return .blockQuote(blocks) }
    guard inlines.count > 2 else { return .alert(kind, Array(blocks.dropFirst())) }
    blocks[0].kind = .paragraph(Array(inlines.dropFirst(2)))
    blocks[0].span.start = startOfNextLine(blocks[0].span.start)
    return .alert(kind, blocks)
  }

  private func alertKind(_ paragraph: MarkdownNode?) -> AlertKind? {
    guard let paragraph, paragraph.kind == .paragraph else { return nil }
    let line = manuscript.lines[paragraph.line - 1].bytes[(paragraph.column - 1)...].trimmed.text.lowercased()
    return AlertKind.allCases.first { line == "[!\($0.rawValue)]" }
  }

  private func startOfNextLine(_ position: SourcePosition) -> SourcePosition {
    let line = text.lines[position.line]
    let start = line.firstIndex { !isBlank($0) && $0 != UInt8(ascii: ">") } ?? 0
    return SourcePosition(line: position.line + 1, column: start + 1)
  }

  private mutating func readCode(_ node: MarkdownNode) -> Block {
    let code = manuscript.marks.restore(node.literal).text
    let info = manuscript.marks.restore(node.fenceInfo, inText: true).text
    let fence = openingFence(node)
    var span = span(node)
    guard let fence else { return Block(.code(info: nil, code), at: span) }
    let isClosed = isClosed(node, fence)
    let lineCount = code.utf8.count { $0 == UInt8(ascii: "\n") }
    let lastLine = span.start.line + lineCount + (isClosed ? 1 : 0)
    span.end = lineEnd(lastLine)
    switch Fence(info: info) {
    case .step where !isInFootnote:
      if !isClosed { reportUnclosed(span) }
      steps.add(code, fence: span.start, &findings)
      return Block(.step(steps.steps.count - 1), at: span)
    case .mistaken(let message, let hint):
      findings.report("fence-word", message, at: infoSpan(span.start, fence.count), hint: hint)
    case .step, .shown: break
    }
    return Block(.code(info: info, code), at: span)
  }

  private mutating func reportUnclosed(_ span: SourceSpan) {
    findings.report(
      "unclosed-step", "The step that starts here is never closed.", at: SourceSpan(at: span.start),
      hint: "End it with a line of as many backticks or tildes as it starts with.")
  }

  /// The run of backticks or tildes that opens a code block; nil for indented code.
  private func openingFence(_ node: MarkdownNode) -> ArraySlice<UInt8>? {
    let line = manuscript.lines[node.line - 1].bytes[(node.column - 1)...]
    guard let first = line.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return nil }
    let run = line.prefix { $0 == first }
    return run.count >= 3 ? run : nil
  }

  /// Whether the line after the code is a closing fence, and this block's own: none that follows starts there.
  private func isClosed(_ node: MarkdownNode, _ fence: ArraySlice<UInt8>) -> Bool {
    let number = node.line + node.literal.count { $0 == UInt8(ascii: "\n") } + 1
    guard manuscript.lines.indices.contains(number - 1), node.following?.line != number else { return false }
    let line = manuscript.lines[number - 1].bytes.trimmed
    let end = line.lastIndex { $0 != fence.first } ?? line.startIndex - 1
    return line.endIndex - 1 - end >= fence.count
  }

  private func infoSpan(_ fence: SourcePosition, _ length: Int) -> SourceSpan {
    let line = text.lines[fence.line - 1]
    let rest = line[(fence.column - 1 + length)...]
    let info = rest.trimmed
    return SourceSpan(line: fence.line, column: info.startIndex + 1, length: info.count)
  }

  private func span(_ node: MarkdownNode) -> SourceSpan {
    let start = manuscript.position(line: node.line, column: node.column)
    let endLine = max(node.line, lastFilled[min(max(node.endLine, 1), lastFilled.count) - 1])
    return SourceSpan(start: start, end: lineEnd(manuscript.lines[endLine - 1].line))
  }

  /// The position after the last byte of one of the lesson's lines.
  private func lineEnd(_ line: Int) -> SourcePosition {
    SourcePosition(line: line, column: (text.lines.indices.contains(line - 1) ? text.lines[line - 1].count : 0) + 1)
  }
}

extension MarkdownNode {
  /// Whether this is a block and not inline content.
  var isBlock: Bool {
    [.document, .blockQuote, .list, .item, .codeBlock, .htmlBlock, .paragraph, .heading, .thematicBreak].contains(kind)
  }
}
