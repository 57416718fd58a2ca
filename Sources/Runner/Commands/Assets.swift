// The pictures that a lesson's prose shows, as data that goes into the page.

import Foundation
import LessonModel

/// Reads the pictures of a lesson. Only files in the lesson's own folder are read: a lesson is somebody else's text.
struct Assets {
  let folder: URL

  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml",
  ]

  /// A picture larger than this would make the page hard to open.
  private static let sizeLimit = 20 << 20

  /// For each picture's source its `data:` URI; those that cannot be read are left out.
  func dataURIs(of lesson: Lesson) -> [String: String] {
    var found: [String: String] = [:]
    let blocks = lesson.blocks + lesson.footnotes.flatMap(\.blocks)
    for source in blocks.flatMap(\.imageSources) { found[source] = dataURI(of: source) }
    return found
  }

  private func dataURI(of source: String) -> String? {
    guard let path = source.removingPercentEncoding, !path.contains(":"), !path.hasPrefix("/") else { return nil }
    let file = folder.appendingPathComponent(path).resolvingSymlinksInPath()
    let root = folder.resolvingSymlinksInPath().path
    guard let type = Self.types[file.pathExtension.lowercased()], file.path.hasPrefix(root + "/"),
      let size = try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= Self.sizeLimit,
      let data = try? Data(contentsOf: file)
    else { return nil }
    return "data:\(type);base64,\(data.base64EncodedString())"
  }
}

extension Block {
  fileprivate var imageSources: [String] {
    switch kind {
    case .heading(_, let inlines), .paragraph(let inlines): inlines.flatMap(\.imageSources)
    case .blockQuote(let blocks), .alert(_, let blocks): blocks.flatMap(\.imageSources)
    case .list(let list): list.items.flatMap(\.blocks).flatMap(\.imageSources)
    case .table(let table): (table.header + table.rows.joined()).joined().flatMap(\.imageSources)
    case .step, .code, .thematicBreak, .html: []
    }
  }
}

extension Inline {
  fileprivate var imageSources: [String] {
    switch self {
    case .image(let source, _, _): [source]
    case .emphasis(let children), .strong(let children), .strikethrough(let children), .link(_, _, let children):
      children.flatMap(\.imageSources)
    case .text, .softBreak, .lineBreak, .code, .html, .footnoteReference: []
    }
  }
}
