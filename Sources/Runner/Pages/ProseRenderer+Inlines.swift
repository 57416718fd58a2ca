// Inlines of prose as HTML.

import LessonModel

extension ProseRenderer {
  mutating func inlines(_ inlines: [Inline]) {
    for inline in inlines { self.inline(inline) }
  }

  private mutating func inline(_ inline: Inline) {
    switch inline {
    case .text(let text): out.text(text)
    case .softBreak: out.raw("\n")
    case .lineBreak: out.raw("<br />\n")
    case .code(let code): self.code(code)
    case .emphasis(let children): span("em", children)
    case .strong(let children): span("strong", children)
    case .strikethrough(let children): span("del", children)
    case .link(let destination, let title, let children): link(destination, title, children)
    case .image(let source, let title, let alt): image(source, title, alt)
    case .html(let html): htmlInline(html)
    case .footnoteReference(let number, let occurrence): footnoteReference(number, occurrence)
    }
  }

  private mutating func span(_ name: String, _ children: [Inline]) {
    out.raw("<\(name)>")
    scope { $0.inlines(children) }
    out.raw("</\(name)>")
  }

  private mutating func code(_ code: String) {
    out.raw("<code>")
    if page == nil { out.text(code) } else { out.visible(code.utf8) }
    out.raw("</code>")
  }

  private mutating func link(_ destination: String, _ title: String?, _ children: [Inline]) {
    guard rawHTML == .verbatim && page == nil || Links.isSafe(destination) else { return inlines(children) }
    out.raw("<a href=\"\(Links.escaped(destination))\"")
    if let title, !title.isEmpty { out.attribute("title", title) }
    out.raw(">")
    scope { $0.inlines(children) }
    out.raw("</a>")
  }

  private mutating func image(_ source: String, _ title: String?, _ alt: String) {
    if let page { return out.raw(page.image(source, title, alt)) }
    out.raw("<img src=\"\(Links.isSafe(source) || rawHTML == .verbatim ? Links.escaped(source) : "")\"")
    out.attribute("alt", alt)
    if let title, !title.isEmpty { out.attribute("title", title) }
    out.raw(" />")
  }

  private mutating func htmlInline(_ html: String) {
    switch rawHTML {
    case .verbatim: out.raw(html)
    case .sanitized: sanitizer.write(html, to: &out)
    case .shown: out.text(html)
    }
  }

  private mutating func footnoteReference(_ number: Int, _ occurrence: Int) {
    let id = FootnoteAnchors.reference(number, occurrence)
    out.raw(
      "<sup class=\"footnote-ref\"><a href=\"#\(FootnoteAnchors.note(number))\" id=\"\(id)\""
        + " aria-label=\"Footnote \(number)\">\(number)</a></sup>")
  }
}

/// Names of footnotes on the page; the colon keeps them apart from those of headings, which have none.
enum FootnoteAnchors {
  static func note(_ number: Int) -> String { "note:\(number)" }
  static func reference(_ number: Int, _ occurrence: Int) -> String { "ref:\(number):\(occurrence)" }
}
