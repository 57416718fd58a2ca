// One benchmark: a lesson, measured in every scenario.

import Foundation
import Measuring

/// Runs both sides in turn, so that whatever else the machine does meets both.
struct Benchmark {
  private let lesson: LessonText
  private let sides: Sides
  /// Why the steps are not also one plain program; nil when they are.
  let unpaired: String?

  /// Runs both sides once, unmeasured, so that all repetitions find the same in the system's file cache.
  ///
  /// - Throws: `Problem` when the lesson cannot be run.
  init(_ options: Options) throws {
    lesson = LessonText(try String(contentsOfFile: options.lesson, encoding: .utf8))
    guard lesson.stepCount > 0 else { throw Problem(description: "\(options.lesson) has no steps") }
    let sides = Sides(
      command: URL(fileURLWithPath: options.command).resolvingSymlinksInPath(),
      files: try BenchmarkFiles(lesson: URL(fileURLWithPath: options.lesson)))
    self.sides = sides
    do {
      try sides.files.enter()
      try sides.files.write(lesson)
      _ = try sides.runLesson()
    } catch {
      sides.files.removeAll()
      throw error
    }
    unpaired = failure { _ = try sides.runPlain() }
  }

  var heading: String { "\(sides.files.lesson.lastPathComponent): \(lesson.stepCount) steps; \(machine())" }

  var lessonSize: Int { lesson.text.utf8.count }

  func removeFiles() { sides.files.removeAll() }

  /// Seconds that the command takes to start and end.
  func measureStart() throws -> Double { try sides.startCommand().elapsed }

  /// Each scenario once.
  ///
  /// - Parameter repetition: Makes the changed texts differ, and decides which side goes first.
  func measure(_ repetition: Int) throws -> [Measurement] {
    try Scenario.allCases.map { try measure($0, repetition) }
  }

  private func measure(_ scenario: Scenario, _ repetition: Int) throws -> Measurement {
    try prepare(scenario, number: 2 * repetition)
    let plainFirst = repetition % 2 == 1 ? try runPlain() : nil
    let cost = try sides.runLesson()
    let plain = try plainFirst ?? runPlain()
    try prepare(scenario, number: 2 * repetition + 1)
    return Measurement(
      scenario: scenario, lesson: cost, plain: plain, record: try recordedRun(), pageSize: try sides.files.pageSize())
  }

  private func prepare(_ scenario: Scenario, number: Int) throws {
    try sides.files.write(scenario.text(of: lesson, number: number))
    sides.files.prepare(scenario.cache)
  }

  private func runPlain() throws -> Measurement.Plain? { unpaired == nil ? try sides.runPlain() : nil }

  private func recordedRun() throws -> RunRecord {
    _ = try sides.runLesson(["--timings", "--record", sides.files.record.path])
    return try JSONDecoder().decode(RunRecord.self, from: Data(contentsOf: sides.files.record))
  }
}

/// What goes wrong in `body`, in words.
private func failure(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return String(describing: error)
  }
}
