// What one step prints and displays, in the order it happened.

import LessonModel

/// Collects the output of one step.
struct Recorder {
  private enum Piece {
    case printed(stream: Int32, [UInt8])
    case displayed([String: [UInt8]])
  }

  private var pieces: [Piece] = []
  /// Bytes recorded so far.
  private(set) var size = 0

  mutating func print(_ bytes: [UInt8], on stream: Int32) {
    size += bytes.count
    if case .printed(stream, var text) = pieces.last {
      pieces.removeLast()
      text += bytes
      pieces.append(.printed(stream: stream, text))
    } else {
      pieces.append(.printed(stream: stream, bytes))
    }
  }

  mutating func display(_ data: [String: [UInt8]]) {
    size += data.values.reduce(0) { $0 + $1.count }
    pieces.append(.displayed(data))
  }

  /// Drops what was recorded past a number of bytes.
  mutating func cut(to limit: Int) {
    while size > limit, let last = pieces.popLast() {
      guard case .printed(let stream, let bytes) = last else {
        if case .displayed(let data) = last { size -= data.values.reduce(0) { $0 + $1.count } }
        continue
      }
      size -= bytes.count
      if size < limit { print(Array(bytes.prefix(limit - size)), on: stream) }
    }
  }

  /// All that was printed.
  var text: String {
    outputs.map { output in
      switch output {
      case .stdout(let text), .stderr(let text): text
      case .display: ""
      }
    }.joined()
  }

  /// The output; bytes that are not UTF-8 are replaced.
  var outputs: [Output] {
    pieces.map { piece in
      switch piece {
      case .printed(1, let bytes): .stdout(String(decoding: bytes, as: UTF8.self))
      case .printed(_, let bytes): .stderr(String(decoding: bytes, as: UTF8.self))
      case .displayed(let data): .display(MIMEBundle(data))
      }
    }
  }
}
