// A parser for the Python expressions in the reference files: calls, attributes, subscripts, operators, literals.

/// An expression of the small part of Python that the reference files use.
indirect enum PythonExpression {
  case number(PythonValue)
  case string(String)
  case name(String)
  case attribute(PythonExpression, String)
  case call(PythonExpression, [PythonExpression], [(String, PythonExpression)])
  case index(PythonExpression, [PythonExpression])
  case slice(PythonExpression?, PythonExpression?, PythonExpression?)
  case ellipsis
  case spread(PythonExpression)
  case prefix(String, PythonExpression)
  case infix(String, PythonExpression, PythonExpression)
  case list([PythonExpression])
  case tuple([PythonExpression])
  case dictionary
  case conditional(PythonExpression, PythonExpression, PythonExpression)
  case lambda(String, PythonExpression)
}

struct PythonSyntaxError: Error { let text: String, position: Int }

struct PythonParser {
  private let text: [Character]
  private var at = 0

  static func parse(_ text: String) throws -> PythonExpression {
    var parser = PythonParser(text: Array(text))
    let result = try parser.expression()
    parser.skipSpace()
    guard parser.at == parser.text.count else { throw parser.failure }
    return result
  }

  private var failure: PythonSyntaxError { PythonSyntaxError(text: String(text), position: at) }

  private mutating func skipSpace() { while at < text.count, text[at] == " " { at += 1 } }

  private func starts(_ word: String) -> Bool { text[at...].starts(with: word) }

  private mutating func take(_ word: String) -> Bool {
    skipSpace()
    guard starts(word) else { return false }
    if let last = word.last, last.isLetter, at + word.count < text.count, text[at + word.count].isLetter {
      return false
    }
    at += word.count
    return true
  }

  private mutating func require(_ word: String) throws { if !take(word) { throw failure } }

  private mutating func expression() throws -> PythonExpression {
    if take("lambda") {
      let name = try identifier()
      try require(":")
      return .lambda(name, try expression())
    }
    let value = try infix(0)
    guard take("if") else { return value }
    let condition = try infix(0)
    try require("else")
    return .conditional(condition, value, try expression())
  }

  private static let levels = [
    ["==", "!=", "<=", ">=", "<", ">"], ["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["@", "//", "*", "/", "%"],
  ]

  private mutating func infix(_ level: Int) throws -> PythonExpression {
    guard level < Self.levels.count else { return try prefixed() }
    var left = try infix(level + 1)
    while let symbol = operatorHere(Self.levels[level]) {
      at += symbol.count
      left = .infix(symbol, left, try infix(level + 1))
    }
    return left
  }

  private mutating func operatorHere(_ symbols: [String]) -> String? {
    skipSpace()
    guard let symbol = symbols.first(where: { starts($0) }) else { return nil }
    let isShift = starts("<<") || starts(">>")
    if (symbol == "<" || symbol == ">") && isShift { return nil }
    return symbol == "*" && starts("**") ? nil : symbol
  }

  private mutating func prefixed() throws -> PythonExpression {
    skipSpace()
    for symbol in ["-", "~", "+"] where starts(symbol) {
      at += 1
      return .prefix(symbol, try prefixed())
    }
    let base = try postfixed()
    return take("**") ? .infix("**", base, try prefixed()) : base
  }

  private mutating func postfixed() throws -> PythonExpression {
    var value = try atom()
    while true {
      if take(".") {
        value = .attribute(value, try identifier())
      } else if at < text.count, text[at] == "(" {
        let (positional, named) = try arguments()
        value = .call(value, positional, named)
      } else if at < text.count, text[at] == "[" {
        at += 1
        value = .index(value, try items(until: "]").items)
      } else {
        return value
      }
    }
  }

  private mutating func arguments() throws -> ([PythonExpression], [(String, PythonExpression)]) {
    at += 1
    var positional: [PythonExpression] = []
    var named: [(String, PythonExpression)] = []
    while !take(")") {
      let start = at
      skipSpace()
      if let name = try? identifier(), take("="), !starts("=") {
        named.append((name, try expression()))
      } else {
        at = start
        if take("*") { positional.append(.spread(try expression())) } else { positional.append(try expression()) }
      }
      _ = take(",")
    }
    return (positional, named)
  }

  private mutating func items(until end: String) throws -> (items: [PythonExpression], trailing: Bool) {
    var items: [PythonExpression] = []
    var trailing = false
    while !take(end) {
      items.append(try item())
      trailing = take(",")
    }
    return (items, trailing)
  }

  /// An expression or a slice.
  private mutating func item() throws -> PythonExpression {
    if take("...") { return .ellipsis }
    skipSpace()
    var parts: [PythonExpression?] = [starts(":") ? nil : try expression()]
    while take(":") {
      skipSpace()
      parts.append(starts(":") || starts(",") || starts("]") ? nil : try expression())
    }
    if parts.count == 1, let only = parts[0] { return only }
    return .slice(parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
  }

  private mutating func atom() throws -> PythonExpression {
    skipSpace()
    guard at < text.count else { throw failure }
    switch text[at] {
    case "(":
      at += 1
      let (items, trailing) = try items(until: ")")
      return items.count == 1 && !trailing ? items[0] : .tuple(items)
    case "[":
      at += 1
      return .list(try items(until: "]").items)
    case "{":
      while !take("}") { at += 1 }
      return .dictionary
    case "'":
      let end = text[(at + 1)...].firstIndex(of: "'") ?? at
      defer { at = end + 1 }
      return .string(String(text[(at + 1)..<end]))
    case let character where character.isNumber: return try number()
    default: return .name(try identifier())
    }
  }

  private mutating func number() throws -> PythonExpression {
    let start = at
    while at < text.count,
      text[at].isNumber || ".e".contains(text[at]) || ("+-".contains(text[at]) && text[at - 1] == "e")
    {
      at += 1
    }
    let digits = String(text[start..<at])
    if let integer = Int(digits) { return .number(.int(integer)) }
    guard let value = Double(digits.hasSuffix(".") ? digits + "0" : digits) else { throw failure }
    return .number(.float(value))
  }

  private mutating func identifier() throws -> String {
    skipSpace()
    let start = at
    while at < text.count, text[at].isLetter || text[at].isNumber || text[at] == "_" { at += 1 }
    guard at > start, !text[start].isNumber else { throw failure }
    return String(text[start..<at])
  }
}
