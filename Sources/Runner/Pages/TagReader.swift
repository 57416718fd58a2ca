// Tags and text of foreign markup, read as a browser's tokenizer would.

/// Reads HTML in one pass over its bytes. Comments, doctypes and processing instructions are left out.
struct TagReader {
  struct Tag {
    /// In lower case.
    var name: String
    /// Names in lower case; of repeated ones the first, as in browsers. Values hold character references as written.
    var attributes: [String: String] = [:]
    var isSelfClosing = false
  }

  enum Token {
    case text(ArraySlice<UInt8>)
    case start(Tag)
    case end(String)
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ html: String) { bytes = Array(html.utf8) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func next() -> Token? {
    while let byte = current {
      guard byte == UInt8(ascii: "<"), let follower = byte2 else { return .text(takeText()) }
      switch follower {
      case UInt8(ascii: "!"), UInt8(ascii: "?"): skipDeclaration()
      case UInt8(ascii: "/"): if let token = endTag() { return token }
      case _ where follower.isLetter: if let token = startTag() { return token }
      default: return .text(takeText())
      }
    }
    return nil
  }

  /// Skips to the end tag of an element whose content is not to be shown; without one, to the end.
  mutating func skipContent(of name: String) {
    let end = Array("</\(name)".utf8)
    while position < bytes.count, !starts(with: end) { position += 1 }
  }

  private var byte2: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

  private func starts(with prefix: [UInt8]) -> Bool {
    guard position + prefix.count <= bytes.count else { return false }
    return prefix.indices.allSatisfy { bytes[position + $0].lowercased == prefix[$0] }
  }

  /// At least one byte, up to the next `<`.
  private mutating func takeText() -> ArraySlice<UInt8> {
    let start = position
    position += 1
    while let byte = current, byte != UInt8(ascii: "<") { position += 1 }
    return bytes[start..<position]
  }

  private mutating func skipDeclaration() {
    let end = starts(with: Array("<!--".utf8)) ? Array("-->".utf8) : Array(">".utf8)
    position += end.count == 3 ? 2 : 1
    while position < bytes.count, !starts(with: end) { position += 1 }
    position = min(bytes.count, position + end.count)
  }

  // MARK: Tags

  private mutating func endTag() -> Token? {
    position += 2
    guard let byte = current, byte.isLetter else {
      skip(through: UInt8(ascii: ">"))
      return nil
    }
    let name = takeName()
    skip(through: UInt8(ascii: ">"))
    return .end(name)
  }

  /// Nil when the text ends within the tag.
  private mutating func startTag() -> Token? {
    position += 1
    var tag = Tag(name: takeName())
    while let byte = current {
      switch byte {
      case UInt8(ascii: ">"):
        position += 1
        return .start(tag)
      case UInt8(ascii: "/"):
        position += 1
        tag.isSelfClosing = current == UInt8(ascii: ">")
      case _ where byte.isSpace: position += 1
      default: attribute(&tag)
      }
    }
    return nil
  }

  private mutating func attribute(_ tag: inout Tag) {
    let start = position
    position += 1
    while let byte = current, !byte.isSpace, !"/>=".utf8.contains(byte) { position += 1 }
    let name = lowercased(bytes[start..<position])
    skipSpace()
    var value = ""
    if current == UInt8(ascii: "=") {
      position += 1
      skipSpace()
      value = attributeValue()
    }
    if tag.attributes[name] == nil { tag.attributes[name] = value }
  }

  private mutating func attributeValue() -> String {
    guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      return take { $0.isSpace || $0 == UInt8(ascii: ">") }
    }
    position += 1
    defer { position = min(bytes.count, position + 1) }
    return take { $0 == quote }
  }

  // MARK: Pieces

  private mutating func take(until isEnd: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = current, !isEnd(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func takeName() -> String {
    let start = position
    while let byte = current, !byte.isSpace, !"/>".utf8.contains(byte) { position += 1 }
    return lowercased(bytes[start..<position])
  }

  private mutating func skipSpace() {
    while let byte = current, byte.isSpace { position += 1 }
  }

  private mutating func skip(through end: UInt8) {
    while let byte = current, byte != end { position += 1 }
    position = min(bytes.count, position + 1)
  }

  private func lowercased(_ name: ArraySlice<UInt8>) -> String {
    String(decoding: name.map(\.lowercased), as: UTF8.self)
  }

  /// Whether bytes start with a character reference: `&amp;`, `&#8212;`, `&#x2014;`.
  static func isReference(_ bytes: ArraySlice<UInt8>) -> Bool {
    let body = bytes.dropFirst().prefix(32)
    guard let end = body.firstIndex(of: UInt8(ascii: ";")), end > body.startIndex else { return false }
    let name = body[..<end]
    if name.first != UInt8(ascii: "#") { return name.allSatisfy { $0.isLetter || $0.isDigit } }
    let digits = name.dropFirst()
    let isHex = digits.first?.lowercased == UInt8(ascii: "x")
    let value = Int(String(decoding: isHex ? digits.dropFirst() : digits, as: UTF8.self), radix: isHex ? 16 : 10)
    return value.map { $0 >= 0x20 && $0 <= 0x10ffff } ?? false
  }
}

extension UInt8 {
  var isLetter: Bool { (0x61...0x7a).contains(lowercased) }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  /// HTML's white space.
  var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0c || self == 0x0d }
  var lowercased: UInt8 { (0x41...0x5a).contains(self) ? self + 0x20 : self }
}
