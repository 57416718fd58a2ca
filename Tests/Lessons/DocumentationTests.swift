// The documentation's examples are steps: each page is run as a lesson.

import Foundation
import Testing

@Suite struct DocumentationTests {
  @Test(arguments: ["Authoring", "LessonKit", "Runtime"]) func everyExampleRuns(page: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "lesson-documentation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = package.appendingPathComponent("Documentation/\(page).md").path
    let arguments = ["run", file, "--quiet", "--record", "record.json"]
    let result = try result(of: try await Command(arguments: arguments, folder: folder).run(), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let printed = Set(result.steps.flatMap { $0.stdout.components(separatedBy: "\n") })
    for line in try promises(of: text(of: URL(fileURLWithPath: file))) { #expect(printed.contains(line)) }
  }

  /// What the pages say behind a `print` that is printed.
  private func promises(of page: String) throws -> [String] {
    page.components(separatedBy: "\n").filter { $0.hasPrefix("print(") }
      .compactMap { $0.firstMatch(of: /\) +\/\/ (.+)$/).map { String($0.1) } }
  }
}
