// Bytes of a file -> lines of text: encoding, line ends, size.

import LessonModel

/// The lines of a lesson as bytes without their terminators.
struct LessonText {
  /// The largest lesson that is read, in bytes.
  static let sizeLimit = 16 << 20

  let fileName: String
  let lines: [[UInt8]]

  /// Splits at `\n`, `\r\n` and `\r`, as CommonMark does, and leaves out a byte order mark.
  init(_ bytes: [UInt8], fileName: String) throws(UnusableLesson) {
    guard bytes.count <= Self.sizeLimit else { throw UnusableLesson("\(fileName) is larger than 16 MB.") }
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: byteOrderMark) ? bytes[3...] : bytes[...]
    guard text.contains(where: { !isSpace($0) }) else { throw UnusableLesson("\(fileName) is empty.") }
    self.fileName = fileName
    lines = splitLines(text)
    try checkEncoding()
  }

  var source: SourceText {
    SourceText(fileName: fileName, lines: lines.map { String(decoding: $0, as: UTF8.self) })
  }

  private func checkEncoding() throws(UnusableLesson) {
    for (index, line) in lines.enumerated() {
      guard let column = firstUnreadableByte(line) else { continue }
      let position = SourcePosition(line: index + 1, column: column + 1)
      let place = "\(position.line):\(position.column)"
      if index == 0, line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) {
        throw UnusableLesson("\(fileName) is UTF-16; save it as UTF-8.", at: position)
      }
      throw UnusableLesson(
        line[column] == 0
          ? "\(fileName) is not a text file: it has a zero byte at \(place)."
          : "\(fileName) is not UTF-8: see the byte at \(place).", at: position)
    }
  }
}

/// The index of the first byte that is zero or not part of a well-formed UTF-8 sequence.
private func firstUnreadableByte(_ line: [UInt8]) -> Int? {
  let zero = line.firstIndex(of: 0)
  if zero == nil, String(validating: line, as: UTF8.self) != nil { return nil }
  var parser = Unicode.UTF8.ForwardParser()
  var input = line.makeIterator()
  var index = 0
  while index < zero ?? line.count, case .valid(let scalar) = parser.parseScalar(from: &input) {
    index += scalar.count
  }
  return index
}

private func splitLines(_ text: ArraySlice<UInt8>) -> [[UInt8]] {
  var lines: [[UInt8]] = []
  var start = text.startIndex
  var index = start
  while index < text.endIndex {
    let byte = text[index]
    guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
      index += 1
      continue
    }
    lines.append(Array(text[start..<index]))
    let isPair = byte == UInt8(ascii: "\r") && index + 1 < text.endIndex && text[index + 1] == UInt8(ascii: "\n")
    index += isPair ? 2 : 1
    start = index
  }
  if start < text.endIndex { lines.append(Array(text[start...])) }
  return lines
}

/// Whether a byte is ASCII white space.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

/// Whether a byte is a space or a tab.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

extension Sequence<UInt8> {
  /// The text these bytes stand for; what is not UTF-8 becomes U+FFFD.
  var text: String { String(decoding: Array(self), as: UTF8.self) }
}

extension BidirectionalCollection<UInt8> {
  /// The bytes without white space at either end.
  var trimmed: SubSequence {
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
      return self[endIndex...]
    }
    return self[first...last]
  }
}
