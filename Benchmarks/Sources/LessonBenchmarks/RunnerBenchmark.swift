// `lesson run` with an empty cache, a full one, and one changed step.

import Foundation

struct RunnerBenchmark {
  let repository: URL
  let lesson: URL
  let repetitions: Int
  private let scratch: URL

  init(repository: URL, lesson: URL, repetitions: Int) throws {
    self.repository = repository
    self.lesson = lesson
    self.repetitions = repetitions
    scratch = FileManager.default.temporaryDirectory.appendingPathComponent("lesson-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  }

  func run() throws {
    defer { try? FileManager.default.removeItem(at: scratch) }
    var seconds: [Situation: [Double]] = [:]
    let text = try String(contentsOf: lesson, encoding: .utf8)
    // Once unmeasured, so that nobody pays for reading programs from the disk.
    try runLesson(text, cache: "warm")
    try runPlainly(text)
    for repetition in 1...repetitions {
      // Each repetition does everything once, so that a busy minute of the machine falls on all rows alike.
      seconds[.cold, default: []].append(try runLesson(text, cache: "cold-\(repetition)"))
      seconds[.cModules, default: []].append(try runLesson(text, cache: "warm", ["--no-cache"]))
      seconds[.warm, default: []].append(try runLesson(text, cache: "warm"))
      seconds[.changed, default: []].append(
        try runLesson(changed(text, "_ = \(repetition)"), cache: "warm"))
      seconds[.declaring, default: []].append(
        try runLesson(changed(text, "let unused\(repetition) = 0"), cache: "warm"))
      seconds[.plain, default: []].append(try runPlainly(text))
    }
    report(seconds)
  }

  private enum Situation: String, CaseIterable {
    case cold = "cold: empty cache"
    case cModules = "--no-cache: only C modules kept"
    case warm = "warm: nothing changed"
    case changed = "one step changed in the middle"
    case declaring = "the same, and it declares a new name"
    case plain = "swiftc, one program, build and run"
  }

  private func report(_ seconds: [Situation: [Double]]) {
    let plain = median(seconds[.plain] ?? [])
    for situation in Situation.allCases {
      let value = median(seconds[situation] ?? [])
      let name = situation.rawValue.padding(toLength: 38, withPad: " ", startingAt: 0)
      print(name + String(format: "%7.3f s  %5.2f of swiftc", value, value / plain))
    }
  }

  @discardableResult
  private func runLesson(_ text: String, cache: String, _ options: [String] = []) throws -> Double {
    let file = scratch.appendingPathComponent(lesson.lastPathComponent)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try time(
      repository.appendingPathComponent(".build/bin/lesson").path, ["run", file.path, "--quiet"] + options,
      environment: ["XDG_CACHE_HOME": scratch.appendingPathComponent(cache).path], in: scratch)
  }

  /// The lesson with another statement at the end of its middle step.
  private func changed(_ text: String, _ statement: String) -> String {
    var lines = text.components(separatedBy: "\n")
    let fences = lines.indices.filter { lines[$0] == "```swift" }
    let middle = fences[fences.count / 2]
    let end = lines[middle...].firstIndex(of: "```") ?? lines.count
    lines.insert(statement, at: end)
    return lines.joined(separator: "\n")
  }

  /// All steps as one program.
  private func program(_ text: String) -> String {
    var code = "import LessonKit\n"
    var isStep = false
    for line in text.components(separatedBy: "\n") {
      if line == "```swift" {
        isStep = true
      } else if line == "```" {
        isStep = false
      } else if isStep {
        code += line + "\n"
      }
    }
    return code
  }

  @discardableResult
  private func runPlainly(_ text: String) throws -> Double {
    let folder = scratch.appendingPathComponent("plain")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = folder.appendingPathComponent("main.swift")
    try program(text).write(to: source, atomically: true, encoding: .utf8)
    let libraries = repository.appendingPathComponent(".build/lib/lesson").path
    let built = try time(
      "/usr/bin/env",
      [
        "swiftc", "-Onone", source.path, "-o", "program", "-I", "\(libraries)/modules", "-L", libraries, "-lLessonKit",
        "-Xlinker", "-rpath", "-Xlinker", libraries,
      ], in: folder)
    return built + (try time(folder.appendingPathComponent("program").path, [], in: folder))
  }
}
