// Code and output as text in which nothing hides: control characters and bidirectional controls are shown.

extension Markup {
  /// Appends text with every C0 control but tab and newline as its symbol (U+2400 and on), and with C1 controls and
  /// bidirectional controls by their code points: they could make code read otherwise than it runs
  /// ("Trojan Source", CVE-2021-42574).
  mutating func visible(_ utf8: some Sequence<UInt8>) {
    var writer = VisibleText()
    for byte in utf8 { writer.write(byte, to: &self) }
    writer.finish(&self)
  }
}

/// Writes UTF-8 byte by byte, holding back the first bytes of what may be a control.
struct VisibleText {
  /// Bytes of a scalar that starts like a control of more than one byte.
  private var held: [UInt8] = []

  mutating func write(_ byte: UInt8, to out: inout Markup) {
    if held.isEmpty, byte < 0x80 { return ascii(byte, &out) }
    if held.isEmpty, !Self.leads.contains(byte) { return out.byte(byte) }
    held.append(byte)
    if held.count == (held[0] == 0xe2 ? 3 : 2) { release(&out) }
  }

  /// Writes what is held back; the text ended.
  mutating func finish(_ out: inout Markup) {
    for byte in held { out.byte(byte) }
    held = []
  }

  /// First bytes of U+0080-U+00BF, U+0600-U+063F, U+2000-U+2FFF.
  private static let leads: [UInt8] = [0xc2, 0xd8, 0xe2]

  private func ascii(_ byte: UInt8, _ out: inout Markup) {
    switch byte {
    case 0x09, 0x0a: out.byte(byte)
    case 0x7f: symbol(0x2421, "U+007F", &out)
    case ..<0x20: symbol(0x2400 + UInt32(byte), "U+00" + hex(UInt32(byte), digits: 2), &out)
    default: out.escaped(byte)
    }
  }

  private func symbol(_ value: UInt32, _ name: String, _ out: inout Markup) {
    out.raw("<span class=\"ctl\" title=\"\(name)\">")
    out.raw(Unicode.Scalar(value).map(String.init) ?? "")
    out.raw("</span>")
  }

  private mutating func release(_ out: inout Markup) {
    let value = String(decoding: held, as: UTF8.self).unicodeScalars.first?.value ?? 0
    guard Self.isHidden(value) else { return finish(&out) }
    let name = "U+" + hex(value, digits: 4)
    out.raw("<span class=\"ctl\" title=\"\(name)\">\(name)</span>")
    held = []
  }

  /// C1 controls and the characters that set a direction (Unicode Standard Annex 9, section 2).
  private static func isHidden(_ value: UInt32) -> Bool {
    switch value {
    case 0x80...0x9f, 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}

/// A number in capital hexadecimal digits, filled up with zeros.
func hex(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
