// What a step printed, as a terminal would show it: colours, carriage returns, backspaces.

/// Plays output into lines of cells, and the lines into markup.
///
/// Understood are SGR (ECMA-48, 8.3.117: bold, faint, italic, underline, inverse, crossed out, 16, 256 and true
/// colours), erasing in the line and moving within it; all other escape sequences are left out.
struct TerminalText {
  private struct Cell {
    /// The scalar's UTF-8 bytes, the first in the lowest byte.
    var bytes: UInt32
    var style: TerminalStyle
  }

  private var out = Markup()
  private var style = TerminalStyle()
  /// The style of the span that is open in `out`.
  private var openStyle = TerminalStyle()
  private var cells: [Cell] = []
  private var cursor = 0
  /// How far to the right a sequence may move; a mistaken number must not fill the page with spaces.
  private static let maximalColumn = 1000

  static func markup(_ utf8: ArraySlice<UInt8>) -> Markup {
    var terminal = TerminalText()
    terminal.play(utf8)
    terminal.flushLine()
    terminal.setOpenStyle(TerminalStyle())
    return terminal.out
  }

  private mutating func play(_ utf8: ArraySlice<UInt8>) {
    var rest = utf8
    while let byte = rest.first {
      switch byte {
      case 0x0a:
        flushLine()
        setOpenStyle(TerminalStyle())
        out.byte(byte)
        rest.removeFirst()
      case 0x0d:
        cursor = 0
        rest.removeFirst()
      case 0x08:
        cursor = max(0, cursor - 1)
        rest.removeFirst()
      case 0x1b: escape(&rest)
      default: put(scalar(&rest))
      }
    }
  }

  /// Takes the bytes of one scalar.
  private func scalar(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
    var value = UInt32(rest.removeFirst())
    var shift: UInt32 = 8
    while shift < 32, let next = rest.first, next & 0xc0 == 0x80 {
      value |= UInt32(next) << shift
      shift += 8
      rest.removeFirst()
    }
    return value
  }

  private mutating func put(_ scalar: UInt32) {
    while cells.count < cursor { cells.append(Cell(bytes: 0x20, style: TerminalStyle())) }
    let cell = Cell(bytes: scalar, style: style)
    if cursor < cells.count { cells[cursor] = cell } else { cells.append(cell) }
    cursor += 1
  }

  // MARK: Writing

  private mutating func flushLine() {
    var text = VisibleText()
    for cell in cells {
      if cell.style != openStyle {
        text.finish(&out)
        setOpenStyle(cell.style)
      }
      var bytes = cell.bytes
      repeat {
        text.write(UInt8(truncatingIfNeeded: bytes), to: &out)
        bytes >>= 8
      } while bytes != 0
    }
    text.finish(&out)
    cells.removeAll(keepingCapacity: true)
    cursor = 0
  }

  private mutating func setOpenStyle(_ new: TerminalStyle) {
    guard new != openStyle else { return }
    if openStyle != TerminalStyle() { out.raw("</span>") }
    if new != TerminalStyle() { out.raw(new.startTag) }
    openStyle = new
  }

  // MARK: Escape sequences

  /// Takes one sequence, from its ESC.
  private mutating func escape(_ rest: inout ArraySlice<UInt8>) {
    rest.removeFirst()
    switch rest.first {
    case UInt8(ascii: "["):
      rest.removeFirst()
      controlSequence(&rest)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      skipString(&rest)
    default:
      rest = rest.drop { (0x20...0x2f).contains($0) }
      if let final = rest.first, (0x30...0x7e).contains(final) { rest.removeFirst() }
    }
  }

  private mutating func controlSequence(_ rest: inout ArraySlice<UInt8>) {
    let parameters = rest.prefix { (0x30...0x3f).contains($0) }
    rest = rest[parameters.endIndex...].drop { (0x20...0x2f).contains($0) }
    guard let final = rest.first, (0x40...0x7e).contains(final) else { return }
    rest.removeFirst()
    let count = Int(String(decoding: parameters, as: UTF8.self)) ?? 1
    switch final {
    case UInt8(ascii: "m"): style.apply(parameters)
    case UInt8(ascii: "K"): erase(String(decoding: parameters, as: UTF8.self))
    case UInt8(ascii: "G"): cursor = min(max(0, count - 1), Self.maximalColumn)
    case UInt8(ascii: "C"): cursor = max(cursor, min(cursor + min(count, Self.maximalColumn), Self.maximalColumn))
    case UInt8(ascii: "D"): cursor = max(0, cursor - max(0, min(count, cursor)))
    default: break
    }
  }

  /// EL: to the end of the line, from its start, or all of it.
  private mutating func erase(_ mode: String) {
    switch mode {
    case "1": for index in cells.indices.prefix(cursor + 1) { cells[index] = Cell(bytes: 0x20, style: TerminalStyle()) }
    case "2": cells.removeAll()
    default: cells.removeLast(max(0, cells.count - cursor))
    }
  }

  /// Skips OSC, DCS and their like to BEL or ST; one without an end is taken for a lone ESC.
  private func skipString(_ rest: inout ArraySlice<UInt8>) {
    let limit = rest.prefix(4096)
    guard let end = limit.firstIndex(where: { $0 == 0x07 || $0 == 0x1b }) else {
      rest.removeFirst()
      return
    }
    rest = rest[end...]
    let isTerminator = rest.first == 0x07 || rest.dropFirst().first == UInt8(ascii: "\\")
    if isTerminator { rest.removeFirst(rest.first == 0x07 ? 1 : 2) }
  }
}
