// The rendition that SGR sequences set, and its markup.

/// How a terminal's cell looks.
struct TerminalStyle: Hashable {
  enum Color: Hashable {
    /// One of the sixteen that a terminal's theme defines.
    case theme(UInt8)
    case rgb(UInt8, UInt8, UInt8)
    /// The page's own, where inverse video exchanges them.
    case paper, ink
  }

  struct Effects: OptionSet, Hashable {
    let rawValue: UInt8
    static let bold = Effects(rawValue: 1), faint = Effects(rawValue: 2), italic = Effects(rawValue: 4)
    static let underline = Effects(rawValue: 8), inverse = Effects(rawValue: 16), strike = Effects(rawValue: 32)

    static let classes: [(Effects, String)] = [
      (.bold, "a-b"), (.faint, "a-f"), (.italic, "a-i"), (.underline, "a-u"), (.strike, "a-s"),
    ]
  }

  var effects: Effects = []
  var foreground: Color?
  var background: Color?

  // MARK: Reading

  /// Applies the parameters of an SGR sequence, separated by `;` or `:`.
  mutating func apply(_ parameters: ArraySlice<UInt8>) {
    var values = parameters.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ";") }[...]
    while let field = values.popFirst() {
      let parts = field.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ":") }.map(Self.number)
      guard let code = parts.first else { continue }
      if code == 38 || code == 48 {
        let color = parts.count > 1 ? Self.color(colons: parts) : Self.color(&values)
        if code == 38 { foreground = color ?? foreground } else { background = color ?? background }
      } else if code == 4, parts.count > 1 {
        effects = parts[1] == 0 ? effects.subtracting(.underline) : effects.union(.underline)
      } else {
        apply(code)
      }
    }
  }

  private mutating func apply(_ code: Int) {
    switch code {
    case 0: self = TerminalStyle()
    case 1: effects.insert(.bold)
    case 2: effects.insert(.faint)
    case 3: effects.insert(.italic)
    case 4, 21: effects.insert(.underline)
    case 7: effects.insert(.inverse)
    case 9: effects.insert(.strike)
    case 22: effects.subtract([.bold, .faint])
    case 23: effects.remove(.italic)
    case 24: effects.remove(.underline)
    case 27: effects.remove(.inverse)
    case 29: effects.remove(.strike)
    case 30...37: foreground = .theme(UInt8(code - 30))
    case 39: foreground = nil
    case 40...47: background = .theme(UInt8(code - 40))
    case 49: background = nil
    case 90...97: foreground = .theme(UInt8(code - 82))
    case 100...107: background = .theme(UInt8(code - 92))
    default: break
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int { Int(String(decoding: digits, as: UTF8.self)) ?? 0 }

  /// `5;n` or `2;r;g;b`, taken from the fields that follow.
  private static func color(_ fields: inout ArraySlice<ArraySlice<UInt8>>) -> Color? {
    guard let kind = fields.popFirst().map(number) else { return nil }
    let count = kind == 5 ? 1 : kind == 2 ? 3 : 0
    let values = fields.prefix(count).map(number)
    fields = fields.dropFirst(count)
    return values.count == count ? color(kind, values) : nil
  }

  /// `38:5:n`, `38:2:r:g:b` or, with a colour space, `38:2::r:g:b`.
  private static func color(colons parts: [Int]) -> Color? {
    parts[1] == 5 ? color(5, Array(parts.dropFirst(2).prefix(1))) : color(parts[1], Array(parts.dropFirst(2).suffix(3)))
  }

  private static func color(_ kind: Int, _ values: [Int]) -> Color? {
    let bytes = values.map { UInt8(clamping: $0) }
    switch (kind, bytes.count) {
    case (5, 1): return indexed(bytes[0])
    case (2, 3): return .rgb(bytes[0], bytes[1], bytes[2])
    default: return nil
    }
  }

  /// xterm's 256 colours: the theme's 16, a cube of 6 x 6 x 6, 24 greys.
  private static func indexed(_ index: UInt8) -> Color {
    switch index {
    case ..<16: return .theme(index)
    case ..<232:
      let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
      let place = Int(index) - 16
      return .rgb(steps[place / 36], steps[place / 6 % 6], steps[place % 6])
    default:
      let grey = 8 + (index - 232) * 10
      return .rgb(grey, grey, grey)
    }
  }

  // MARK: Writing

  var startTag: String {
    let isInverse = effects.contains(.inverse)
    let ink = isInverse ? background ?? .paper : foreground
    let paper = isInverse ? foreground ?? .ink : background
    var classes = Effects.classes.filter { effects.contains($0.0) }.map(\.1)
    var styles: [String] = []
    if let ink { Self.add(ink, "a-fg", "color", &classes, &styles) }
    if let paper { Self.add(paper, "a-bg", "background", &classes, &styles) }
    return "<span" + (classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"")
      + (styles.isEmpty ? "" : " style=\"\(styles.joined(separator: ";"))\"") + ">"
  }

  private static func add(
    _ color: Color, _ prefix: String, _ property: String, _ classes: inout [String], _ styles: inout [String]
  ) {
    switch color {
    case .theme(let index): classes.append("\(prefix)\(index)")
    case .paper: classes.append("\(prefix)-paper")
    case .ink: classes.append("\(prefix)-ink")
    case .rgb(let red, let green, let blue):
      let value = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
      styles.append("\(property):#" + hex(value, digits: 6).lowercased())
    }
  }
}
