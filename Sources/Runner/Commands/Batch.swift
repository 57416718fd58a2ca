// Running several lessons, one after the other, with one exit status for all.

import Foundation
import LessonModel

/// Runs lessons until all are done or the run is interrupted.
struct Batch {
  let options: RunOptions
  /// What is set of the lessons' parameters.
  var parameters: [ParameterSetting] = []

  /// - Parameter write: Takes each lesson's run and page, also when steps failed or the run was interrupted.
  /// - Throws: `ExitStatus` unless all went as expected; `Failure` when nothing more can be done.
  func run(
    _ files: [LessonFile], write: (LessonFile, Lesson, LessonRun, _ page: String) throws -> Void
  ) async throws {
    let lessons = try readAll(files)
    var settings = options.settings
    settings.models.named = parameters.map(\.value)
    let runner = try await LessonRunner(settings)
    defer { runner.cleanUp() }
    var status = ExitStatus.success
    for (file, lesson) in lessons {
      let folder = file.url.deletingLastPathComponent()
      let run = try await interruptible { try await runner.run(lesson, in: folder) }
      try write(file, lesson, run, runner.page(of: run, in: folder))
      status = max(status, run.exitStatus)
      if run.isInterrupted { break }
    }
    if status != .success { throw status }
  }

  /// Reads all lessons before any runs, so that an error in the last one is told at once.
  private func readAll(_ files: [LessonFile]) throws -> [(LessonFile, Lesson)] {
    var lessons: [(LessonFile, Lesson)] = []
    var isBad = false
    for file in files {
      do {
        lessons.append((file, try parameters.reduce(file.read()) { try $1.applied(to: $0) }))
      } catch let errors as LessonErrors {
        isBad = true
        errors.diagnostics.forEach { printDiagnostic($0, in: file.url.relativePath) }
      }
    }
    if isBad { throw ExitStatus.badMarkup }
    return lessons
  }

  private func printDiagnostic(_ diagnostic: Diagnostic, in file: String) {
    let place = diagnostic.span.map { ":\($0.start.line):\($0.start.column)" } ?? ""
    let hint = diagnostic.hint.map { " \($0)" } ?? ""
    let line = "\(file)\(place): \(diagnostic.severity.rawValue): \(diagnostic.message)\(hint)\n"
    try? FileHandle.standardError.write(contentsOf: Data(line.withoutControls.utf8))
    diagnostic.notes.forEach { printDiagnostic($0, in: file) }
  }
}

extension LessonRun {
  fileprivate var exitStatus: ExitStatus {
    if isInterrupted { return .interrupted }
    let hasFailure = zip(lesson.steps, outcomes).contains { $1.status == .error && !$0.options.error }
    return hasFailure ? .failedStep : .success
  }
}

/// Runs `body`, which Ctrl-C and SIGTERM cancel; a second one ends this process.
func interruptible<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
  let task = Task { try await body() }
  let sources = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      if task.isCancelled { exit(ExitStatus.interrupted.rawValue) }
      task.cancel()
    }
    source.resume()
    return source
  }
  defer {
    sources.forEach { $0.cancel() }
    [SIGINT, SIGTERM].forEach { signal($0, SIG_DFL) }
  }
  return try await task.value
}
