// Checks that a form is well-formed markup without script, and reads what it holds.

import Foundation
import Testing

@testable import LessonKit

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// One element with its attributes and the text in it, children's included.
final class MarkupElement {
  let name: String
  let attributes: [String: String]
  var text = ""
  var children: [MarkupElement] = []

  init(_ name: String, _ attributes: [String: String] = [:]) {
    self.name = name
    self.attributes = attributes
  }

  /// All elements below of a name, in document order.
  func all(_ name: String) -> [MarkupElement] {
    children.flatMap { ($0.name == name ? [$0] : []) + $0.all(name) }
  }

  var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
}

/// Parses a fragment as XML, and holds it to the page's rules: no script, no style, only `lk-` classes.
func markup(_ fragment: String?) throws -> MarkupElement {
  let reader = MarkupReader()
  let parser = XMLParser(data: Data("<root>\(try #require(fragment))</root>".utf8))
  parser.delegate = reader
  #expect(parser.parse(), "\(String(describing: parser.parserError))")
  let root = try #require(reader.root.children.first?.children.first)
  for element in ([root] + root.children.flatMap { [$0] + descendants($0) }) {
    #expect(
      element.name != "script" && element.attributes["style"] == nil
        && !element.attributes.keys.contains { $0.hasPrefix("on") })
    #expect(element.classes.allSatisfy { $0.hasPrefix("lk-") })
  }
  return root
}

private func descendants(_ element: MarkupElement) -> [MarkupElement] {
  element.children.flatMap { [$0] + descendants($0) }
}

private final class MarkupReader: NSObject, XMLParserDelegate {
  let root = MarkupElement("")
  private lazy var path = [root]

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let element = MarkupElement(name, attributes)
    path.last?.children.append(element)
    path.append(element)
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for element in path { element.text += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    path.removeLast()
  }
}
