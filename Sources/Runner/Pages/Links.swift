// Where a link may lead, and how its address is written.

/// The destination of a link in a lesson.
enum Links {
  /// Schemes that a reader may follow; anything else with a scheme (`javascript:`, `data:`, `file:`) is no link.
  static let schemes: Set<String> = ["http", "https", "mailto", "tel", "ftp"]

  /// Whether a destination is relative or has one of `schemes`.
  static func isSafe(_ destination: String) -> Bool {
    let head = destination.utf8.prefix { !"/?#".utf8.contains($0) }
    guard let colon = head.firstIndex(of: UInt8(ascii: ":")) else { return true }
    return schemes.contains(String(decoding: head[..<colon], as: UTF8.self).lowercased())
  }

  /// A destination as the value of `href` or `src`, percent-encoded where a URL must be; the set of bytes that stay
  /// is libcmark's.
  static func escaped(_ destination: String) -> String {
    var result: [UInt8] = []
    for byte in destination.utf8 {
      switch byte {
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "'"): result += "&#x27;".utf8
      case _ where isPlain(byte): result.append(byte)
      default: result += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  private static func isPlain(_ byte: UInt8) -> Bool {
    guard byte > 0x20, byte < 0x7f else { return false }
    return !"\"<>[]\\^`{|}".utf8.contains(byte)
  }
}
