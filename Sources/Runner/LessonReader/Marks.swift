// Stand-ins for what libcmark must not interpret: references to footnotes, and escaped tildes.

/// Two characters that the lesson does not use take the place of `[^name]` and `\~`. Both are punctuation, as what
/// they replace is, so emphasis beside them is as it would be. In code, HTML and addresses the original comes back.
struct Marks {
  private let reference: [UInt8]
  private let tilde: [UInt8]
  /// The references as written, by number: `[^Note]`.
  private(set) var references: [[UInt8]] = []
  /// The definition that each reference leads to.
  private(set) var targets: [Int] = []
  private var numbers: [[UInt8]: Int] = [:]
  private var isUsed = false

  /// Chooses among the fourteen Syriac punctuation characters, whose UTF-8 is two bytes starting with 0xDC.
  init(unusedIn lines: [[UInt8]]) {
    var used: Set<UInt8> = []
    for line in lines where line.contains(0xDC) {
      for index in line.indices.dropLast() where line[index] == 0xDC { used.insert(line[index + 1]) }
    }
    let free = (0x80...0x8D).filter { !used.contains($0) } + [0x80, 0x81]
    reference = [0xDC, free[0]]
    tilde = [0xDC, free[1]]
  }

  /// Whether nothing was replaced, so that nothing must be restored.
  var areUnused: Bool { !isUsed }

  /// Replaces escaped tildes.
  mutating func hideTildes(_ line: [UInt8]) -> [UInt8] {
    guard line.contains(UInt8(ascii: "~")), line.contains(UInt8(ascii: "\\")) else { return line }
    var result: [UInt8] = []
    for (byte, isEscaped) in escapes(line) {
      if byte == UInt8(ascii: "~"), isEscaped {
        result.removeLast()
        result += tilde
        isUsed = true
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// Replaces references whose name `definition` knows.
  mutating func hideReferences(_ line: [UInt8], _ definition: (ArraySlice<UInt8>) -> Int?) -> [UInt8] {
    guard line.contains(UInt8(ascii: "^")) else { return line }
    var result: [UInt8] = []
    var skipped = 0
    for (index, (byte, isEscaped)) in escapes(line).enumerated() where index >= skipped {
      if byte == UInt8(ascii: "["), !isEscaped, let name = footnoteName(line, at: index), let target = definition(name)
      {
        let end = name.endIndex + 1
        result += reference + Array("\(number(of: Array(line[index..<end]), target))".utf8) + reference
        skipped = end
      } else {
        result.append(byte)
      }
    }
    return result
  }

  private mutating func number(of spelling: [UInt8], _ target: Int) -> Int {
    isUsed = true
    if let number = numbers[spelling] { return number }
    numbers[spelling] = references.count
    references.append(spelling)
    targets.append(target)
    return references.count - 1
  }

  enum Piece {
    case text(ArraySlice<UInt8>)
    case tilde
    case reference(Int)
  }

  /// The pieces of a text with stand-ins in it.
  func pieces(_ text: [UInt8]) -> [Piece] {
    var pieces: [Piece] = []
    var start = 0
    var index = 0
    while index < text.count {
      let piece = text[index] == 0xDC ? standIn(text, at: index) : nil
      guard let (piece, end) = piece else {
        index += 1
        continue
      }
      if start < index { pieces.append(.text(text[start..<index])) }
      pieces.append(piece)
      (start, index) = (end, end)
    }
    if start < text.count { pieces.append(.text(text[start...])) }
    return pieces
  }

  private func standIn(_ text: [UInt8], at index: Int) -> (Piece, end: Int)? {
    if text[index...].starts(with: tilde) { return (.tilde, index + 2) }
    guard text[index...].starts(with: reference) else { return nil }
    let digits = text[(index + 2)...].prefix { (0x30...0x39).contains($0) }
    guard text[digits.endIndex...].starts(with: reference), let number = Int(digits.text),
      references.indices.contains(number)
    else { return nil }
    return (.reference(number), digits.endIndex + 2)
  }

  /// The text as it was written; where escapes hold (`inText`), an escaped tilde is a tilde.
  func restore(_ text: [UInt8], inText: Bool = false) -> [UInt8] {
    guard isUsed else { return text }
    return pieces(text).flatMap { piece in
      switch piece {
      case .text(let bytes): Array(bytes)
      case .tilde: Array((inText ? "~" : "\\~").utf8)
      case .reference(let number): references[number]
      }
    }
  }

  /// The start of a footnote's definition, hidden so that libcmark takes it for text and not for a link reference.
  func hideDefinition(_ line: [UInt8], at index: Int) -> [UInt8] {
    Array(line[..<index]) + reference + line[(index + 1)...]
  }

  /// Whether a hidden definition starts here.
  func isDefinition(_ line: [UInt8], at index: Int) -> Bool {
    index <= line.count && line[index...].starts(with: reference + [UInt8(ascii: "^")])
  }
}

/// The name in `[^name]` at an index of a line: no white space, no brackets.
func footnoteName(_ line: [UInt8], at index: Int) -> ArraySlice<UInt8>? {
  guard line[index...].starts(with: "[^".utf8) else { return nil }
  let name = line[(index + 2)...].prefix(1000).prefix {
    $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") && !isSpace($0)
  }
  guard !name.isEmpty, name.endIndex < line.count, line[name.endIndex] == UInt8(ascii: "]") else { return nil }
  return name
}

/// Each byte and whether a backslash escapes it.
private func escapes(_ line: [UInt8]) -> [(UInt8, Bool)] {
  var isEscaped = false
  return line.map { byte in
    defer { isEscaped = byte == UInt8(ascii: "\\") && !isEscaped }
    return (byte, isEscaped)
  }
}
