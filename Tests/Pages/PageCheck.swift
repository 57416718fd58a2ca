// A strict reader of pages: every tag must be closed where it was opened, and nothing may load, run or lead astray.

import Testing

/// The elements of a page, and what is wrong with it.
struct PageCheck {
  struct Element: Equatable {
    var name: String
    var attributes: [String: String]
  }

  private(set) var elements: [Element] = []
  private(set) var problems: [String] = []
  /// All text outside tags and the stylesheet, with character references as written.
  private(set) var text = ""
  private var open: [String] = []

  private static let void: Set<String> = ["meta", "link", "br", "hr", "img", "input", "col", "wbr"]

  init(_ html: String) {
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
      text += rest[..<start]
      rest = rest[rest.index(after: start)...]
      guard let end = Self.tagEnd(rest) else {
        problems.append("tag without end")
        return
      }
      tag(rest[..<end])
      rest = rest[rest.index(after: end)...]
      if open.last == "style" { rest = rest[(rest.firstRange(of: "</style>")?.lowerBound ?? rest.endIndex)...] }
    }
    text += rest
    if !open.isEmpty { problems.append("open at the end: \(open)") }
  }

  /// The `>` that ends a tag, outside quotes.
  private static func tagEnd(_ text: Substring) -> Substring.Index? {
    var isQuoted = false
    return text.indices.first { index in
      if text[index] == "\"" { isQuoted.toggle() }
      return text[index] == ">" && !isQuoted
    }
  }

  private mutating func tag(_ body: Substring) {
    if body.hasPrefix("!DOCTYPE") { return }
    if body.hasPrefix("/") {
      if open.popLast() != String(body.dropFirst()) { problems.append("misplaced </\(body.dropFirst())>") }
      return
    }
    let isSelfClosing = body.hasSuffix("/")
    let name = body.prefix { $0.isLetter || $0.isNumber }
    let element = Element(name: String(name), attributes: attributes(body.dropFirst(name.count)))
    elements.append(element)
    if !Self.void.contains(element.name), !(isSelfClosing && open.contains("svg")) { open.append(element.name) }
    check(element)
  }

  private func attributes(_ text: Substring) -> [String: String] {
    var result: [String: String] = [:]
    for match in text.matches(of: /([^\s=\/"]+)(?:="([^"]*)")?/) {
      result[String(match.1)] = match.2.map(String.init) ?? ""
    }
    return result
  }

  // MARK: Safety

  private static let harmful: Set<String> = [
    "script", "iframe", "object", "embed", "base", "form", "button", "textarea", "video", "audio", "source", "frame",
    "foreignObject", "use", "image", "animate", "set", "template", "noscript", "math", "portal", "applet",
  ]

  /// Attributes in which `url()` is only text.
  private static let textual: Set<String> = ["title", "alt", "lang", "content", "id", "href", "aria-label", "class"]

  private mutating func check(_ element: Element) {
    if Self.harmful.contains(element.name) { problems.append("element \(element)") }
    for (name, value) in element.attributes {
      if name.hasPrefix("on")
        || ["srcset", "srcdoc", "formaction", "xlink:href", "background", "poster"].contains(name)
      {
        problems.append("attribute \(name) of \(element.name)")
      }
      let lower = value.lowercased()
      if name == "src", !lower.hasPrefix("data:image/") { problems.append("source \(value)") }
      if name == "href", !Self.isHarmlessLink(lower, element.name) { problems.append("link \(value)") }
      if name == "style", lower.contains("url") || lower.contains("\\") { problems.append("style \(value)") }
      if lower.contains("url("), !Self.textual.contains(name) { problems.append("\(name) \(value)") }
      if name == "http-equiv", value != "Content-Security-Policy" { problems.append("meta \(value)") }
    }
  }

  private static func isHarmlessLink(_ value: String, _ element: String) -> Bool {
    if element == "link" { return value == "data:," }
    guard let colon = value.firstIndex(of: ":"), value[..<colon].allSatisfy({ $0.isLetter }) else { return true }
    return ["http", "https", "mailto"].contains(value[..<colon])
  }

  /// Whether an id is given twice, or a link on the page leads nowhere.
  var anchorProblems: [String] {
    let ids = elements.compactMap { $0.attributes["id"] }
    let twice = Dictionary(grouping: ids, by: \.self).filter { $1.count > 1 }.keys
    let targets = elements.compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("#") }.map {
      String($0.dropFirst())
    }
    let known = Set(ids)
    return twice.map { "twice: \($0)" } + targets.filter { !known.contains($0) }.map { "no target: \($0)" }
  }
}
