// HTML under construction, with the escaping that keeps text from becoming markup.

/// Markup as UTF-8 bytes: appending is cheap whatever the text, and never looks at grapheme clusters.
struct Markup: Sendable, Hashable {
  private(set) var bytes: [UInt8] = []

  var string: String { String(decoding: bytes, as: UTF8.self) }
  var isEmpty: Bool { bytes.isEmpty }

  /// Appends markup as it stands.
  mutating func raw(_ markup: String) { bytes.append(contentsOf: markup.utf8) }
  mutating func raw(_ markup: Markup) { bytes.append(contentsOf: markup.bytes) }

  /// Appends a byte that is known not to need escaping.
  mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  /// Appends text, escaped as libcmark does (`&`, `<`, `>`, `"`); also right between the quotes of an attribute.
  mutating func text(_ text: String) { self.text(text.utf8) }

  mutating func text(_ utf8: some Sequence<UInt8>) {
    for byte in utf8 { escaped(byte) }
  }

  mutating func escaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "&"): raw("&amp;")
    case UInt8(ascii: "<"): raw("&lt;")
    case UInt8(ascii: ">"): raw("&gt;")
    case UInt8(ascii: "\""): raw("&quot;")
    default: bytes.append(byte)
    }
  }

  /// Appends ` name="value"`.
  mutating func attribute(_ name: String, _ value: String) {
    raw(" \(name)=\"")
    text(value)
    raw("\"")
  }

  /// Starts a new line unless at the start of one.
  mutating func line() {
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
  }
}
