// The reader behind JSONValue: recursive descent over UTF-8 bytes.

struct JSONParser {
  let text: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var depth = 0

  init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

  mutating func document() throws(JSONProblem) -> JSONValue {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    let value = try value()
    skipSpace()
    guard place == text.count else { throw problem("more text after the value") }
    return value
  }

  private func problem(_ reason: String) -> JSONProblem { JSONProblem(reason: reason, offset: place) }

  private var next: UInt8? { place < text.count ? text[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }

  /// Passes over white space and the given character, if that is what follows.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(JSONProblem) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONProblem) in .object(try parser.members()) }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONProblem) in .array(try parser.elements()) }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("the text ends early")
    default: return .number(try number())
    }
  }

  /// Steps over the opening bracket and reads what is inside, within the limit of levels, which keeps the stack safe.
  private mutating func nested(_ read: (inout JSONParser) throws(JSONProblem) -> JSONValue) throws(JSONProblem)
    -> JSONValue
  {
    guard depth < 256 else { throw problem("more than 256 levels") }
    place += 1
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  private mutating func members() throws(JSONProblem) -> [JSONMember] {
    var members: [JSONMember] = []
    if skip("}") { return members }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw problem("a key is missing") }
      let key = try string()
      guard skip(":") else { throw problem("a colon is missing") }
      members.append(JSONMember(key: key, value: try value()))
    } while skip(",")
    guard skip("}") else { throw problem("a comma or } is missing") }
    return members
  }

  private mutating func elements() throws(JSONProblem) -> [JSONValue] {
    var elements: [JSONValue] = []
    if skip("]") { return elements }
    repeat { elements.append(try value()) } while skip(",")
    guard skip("]") else { throw problem("a comma or ] is missing") }
    return elements
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard text[place...].starts(with: bytes) else { throw problem("an unknown word") }
    place += bytes.count
    return value
  }

  /// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
  private mutating func number() throws(JSONProblem) -> Double {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let first = next
    let digits = skipDigits()
    guard digits == 1 || (digits > 1 && first != UInt8(ascii: "0")) else { throw problem("an unexpected character") }
    if next == UInt8(ascii: ".") {
      place += 1
      guard skipDigits() > 0 else { throw problem("a digit is missing") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      place += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
      guard skipDigits() > 0 else { throw problem("a digit is missing") }
    }
    guard let value = Double(String(decoding: text[start..<place], as: UTF8.self)) else {
      throw problem("a wrong number")
    }
    return value
  }

  private mutating func skipDigits() -> Int {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
    return place - start
  }

  private mutating func string() throws(JSONProblem) -> String {
    place += 1
    var bytes: [UInt8] = []
    while true {
      let start = place
      while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
      bytes += text[start..<place]
      switch next {
      case UInt8(ascii: "\""):
        place += 1
        guard let string = String(validating: bytes, as: UTF8.self) else { throw problem("text that is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): bytes += try escape()
      case nil: throw problem("the text ends early")
      default: throw problem("a control character")
      }
    }
  }

  private mutating func escape() throws(JSONProblem) -> [UInt8] {
    place += 1
    guard let kind = next else { throw problem("the text ends early") }
    place += 1
    switch kind {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [kind]
    case UInt8(ascii: "u"): return try Array(String(scalar()).utf8)
    default: throw problem("an unknown escape")
    }
  }

  /// The character of `\uXXXX`, or of two of them that form a surrogate pair.
  private mutating func scalar() throws(JSONProblem) -> Character {
    var code = try hexadecimal()
    if code >> 10 == 0x36, text[place...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
      place += 2
      let low = try hexadecimal()
      guard low >> 10 == 0x37 else { throw problem("half of a surrogate pair") }
      code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(code) else { throw problem("half of a surrogate pair") }
    return Character(scalar)
  }

  private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw problem("a hexadecimal digit is missing")
      }
      code = code << 4 + UInt32(digit)
      place += 1
    }
    return code
  }
}
