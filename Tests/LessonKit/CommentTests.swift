// Every public declaration of the runtime has its comment.

import Foundation
import Testing

@Suite struct CommentTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Runtime").standardizedFileURL

  /// What a protocol requires has the protocol's comment.
  private static let inherited = [
    "var description:", "var mimeBundle:", "static var dtype:", "var scalar:", "var tensorIndex:", "var plotValues:",
    "var plotNumber:", "func hash(into", "func encode(to", "func makeIterator(", "func collect(",
    "static func collect(",
    "static func build", "init(from decoder", "init(integerLiteral", "init(floatLiteral", "init(booleanLiteral",
    "init(arrayLiteral", "init?<T: BinaryInteger>(exactly", "static func == (", "static func < (",
    "static func + (a: BFloat16", "static func - (a: BFloat16", "static func * (a: BFloat16",
    "static func *= (a: inout BFloat16", "static prefix func - (a: BFloat16",
  ]

  @Test func everyPublicDeclarationHasItsComment() throws {
    var declarations = 0
    for path in try FileManager.default.subpathsOfDirectory(atPath: Self.sources.path) where path.hasSuffix(".swift") {
      let text = try String(contentsOf: Self.sources.appendingPathComponent(path), encoding: .utf8)
      let lines = text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      for (number, line) in lines.enumerated() where isDeclaration(line) {
        declarations += 1
        let before = lines[..<number].last { !$0.hasPrefix("@") } ?? ""
        #expect(before.hasPrefix("///"), "\(path):\(number + 1): \(line)")
      }
    }
    #expect(declarations > 700)
  }

  private func isDeclaration(_ line: String) -> Bool {
    let words = line.replacing(#/^(@\w+(\(.*\))? )+/#, with: "")
    guard words.hasPrefix("public ") || words.hasPrefix("open "), !words.contains(" override ") else { return false }
    let rest = words.drop { $0 != " " }.dropFirst()
    return !["extension ", "import "].contains { rest.hasPrefix($0) } && !Self.inherited.contains { rest.hasPrefix($0) }
  }
}
