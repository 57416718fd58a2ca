// JSON as a tree, read without Foundation, whose import would cost every step time.

/// A value of a JSON text (RFC 8259).
enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// In the order of the text. Not a dictionary: Swift's strings take é for e and U+0301, which are two keys.
  case object([JSONMember])

  /// Reads a whole text.
  ///
  /// - Throws: ``JSONProblem`` with the place, for everything that RFC 8259 does not allow and for more than 256
  ///   levels.
  init(parsing text: [UInt8]) throws(JSONProblem) {
    self = try text.withUnsafeBufferPointer { text throws(JSONProblem) in
      var parser = JSONParser(text: text)
      return try parser.document()
    }
  }

  /// The value of a key, the last if there are several; nil when there is none, when it is null, or in a value that is
  /// not an object.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    let value = members.last { $0.key == key }?.value
    return value == .null ? nil : value
  }

  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
  /// The number when it is a whole one.
  var int: Int? { number.flatMap { Int(exactly: $0) } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
  var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  var members: [JSONMember]? { if case .object(let members) = self { members } else { nil } }
}

/// A key of an object with its value.
struct JSONMember: Sendable, Equatable {
  let key: String
  let value: JSONValue
}

/// Why a text is not JSON, and after how many bytes.
struct JSONProblem: Error, Equatable, CustomStringConvertible {
  let reason: String
  let offset: Int

  var description: String { "it is not JSON: \(reason) at byte \(offset)" }
}
