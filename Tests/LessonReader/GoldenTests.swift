// Lessons in Fixtures and the trees they are read as. `LESSON_RECORD=1 swift test --filter LessonReaderTests`
// writes the trees anew.

import Foundation
import LessonReader
import Testing

private let lessons = ((try? FileManager.default.contentsOfDirectory(atPath: fixture("").path)) ?? [])
  .filter { $0.hasSuffix(".md") }.sorted()

@Suite struct GoldenTests {
  @Test func lessonsAreThere() { #expect(lessons.count >= 5) }

  @Test(arguments: lessons)
  func tree(_ name: String) throws {
    let bytes = try Data(contentsOf: fixture(name))
    let tree = TreeDump.dump(try LessonReader.read(Array(bytes), fileName: name))
    let golden = fixture(name.replacing(".md", with: ".tree"))
    if ProcessInfo.processInfo.environment["LESSON_RECORD"] != nil {
      try tree.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try tree == String(contentsOf: golden, encoding: .utf8))
  }
}
