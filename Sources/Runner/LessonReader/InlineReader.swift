// libcmark's inline nodes -> inlines, with strikethrough and references to footnotes.

import LessonModel

/// The footnotes referred to so far.
struct FootnoteNumbers {
  /// Definitions in the order of their first reference.
  private(set) var order: [Int] = []
  private(set) var counts: [Int] = []
  private var numbers: [Int: Int] = [:]

  mutating func reference(to definition: Int) -> Inline {
    if numbers[definition] == nil {
      order.append(definition)
      counts.append(0)
      numbers[definition] = order.count
    }
    let number = numbers[definition, default: order.count]
    counts[number - 1] += 1
    return .footnoteReference(number: number, occurrence: counts[number - 1])
  }
}

/// Reads inline content; recursion is bounded, because trees that are too deep are refused before.
struct InlineReader {
  let marks: Marks
  var footnotes = FootnoteNumbers()

  /// The inlines below a paragraph or heading.
  mutating func read(_ block: MarkdownNode) -> [Inline] { read(Array(block.children), edge: .space, inLink: false) }

  /// A cell's inlines, without the byte that ends its heading.
  mutating func readCell(_ heading: MarkdownNode) -> [Inline] {
    var inlines = read(heading)
    guard case .text(let text)? = inlines.last else { return inlines }
    let end = text.lastIndex(of: "\u{FFFD}") ?? text.endIndex
    var kept = text[..<end]
    while kept.last == " " { kept.removeLast() }
    inlines.removeLast()
    if !kept.isEmpty { inlines.append(.text(String(kept))) }
    return inlines
  }

  /// `edge` is what stands before the first and after the last of the nodes.
  private mutating func read(_ nodes: [MarkdownNode], edge: Neighbour, inLink: Bool) -> [Inline] {
    var pieces: [StrikePiece] = []
    var index = 0
    while index < nodes.count {
      guard nodes[index].kind == .text else {
        pieces.append(.inline(inline(nodes[index], inLink: inLink)))
        index += 1
        continue
      }
      let before = index == 0 ? edge : neighbour(nodes[index - 1])
      var text: [UInt8] = []
      while index < nodes.count, nodes[index].kind == .text {
        text += nodes[index].literal
        index += 1
      }
      let after = index == nodes.count ? edge : neighbour(nodes[index])
      pieces += self.pieces(text, before, after, inLink: inLink)
    }
    return StrikethroughMatcher.join(pieces)
  }

  private func neighbour(_ node: MarkdownNode) -> Neighbour {
    [.softBreak, .lineBreak].contains(node.kind) ? .space : .punctuation
  }

  private mutating func inline(_ node: MarkdownNode, inLink: Bool) -> Inline {
    func children(inLink: Bool) -> [Inline] { read(Array(node.children), edge: .punctuation, inLink: inLink) }
    let title = node.title.isEmpty ? nil : marks.restore(node.title, inText: true).text
    let destination = marks.restore(node.destination, inText: true).text
    switch node.kind {
    case .softBreak: return .softBreak
    case .lineBreak: return .lineBreak
    case .code: return .code(marks.restore(node.literal).text)
    case .html: return .html(marks.restore(node.literal).text)
    case .emphasis: return .emphasis(children(inLink: inLink))
    case .strong: return .strong(children(inLink: inLink))
    case .link: return .link(destination: destination, title: title, children(inLink: true))
    case .image: return .image(source: destination, title: title, alt: plainText(node))
    default: return .text(marks.restore(node.literal, inText: true).text)
    }
  }

  /// An image's description: all text in it, HTML as written.
  private func plainText(_ node: MarkdownNode) -> String {
    var text: [UInt8] = []
    node.walk { inner, _ in
      switch inner.kind {
      case .text: text += marks.restore(inner.literal, inText: true)
      case .code, .html: text += marks.restore(inner.literal)
      case .softBreak, .lineBreak: text.append(UInt8(ascii: " "))
      default: break
      }
      return true
    }
    return text.text
  }

  private mutating func pieces(
    _ text: [UInt8], _ before: Neighbour, _ after: Neighbour, inLink: Bool
  ) -> [StrikePiece] {
    if marks.areUnused, !text.contains(UInt8(ascii: "~")) { return [.inline(.text(text.text))] }
    let parts = marks.pieces(text)
    var pieces: [StrikePiece] = []
    for (index, part) in parts.enumerated() {
      switch part {
      case .tilde: pieces.append(.inline(.text("~")))
      case .reference(let number) where inLink: pieces.append(.inline(.text(marks.references[number].text)))
      case .reference(let number): pieces.append(.inline(footnotes.reference(to: marks.targets[number])))
      case .text(let bytes):
        let isLast = index == parts.count - 1
        pieces += splitTildes(bytes.text, index == 0 ? before : .punctuation, isLast ? after : .punctuation)
      }
    }
    return pieces
  }

  /// Splits a text into runs of tildes and what is between them.
  private func splitTildes(_ text: String, _ before: Neighbour, _ after: Neighbour) -> [StrikePiece] {
    var pieces: [StrikePiece] = []
    var rest = text.unicodeScalars[...]
    var left = before
    while let start = rest.firstIndex(of: "~") {
      let end = rest[start...].firstIndex { $0 != "~" } ?? rest.endIndex
      if start > rest.startIndex { left = Neighbour(rest[rest.index(before: start)]) }
      let flanking = Neighbour.flanking(before: left, after: end < rest.endIndex ? Neighbour(rest[end]) : after)
      if start > rest.startIndex { pieces.append(.inline(.text(String(rest[..<start])))) }
      let run = rest[start..<end]
      let isDelimiter = run.count <= 2
      pieces.append(
        isDelimiter
          ? .tildes(run.count, opens: flanking.opens, closes: flanking.closes) : .inline(.text(String(run))))
      rest = rest[end...]
      left = .punctuation
    }
    if !rest.isEmpty { pieces.append(.inline(.text(String(rest)))) }
    return pieces
  }
}
