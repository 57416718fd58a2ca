// End-to-end tests: lessons in, records and pages out, through the command that `make build` leaves.

import Foundation
import Testing

/// All of them; one at a time, because each run of a lesson uses all cores by itself.
@Suite(.serialized) struct Lessons {}

extension Lessons {
  /// The lessons of Steps/: each step must do what the `expect` fence after it says. `LESSON_RECORD=1` writes what they
  /// did into the lessons.
  @Suite struct StepTests {
    private static let folder = package.appendingPathComponent("Tests/Lessons/Steps")
    private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { $0.hasSuffix(".md") }.sorted()

    @Test func lessonsAreThere() { #expect(Self.names.count >= 9) }

    @Test(arguments: names)
    func everyStepDoesAsExpected(_ name: String) async throws {
      let file = Self.folder.appendingPathComponent(name)
      var lesson = ExpectingLesson(try text(of: file))
      let result = try await runLesson(lesson.text)
      #expect(result.page?.hasSuffix("</html>\n") == true, "\(result.errors)")
      if ProcessInfo.processInfo.environment["LESSON_RECORD"] == "1" {
        lesson = try lesson.recorded(#require(result.record))
        try Data(lesson.text.utf8).write(to: file)
        return
      }
      compare(try #require(result.record, "\(result.errors)"), with: lesson, name)
      #expect(result.status == (result.steps.contains { $0.status == "error" } ? 1 : 0))
    }

    private func compare(_ record: Record, with lesson: ExpectingLesson, _ name: String) {
      #expect(!record.steps.isEmpty)
      for (step, next) in zip(record.steps, record.steps.dropFirst().map { $0 } + [nil]) {
        let expectation = lesson.expectation(after: step, before: next)
        #expect(record.transcript(of: step) == expectation, "\(name):\(step.line), step \(step.index)")
      }
    }
  }
}
