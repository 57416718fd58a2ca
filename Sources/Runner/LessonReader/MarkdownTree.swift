// libcmark's syntax tree; the only file that touches libcmark.

import CCMark

/// Parses CommonMark and hands the document's node to `body`. The tree is gone afterwards.
func withMarkdownTree(_ text: [UInt8], _ body: (MarkdownNode) -> Void) {
  guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return }
  defer { cmark_parser_free(parser) }
  text.withUnsafeBytes {
    guard let start = $0.bindMemory(to: CChar.self).baseAddress else { return }
    cmark_parser_feed(parser, start, $0.count)
  }
  guard let document = cmark_parser_finish(parser) else { return }
  defer { cmark_node_free(document) }
  body(MarkdownNode(document))
}

/// A node of libcmark's tree. Lines and columns start at 1; columns count bytes.
struct MarkdownNode: Equatable {
  enum Kind {
    case document, blockQuote, list, item, codeBlock, htmlBlock, paragraph, heading, thematicBreak
    case text, softBreak, lineBreak, code, html, emphasis, strong, link, image, other
  }

  private let node: OpaquePointer

  fileprivate init(_ node: OpaquePointer) { self.node = node }

  private init?(_ node: OpaquePointer?) {
    guard let node else { return nil }
    self.node = node
  }

  var kind: Kind { kinds[cmark_node_get_type(node).rawValue] ?? .other }
  var parent: MarkdownNode? { MarkdownNode(cmark_node_parent(node)) }
  var firstChild: MarkdownNode? { MarkdownNode(cmark_node_first_child(node)) }
  var next: MarkdownNode? { MarkdownNode(cmark_node_next(node)) }
  var children: some Sequence<MarkdownNode> { sequence(state: firstChild) { advance(&$0) } }

  var line: Int { Int(cmark_node_get_start_line(node)) }
  var column: Int { Int(cmark_node_get_start_column(node)) }
  /// Not to be trusted for fenced code: libcmark gives the line that closed its container.
  var endLine: Int { Int(cmark_node_get_end_line(node)) }

  /// The content of text, code and HTML; empty for other nodes.
  var literal: [UInt8] { bytes(cmark_node_get_literal(node)) }
  /// A link's or image's destination.
  var destination: [UInt8] { bytes(cmark_node_get_url(node)) }
  /// A link's or image's title; empty when it has none.
  var title: [UInt8] { bytes(cmark_node_get_title(node)) }
  /// The info string of fenced code; empty when it has none, and for indented code.
  var fenceInfo: [UInt8] { bytes(cmark_node_get_fence_info(node)) }
  var headingLevel: Int { Int(cmark_node_get_heading_level(node)) }
  var isTight: Bool { cmark_node_get_list_tight(node) != 0 }
  /// The first number of an ordered list.
  var listStart: Int? {
    cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? Int(cmark_node_get_list_start(node)) : nil
  }

  /// The first node after this one that is not inside it.
  var following: MarkdownNode? {
    var node = self
    while true {
      if let next = node.next { return next }
      guard let parent = node.parent else { return nil }
      node = parent
    }
  }

  /// Visits this node and all below it, without recursion. `depth` counts from 0 here; a visit that returns false
  /// keeps what is below that node from being visited.
  func walk(_ visit: (_ node: MarkdownNode, _ depth: Int) -> Bool) {
    var node = self
    var depth = 0
    while true {
      if visit(node, depth), let child = node.firstChild {
        node = child
        depth += 1
        continue
      }
      while node != self, node.next == nil, let parent = node.parent {
        node = parent
        depth -= 1
      }
      guard node != self, let next = node.next else { return }
      node = next
    }
  }
}

private func advance(_ node: inout MarkdownNode?) -> MarkdownNode? {
  defer { node = node?.next }
  return node
}

private func bytes(_ string: UnsafePointer<CChar>?) -> [UInt8] {
  guard let string else { return [] }
  var length = 0
  while string[length] != 0 { length += 1 }
  return UnsafeRawBufferPointer(start: string, count: length).map { $0 }
}

private let kinds: [UInt32: MarkdownNode.Kind] = [
  CMARK_NODE_DOCUMENT.rawValue: .document, CMARK_NODE_BLOCK_QUOTE.rawValue: .blockQuote,
  CMARK_NODE_LIST.rawValue: .list, CMARK_NODE_ITEM.rawValue: .item, CMARK_NODE_CODE_BLOCK.rawValue: .codeBlock,
  CMARK_NODE_HTML_BLOCK.rawValue: .htmlBlock, CMARK_NODE_PARAGRAPH.rawValue: .paragraph,
  CMARK_NODE_HEADING.rawValue: .heading, CMARK_NODE_THEMATIC_BREAK.rawValue: .thematicBreak,
  CMARK_NODE_TEXT.rawValue: .text, CMARK_NODE_SOFTBREAK.rawValue: .softBreak,
  CMARK_NODE_LINEBREAK.rawValue: .lineBreak, CMARK_NODE_CODE.rawValue: .code,
  CMARK_NODE_HTML_INLINE.rawValue: .html, CMARK_NODE_EMPH.rawValue: .emphasis, CMARK_NODE_STRONG.rawValue: .strong,
  CMARK_NODE_LINK.rawValue: .link, CMARK_NODE_IMAGE.rawValue: .image,
]

extension LessonReader {
  /// The version of libcmark in use, for example `0.30.2`.
  public static var markdownLibraryVersion: String { String(cString: cmark_version_string()) }
}
