// Blocks of prose as HTML, in the order and with the line breaks of libcmark's renderer.

import LessonModel

/// Writes blocks; `page` makes the difference between bare CommonMark and the prose of a page.
struct ProseRenderer {
  /// What becomes of HTML in the Markdown.
  enum RawHTML { case verbatim, sanitized, shown }

  var out = Markup()
  let rawHTML: RawHTML
  /// What only pages have: anchors, pictures, highlighted code, steps. Nil for bare CommonMark.
  var page: PageProse?
  /// Keeps sanitised HTML balanced across the inlines and blocks it comes in.
  var sanitizer = Sanitizer(.prose)

  init(rawHTML: RawHTML, page: PageProse? = nil) {
    self.rawHTML = rawHTML
    self.page = page
    if let page { sanitizer.picture = { page.assets[$0] } }
  }

  /// Writes the blocks of one container; HTML elements that they open end with it.
  mutating func blocks(_ blocks: [Block], tight: Bool = false) {
    scope { renderer in
      for block in blocks { renderer.block(block, tight: tight) }
    }
  }

  mutating func block(_ block: Block, tight: Bool = false) {
    switch block.kind {
    case .heading(let level, let inlines): heading(level, inlines)
    case .paragraph(let inlines) where tight: self.inlines(inlines)
    case .paragraph(let inlines): element("p") { $0.inlines(inlines) }
    case .blockQuote(let blocks): container("blockquote") { $0.blocks(blocks) }
    case .alert(let kind, let blocks): alert(kind, blocks)
    case .list(let list): self.list(list)
    case .step(let index): step(index)
    case .code(let info, let code): self.code(info, code)
    case .table(let table): self.table(table)
    case .thematicBreak: element("hr")
    case .html(let html): htmlBlock(html)
    }
  }

  // MARK: Elements

  /// `<name>…</name>` on a line of its own.
  mutating func element(_ name: String, _ attributes: String = "", _ body: (inout Self) -> Void) {
    out.line()
    out.raw("<\(name)\(attributes)>")
    scope(body)
    out.raw("</\(name)>\n")
  }

  mutating func element(_ name: String) {
    out.line()
    out.raw("<\(name) />\n")
  }

  /// `<name>`, its blocks on lines of their own, `</name>`.
  mutating func container(_ name: String, _ attributes: String = "", _ body: (inout Self) -> Void) {
    out.line()
    out.raw("<\(name)\(attributes)>\n")
    body(&self)
    out.line()
    out.raw("</\(name)>\n")
  }

  /// Runs `body` and ends the raw HTML elements that it opened and left open.
  mutating func scope(_ body: (inout Self) -> Void) {
    let outer = sanitizer.enterScope()
    body(&self)
    sanitizer.leaveScope(outer, to: &out)
  }

  // MARK: Blocks

  private mutating func heading(_ level: Int, _ inlines: [Inline]) {
    guard let id = page?.anchorHeading(level, inlines) else {
      return element("h\(level)") { $0.inlines(inlines) }
    }
    var attributes = Markup()
    attributes.attribute("id", id)
    element("h\(level)", attributes.string) { renderer in
      renderer.inlines(inlines)
      renderer.out.raw(" <a class=\"anchor\" href=\"#\(Links.escaped(id))\" aria-label=\"Link to this section\">#</a>")
    }
  }

  private mutating func list(_ list: List) {
    let start = list.start.flatMap { $0 == 1 ? nil : " start=\"\($0)\"" } ?? ""
    container(list.start == nil ? "ul" : "ol", start) { renderer in
      for item in list.items { renderer.item(item, tight: list.isTight) }
    }
  }

  private mutating func item(_ item: List.Item, tight: Bool) {
    out.line()
    out.raw(item.task != nil && page != nil ? "<li class=\"task\">" : "<li>")
    if let done = item.task {
      out.raw("<input\(done ? " checked=\"\"" : "") disabled=\"\" type=\"checkbox\"> ")
    }
    blocks(item.blocks, tight: tight)
    out.raw("</li>\n")
  }

  private mutating func alert(_ kind: AlertKind, _ blocks: [Block]) {
    container("aside", " class=\"alert \(kind.rawValue)\"") { renderer in
      renderer.out.raw("<p class=\"alert-title\">\(kind.rawValue.capitalizedASCII)</p>\n")
      renderer.blocks(blocks)
    }
  }

  private mutating func code(_ info: String?, _ code: String) {
    let language = info?.utf8.split(whereSeparator: { $0 == 0x20 || (9...13).contains($0) }).first
      .map { String(decoding: $0, as: UTF8.self) }
    out.line()
    if let page { return out.raw(page.listing(code, language: language)) }
    out.raw("<pre><code")
    if let language { out.attribute("class", "language-" + language) }
    out.raw(">")
    out.text(code)
    out.raw("</code></pre>\n")
  }

  private mutating func htmlBlock(_ html: String) {
    out.line()
    switch rawHTML {
    case .verbatim: out.raw(html)
    case .sanitized: sanitizer.write(html, to: &out)
    case .shown:
      out.raw("<pre><code>")
      out.text(html)
      out.raw("</code></pre>")
    }
    out.line()
  }

  private mutating func step(_ index: Int) {
    guard let step = page?.step(index) else { return }
    out.line()
    out.raw(step)
    out.line()
  }

  // MARK: Tables

  private mutating func table(_ table: Table) {
    if page != nil {
      out.line(); out.raw("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">\n")
    }
    container("table") { renderer in
      renderer.container("thead") { $0.row(table.header, "th", table.alignments) }
      guard !table.rows.isEmpty else { return }
      renderer.container("tbody") { renderer in
        for row in table.rows { renderer.row(row, "td", table.alignments) }
      }
    }
    if page != nil { out.raw("</div>\n") }
  }

  private mutating func row(_ cells: [[Inline]], _ name: String, _ alignments: [Table.Alignment?]) {
    container("tr") { renderer in
      for (column, cell) in cells.enumerated() {
        let alignment = column < alignments.count ? alignments[column] : nil
        renderer.element(name, alignment.map { " align=\"\($0.rawValue)\"" } ?? "") { $0.inlines(cell) }
      }
    }
  }
}

extension String {
  /// The word with its first letter as a capital.
  var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
