// Canonical decomposition (Unicode's NFD), which the standard library has but does not offer.

/// Text taken apart into base characters and marks: é becomes e and U+0301. The form NFD of Unicode Standard Annex 15.
enum CanonicalDecomposition {
  /// The decomposition of a text, with runs of marks in canonical order.
  static func of(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for scalar in text { append(scalar, to: &result) }
    sortMarks(in: &result)
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout [Unicode.Scalar]) {
    if scalar.value < 0xC0 {
      result.append(scalar)
    } else if hangul.contains(scalar.value) {
      appendHangul(scalar.value, to: &result)
    } else if let parts = table[scalar.value], scalar.isInUnicode8 {
      result += parts
    } else {
      result.append(scalar)
    }
  }

  private static let hangul: ClosedRange<UInt32> = 0xAC00...0xD7A3

  /// A syllable as its two or three letters, by the arithmetic of the Unicode Standard, section 3.12.
  private static func appendHangul(_ syllable: UInt32, to result: inout [Unicode.Scalar]) {
    let index = syllable - 0xAC00
    let letters = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
    result += letters.prefix(index % 28 == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
  }

  /// Orders the marks between two base characters by their class; those of one class keep their order.
  private static func sortMarks(in text: inout [Unicode.Scalar]) {
    var start = 0
    while let first = text[start...].firstIndex(where: { $0.combiningClass != 0 }) {
      let end = text[first...].firstIndex { $0.combiningClass == 0 } ?? text.count
      // Swift's sort is stable, though it does not promise so: a mark's place breaks the tie.
      let marks = text[first..<end].enumerated().sorted {
        ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
      }
      text.replaceSubrange(first..<end, with: marks.map(\.element))
      start = end
    }
  }

  /// The full decomposition of each character that has one.
  private static let table: [UInt32: [Unicode.Scalar]] = {
    var table: [UInt32: [Unicode.Scalar]] = [:]
    for word in canonicalDecompositionTable.utf8.split(whereSeparator: { $0 <= UInt8(ascii: " ") }) {
      let codes = word.split { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "+") }
        .compactMap { UInt32(Substring($0), radix: 16) }
      if let composed = codes.first { table[composed] = codes.dropFirst().compactMap(Unicode.Scalar.init) }
    }
    return table
  }()
}

extension Unicode.Scalar {
  /// 0 for base characters; below U+0300 there are no marks.
  fileprivate var combiningClass: UInt8 {
    value < 0x300 ? 0 : properties.canonicalCombiningClass.rawValue
  }

  /// Whether the character is one of Unicode 8, the version that Hugging Face's tokenizers have their tables of. Later
  /// ones have no category and no decomposition there.
  var isInUnicode8: Bool {
    value < 0x250 || properties.age.map { $0.major <= 8 } ?? false
  }
}
