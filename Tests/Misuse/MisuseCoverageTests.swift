// No public function or initialiser that takes an integer is missing from the tables of misused calls.

import Foundation
import Testing

@Suite struct MisuseCoverageTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Runtime").standardizedFileURL

  /// They collect a literal or borrow memory whose size only the caller knows.
  private static let exceptions: Set<String> = ["collect", "enter", "append"]

  @Test(arguments: ["Tensors", "NeuralNets", "LessonKit"])
  func everyCallWithAnIntegerIsMisused(room: String) throws {
    let names = (Misuse.tensors + Misuse.modules + Misuse.displays).map(\.name)
    var found = 0
    for file in try swiftFiles(room) {
      for declared in declarations(in: try String(contentsOf: file, encoding: .utf8)) {
        guard !Self.exceptions.contains(declared) else { continue }
        found += 1
        #expect(names.contains { $0.contains(declared) }, "\(declared) of \(file.lastPathComponent) is not misused")
      }
    }
    #expect(found > (room == "LessonKit" ? 8 : 30))
  }

  private func swiftFiles(_ room: String) throws -> [URL] {
    let folder = Self.sources.appendingPathComponent(room)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
      .map { folder.appendingPathComponent($0) }
  }

  /// The functions' names, and for initialisers and subscripts the types'.
  private func declarations(in text: String) -> [String] {
    var names: [String] = []
    var type = ""
    let declaration =
      /^(?:(?:public|open|final) )*(?:class|struct|enum|extension) (?<type>\w+)|(?:public|open)(?: \w+)*? (?<kind>func|init|subscript) ?`?(?<name>\w*)[^(\n]*\((?<parameters>[^{]*)/
      .anchorsMatchLineEndings()
    for match in text.matches(of: declaration) {
      if let found = match.type { type = String(found) }
      guard let kind = match.kind, let parameters = match.parameters,
        parameters.prefix(while: { $0 != "{" }).contains(/\bInt\b|WindowSize/)
      else { continue }
      names.append(kind == "func" ? String(match.name ?? "") : type)
    }
    return names
  }
}
