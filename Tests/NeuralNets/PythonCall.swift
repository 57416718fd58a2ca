// Reads calls such as `nn.Conv2d(3, 8, 16, stride=16)`, as the recorded random streams name them.

import Foundation

/// A function's name and its arguments as JSON texts.
struct PythonCall {
  var name = ""
  var arguments: [String] = []
  var keywords: [String: String] = [:]

  init(_ text: String) {
    let open = text.firstIndex(of: "(") ?? text.endIndex
    name = String(text[..<open])
    for part in Self.parts(of: text[open...].dropFirst().dropLast()) {
      let sides = part.split(separator: "=", maxSplits: 1)
      if sides.count == 2, !part.contains("(") {
        keywords[String(sides[0])] = Self.json(String(sides[1]))
      } else {
        arguments.append(Self.json(part))
      }
    }
  }

  /// The text between commas that are not inside brackets.
  private static func parts(of text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private static func json(_ value: String) -> String {
    switch value {
    case "True": "true"
    case "False": "false"
    case _ where value.hasPrefix("torch.") && !value.contains("("): "\"=\(value)\""
    default: value.replacingOccurrences(of: "'", with: "\"")
    }
  }

  /// The call as the spec of a module.
  func spec() throws -> Spec {
    let keywords = keywords.map { "\"\($0)\":\($1)" }.joined(separator: ",")
    let type = name.split(separator: ".").last ?? ""
    let text = "{\"type\":\"\(type)\",\"args\":[\(arguments.joined(separator: ","))],\"kwargs\":{\(keywords)}}"
    return try JSONDecoder().decode(Spec.self, from: Data(text.utf8))
  }
}
