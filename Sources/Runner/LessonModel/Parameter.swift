// What may be set from outside when a lesson is run: `params:` in the front matter, `-P name=value` on the command line.

/// A named value that steps read as `params.name`.
public struct Parameter: Sendable, Hashable {
  public var name: String
  public var value: Value

  public init(name: String, value: Value) {
    self.name = name
    self.value = value
  }

  public enum Value: Sendable, Hashable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
  }
}

extension Parameter.Value: CustomStringConvertible {
  /// The value as it is written on the command line.
  public var description: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .number(let number): String(number)
    case .flag(let flag): String(flag)
    }
  }

  /// Completes "`beams` wants …".
  public var kind: String {
    switch self {
    case .text: "text"
    case .integer: "a whole number"
    case .number: "a number"
    case .flag: "true or false"
    }
  }

  /// A value of the same type read from text, or nil where the text is none.
  public func parsing(_ text: String) -> Self? {
    switch self {
    case .text: .text(text)
    case .integer: Int(text).map { .integer($0) }
    case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case .flag: Bool(text).map { .flag($0) }
    }
  }

  fileprivate var swiftType: String {
    switch self {
    case .text: "String"
    case .integer: "Int"
    case .number: "Double"
    case .flag: "Bool"
    }
  }

  fileprivate var swiftLiteral: String {
    if case .text(let text) = self { return Lesson.swiftLiteral(text) }
    return description
  }
}

extension Lesson {
  /// The steps that are built and run: a step 0 that declares the parameters, where there are some, then the author's.
  public var runSteps: [Step] { (parameterStep.map { [$0] } ?? []) + steps }

  private var parameterStep: Step? {
    let parameters = frontMatter.parameters
    guard !parameters.isEmpty else { return nil }
    let fields = parameters.map { "let `\($0.name)`: \($0.value.swiftType)" }
    let values = parameters.map { "\($0.name): \($0.value.swiftLiteral)" }
    let code = """
      struct Params: Sendable { \(fields.joined(separator: "; ")) }
      let params = Params(\(values.joined(separator: ", ")))
      """
    return Step(index: 0, fenceLine: 0, code: code)
  }

  /// A string literal of Swift for any text.
  public static func swiftLiteral(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      case _ where scalar.value < 0x20: "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
