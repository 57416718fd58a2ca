// A lesson that was run by the command: its record, its page, and what was said on the way.

import Foundation
import Testing

/// The JSON of `--record`.
struct Record: Decodable {
  struct Note: Decodable {
    var message: String
    var line: Int?
    var column: Int?
  }

  struct Failure: Decodable {
    var kind: String
    var type: String?
    var message: String
    var line: Int?
    var column: Int?
    var notes: [Note]
  }

  struct Step: Decodable {
    var index: Int
    var label: String?
    var line: Int
    var status: String
    var stdout: String
    var stderr: String
    var displays: [[String: String]]
    var warnings: [Note]
    var error: Failure?
    var skippedBecause: String?
    var defaultDType: String?
    var buildSeconds: Double?
    var runSeconds: Double?
  }

  var lesson: String
  var isInterrupted: Bool
  var steps: [Step]
}

/// What came of `lesson run`.
struct LessonResult {
  var folder: URL
  var status: Int32
  var output: String
  var errors: String
  /// Nil when none was written.
  var record: Record?
  var page: String?

  /// All steps; none when no record was written.
  var steps: [Record.Step] { record?.steps ?? [] }

  /// The step of that label.
  func step(_ label: String) throws -> Record.Step {
    try #require(steps.first { $0.label == label }, "no step \(label) in the record; \(errors)")
  }

  /// The step of that index, which is 1 for the first.
  func step(_ index: Int) throws -> Record.Step {
    try #require(steps.first { $0.index == index }, "no step \(index) in the record; \(errors)")
  }
}

/// Writes a lesson to a new folder and runs it there.
func runLesson(_ text: String, _ options: [String] = [], environment: [String: String?] = [:]) async throws
  -> LessonResult
{
  try await runLesson(bytes: Array(text.utf8), options, environment: environment)
}

func runLesson(bytes: [UInt8], _ options: [String] = [], environment: [String: String?] = [:]) async throws
  -> LessonResult
{
  let folder = try makeFolder()
  try Data(bytes).write(to: folder.appendingPathComponent("lesson.md"))
  return try await runLesson(in: folder, options, environment: environment)
}

/// Runs `lesson.md` of a folder; its page and its record are written there.
func runLesson(
  in folder: URL, named name: String = "lesson.md", _ options: [String] = [], environment: [String: String?] = [:]
) async throws -> LessonResult {
  let files = ["-o", "page.html", "--record", "record.json"]
  let finished = try await Command(
    arguments: ["run", name] + files + options, folder: folder, environment: environment
  ).run()
  return try result(of: finished, in: folder)
}

/// What a command has left in the folder that it was started in.
func result(of finished: Finished, in folder: URL) throws -> LessonResult {
  let page = folder.appendingPathComponent("page.html"), record = folder.appendingPathComponent("record.json")
  return LessonResult(
    folder: folder, status: finished.status, output: finished.output, errors: finished.errors,
    record: FileManager.default.fileExists(atPath: record.path)
      ? try JSONDecoder().decode(Record.self, from: Data(contentsOf: record)) : nil,
    page: FileManager.default.fileExists(atPath: page.path) ? try text(of: page) : nil)
}

/// A lesson of unlabelled steps without prose.
func lesson(_ steps: String..., frontMatter: String = "") -> String { lesson(steps, frontMatter: frontMatter) }

func lesson(_ steps: [String], frontMatter: String = "") -> String {
  let head = frontMatter.isEmpty ? "" : "---\n\(frontMatter)\n---\n\n"
  return head + steps.map { "```swift\n\($0)\n```\n" }.joined(separator: "\n")
}
