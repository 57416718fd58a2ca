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
    let result = try await Command(arguments: ["run", file, "--quiet"], folder: folder).run()
    #expect(result.status == 0, "\(result.errors)")
  }
}
