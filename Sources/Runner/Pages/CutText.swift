// Long output reduced to its beginning and its end.

/// The part of a text that a page keeps: all of it, or a head and a tail.
struct CutText {
  var head: ArraySlice<UInt8>
  /// Empty when nothing is left out.
  var tail: ArraySlice<UInt8>
  var omittedLines = 0
  var omittedBytes = 0

  /// More lines or bytes than these are cut, half of them kept at either end.
  static let maximalLines = 1000
  static let maximalBytes = 200_000

  init(_ text: String) {
    var bytes = Array(text.utf8)
    if bytes.count > Self.maximalBytes { bytes = Self.withoutOverwritten(bytes) }
    head = bytes[...]
    tail = []
    let lineStarts = Self.lineStarts(bytes)
    guard lineStarts.count > Self.maximalLines || bytes.count > Self.maximalBytes else { return }
    let headEnd = Self.headEnd(bytes, lineStarts)
    let tailStart = max(headEnd, Self.tailStart(bytes, lineStarts))
    head = bytes[..<headEnd]
    tail = bytes[tailStart...]
    omittedBytes = tailStart - headEnd
    omittedLines = lineStarts.count { $0 > headEnd && $0 <= tailStart }
  }

  /// `98,000 lines (9.8 MB) left out`.
  var note: String {
    let tenths = (omittedBytes + 50_000) / 100_000
    let size =
      omittedBytes < 1_000_000 ? "\(max(1, (omittedBytes + 500) / 1000)) kB" : "\(tenths / 10).\(tenths % 10) MB"
    let lines = omittedLines == 1 ? "1 line" : grouped(omittedLines) + " lines"
    return omittedLines == 0 ? "\(size) left out" : "\(lines) (\(size)) left out"
  }

  private static func lineStarts(_ bytes: [UInt8]) -> [Int] {
    var starts = [0]
    bytes.withUnsafeBufferPointer { buffer in
      for index in 0..<buffer.count where buffer[index] == 0x0a && index + 1 < buffer.count { starts.append(index + 1) }
    }
    return starts
  }

  private static func headEnd(_ bytes: [UInt8], _ lineStarts: [Int]) -> Int {
    let byLines = lineStarts.count > maximalLines ? lineStarts[maximalLines / 2] : bytes.count
    let byBytes = maximalBytes / 2
    if byLines <= byBytes { return byLines }
    if let start = lineStarts.last(where: { $0 <= byBytes }), start > byBytes / 2 { return start }
    return scalarStart(bytes, byBytes)
  }

  private static func tailStart(_ bytes: [UInt8], _ lineStarts: [Int]) -> Int {
    let byLines = lineStarts.count > maximalLines ? lineStarts[lineStarts.count - maximalLines / 2] : 0
    let byBytes = bytes.count - maximalBytes / 2
    if byLines >= byBytes { return byLines }
    if let start = lineStarts.first(where: { $0 >= byBytes }), start < bytes.count - maximalBytes / 4 { return start }
    return scalarStart(bytes, byBytes)
  }

  /// The start of the scalar that holds the byte at an offset.
  private static func scalarStart(_ bytes: [UInt8], _ offset: Int) -> Int {
    var start = max(0, offset)
    while start > 0, start < bytes.count, bytes[start] & 0xc0 == 0x80 { start -= 1 }
    return start
  }

  /// The text without what a progress bar's carriage returns overwrote: of a line's pieces, those that fit into the
  /// last 4 kB, more than any line that is redrawn is wide.
  private static func withoutOverwritten(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x0d) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
      let recent = line.suffix(4096)
      let isRedrawn = recent.count < line.count && recent.dropLast().contains(0x0d)
      result += isRedrawn ? recent.drop { $0 != 0x0d } : line
      result.append(0x0a)
    }
    result.removeLast()
    return result
  }
}

/// A count with commas between its thousands.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  return digits.indices.reduce(into: "") { text, index in
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digits[index])
  }
}
