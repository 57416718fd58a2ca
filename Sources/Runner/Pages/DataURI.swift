// Bytes of a picture within the page itself.

enum DataURI {
  /// A `data:` URI of bytes in base64 (RFC 4648, section 4).
  static func of(_ bytes: [UInt8], type: String) -> String { "data:\(type);base64," + base64(bytes) }

  /// Whether a URI holds a picture, and nothing that a page would fetch.
  static func isPicture(_ uri: String) -> Bool {
    uri.utf8.starts(with: "data:image/".utf8) && uri.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func base64(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        result.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
