// Foreign HTML and SVG reduced to elements and attributes that can only show something.

/// Rewrites markup tag by tag: what is not on the allow-lists of `SafeMarkup` is left out, the rest is written anew,
/// balanced, with every `<` and quote in text and attributes escaped, so that no parser can read more into it.
///
/// Markup may come in several pieces (an HTML block, then prose, then the block that ends it).
struct Sanitizer {
  enum Purpose {
    /// HTML in a lesson that allows it: links and pictures as in Markdown.
    case prose
    /// A displayed value: no links but to the page itself, no pictures but data, classes of displays only.
    case display
  }

  let purpose: Purpose
  /// The `data:` URI of a picture that prose names.
  var picture: (String) -> String? = { _ in nil }

  private(set) var open: [String] = []
  private var scopeStart = 0
  /// Elements deeper than this are left out; browsers give up at 512.
  private static let maximalDepth = 100

  init(_ purpose: Purpose) { self.purpose = purpose }

  /// A piece of markup from beginning to end.
  static func displayMarkup(_ html: String) -> Markup {
    var sanitizer = Sanitizer(.display)
    var out = Markup()
    sanitizer.write(html, to: &out)
    sanitizer.close(to: 0, &out)
    return out
  }

  /// From here on end tags reach no element that is open now; returns what `leaveScope` needs.
  mutating func enterScope() -> Int {
    defer { scopeStart = open.count }
    return scopeStart
  }

  mutating func leaveScope(_ outer: Int, to out: inout Markup) {
    close(to: scopeStart, &out)
    scopeStart = outer
  }

  mutating func write(_ html: String, to out: inout Markup) {
    var reader = TagReader(html)
    while let token = reader.next() {
      switch token {
      case .text(let text): out.characterData(text)
      case .start(let tag): start(tag, &reader, &out)
      case .end(let name): end(name, &out)
      }
    }
  }

  private mutating func start(_ tag: TagReader.Tag, _ reader: inout TagReader, _ out: inout Markup) {
    let isInSVG = open.contains("svg")
    guard let element = SafeMarkup.element(tag.name, inSVG: isInSVG), open.count < Self.maximalDepth else {
      if SafeMarkup.hidden.contains(tag.name) { reader.skipContent(of: tag.name) }
      return
    }
    let attributes = attributes(of: tag, inSVG: isInSVG || tag.name == "svg")
    if tag.name == "img", attributes["src"] == nil { return missing(tag, &out) }
    out.raw("<\(element)")
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) { out.attributeData(name, value) }
    let isEmpty = SafeMarkup.void.contains(tag.name) || (isInSVG && tag.isSelfClosing)
    out.raw(isEmpty ? " />" : ">")
    if !isEmpty { open.append(element) }
  }

  /// What stands for a picture that cannot be shown.
  private func missing(_ tag: TagReader.Tag, _ out: inout Markup) {
    out.raw("<span class=\"missing\">")
    out.characterData(Array((tag.attributes["alt"] ?? "picture").utf8)[...])
    out.raw("</span>")
  }

  private mutating func end(_ name: String, _ out: inout Markup) {
    guard let index = open.lastIndex(where: { $0.lowercased() == name }), index >= scopeStart else { return }
    close(to: index, &out)
  }

  private mutating func close(to depth: Int, _ out: inout Markup) {
    while open.count > depth { out.raw("</\(open.removeLast())>") }
  }

  // MARK: Attributes

  private func attributes(of tag: TagReader.Tag, inSVG: Bool) -> [String: String] {
    var result: [String: String] = [:]
    for (name, value) in tag.attributes {
      guard let name = SafeMarkup.attribute(name, of: tag.name, inSVG: inSVG) else { continue }
      if let value = self.value(value, of: name, in: tag.name) { result[name] = value }
    }
    return result
  }

  /// The value to write, nil to leave the attribute out.
  private func value(_ value: String, of name: String, in element: String) -> String? {
    switch name {
    case "class": SafeMarkup.classes(value)
    case "href": link(value)
    case "src": source(value)
    default: SafeMarkup.refersOutside(value) ? nil : value
    }
  }

  private func link(_ value: String) -> String? {
    if value.utf8.first == UInt8(ascii: "#") { return value }
    guard purpose == .prose, let address = Self.plainAddress(value), Links.isSafe(address) else { return nil }
    return value
  }

  private func source(_ value: String) -> String? {
    let uri = purpose == .prose ? picture(value) : value
    return uri.flatMap { DataURI.isPicture($0) ? $0 : nil }
  }

  /// An address in which browsers find no other scheme than `Links` does: without character references but `&amp;`,
  /// without the spaces and controls that browsers drop.
  private static func plainAddress(_ value: String) -> String? {
    guard value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
    let head = value.utf8.prefix { !"/?#".utf8.contains($0) }
    return head.contains(UInt8(ascii: "&")) ? nil : value
  }
}

extension Markup {
  /// Appends text of markup: character references stay, everything else is escaped.
  mutating func characterData(_ text: ArraySlice<UInt8>) {
    var writer = VisibleText()
    for (index, byte) in zip(text.indices, text) {
      if byte == UInt8(ascii: "&"), TagReader.isReference(text[index...]) {
        writer.finish(&self)
        self.byte(byte)
      } else {
        writer.write(byte, to: &self)
      }
    }
    writer.finish(&self)
  }

  /// Appends ` name="value"` where the value may hold character references.
  fileprivate mutating func attributeData(_ name: String, _ value: String) {
    raw(" \(name)=\"")
    let bytes = Array(value.utf8)
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "&"), TagReader.isReference(bytes[index...]) { self.byte(byte) } else { escaped(byte) }
    }
    raw("\"")
  }
}
