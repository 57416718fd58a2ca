// What a run says on the terminal while it goes on.

import Foundation
import LessonModel
import Session

/// Prints one line for each step, and on a terminal a live line for the step at hand. All of it goes to standard
/// error; standard output is for what a program may want to read.
final class ProgressReporter: @unchecked Sendable {
  private let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let source: SourceText
  private let count: Int
  private var lineIsLive = false

  init(_ lesson: Lesson, isQuiet: Bool) {
    source = lesson.source
    count = lesson.steps.count
    self.isQuiet = isQuiet
  }

  /// Tells something that concerns the whole run.
  func warn(_ notice: String) {
    if !isQuiet { write("\(styled("warning", "33")): \(notice)\n") }
  }

  /// Called in order, from one task at a time.
  func report(_ progress: RunProgress) {
    switch progress {
    case .building(let step): live("compiling", step)
    case .running(let step): live("running", step)
    case .done(let step, let outcome): done(step, outcome)
    }
  }

  private func live(_ activity: String, _ step: Step) {
    guard isTerminal, !isQuiet else { return }
    write("\r\u{1b}[2K\(prefix(step)) \(name(of: step))  \u{1b}[2m\(activity)…\u{1b}[0m")
    lineIsLive = true
  }

  /// Takes the live line away.
  func clear() {
    if lineIsLive { write("\r\u{1b}[2K") }
    lineIsLive = false
  }

  private func done(_ step: Step, _ outcome: StepOutcome) {
    let isFailure = outcome.status == .error && !step.options.error
    guard !isQuiet || isFailure else { return }
    clear()
    if !isQuiet { write("\(prefix(step)) \(name(of: step))  \(result(outcome, isFailure: isFailure))\n") }
    if isFailure, let error = outcome.error { write(describe(error, in: step)) }
  }

  private func prefix(_ step: Step) -> String {
    let width = String(count).count
    let number = String(step.index)
    return "[" + String(repeating: " ", count: width - number.count) + "\(number)/\(count)]"
  }

  private func result(_ outcome: StepOutcome, isFailure: Bool) -> String {
    let time = outcome.timing.map { String(format: "%.2f s", $0.build + $0.run) } ?? ""
    switch outcome.status {
    case .ok: return "ok \(time)"
    case .error: return isFailure ? styled("failed", "31") + " \(time)" : "failed, as it may \(time)"
    case .skipped: return styled("skipped", "33") + ": \(outcome.skippedBecause ?? "")"
    }
  }

  /// `03-dtypes.md:41:9: error: message`, which terminals and editors turn into a link, then the line with a caret,
  /// then the notes likewise.
  private func describe(_ error: StepError, in step: Step) -> String {
    let type = error.type.map { "\($0): " } ?? ""
    let start = SourcePosition(line: step.fenceLine, column: 1)
    let lines =
      [message(error.position ?? start, "error", type + error.message)]
      + (error.position.map(excerpt) ?? [])
      + error.notes.map { message($0.span?.start ?? error.position ?? start, $0.severity.rawValue, $0.message) }
    return lines.map { "  \($0.withoutControls)\n" }.joined()
  }

  private func message(_ position: SourcePosition, _ severity: String, _ text: String) -> String {
    "\(source.fileName):\(position.line):\(position.column): \(severity): \(text)"
  }

  /// The line of the lesson, and under it a caret. Tabs stay tabs, so that the caret stands where it should.
  private func excerpt(at position: SourcePosition) -> [String] {
    guard let line = source.line(position.line) else { return [] }
    let before = String(decoding: line.utf8.prefix(position.column - 1), as: UTF8.self)
    return ["  \(line)", "  " + String(before.map { $0 == "\t" ? "\t" : " " }) + "^"]
  }

  private func styled(_ text: String, _ code: String) -> String {
    isTerminal ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }

  /// The label, else the first line of code that says something.
  private func name(of step: Step) -> String {
    if let label = step.options.label { return label.withoutControls }
    let lines = step.code.split(separator: "\n").dropFirst(step.optionLineCount)
    let first = lines.map { $0.drop { $0 == " " || $0 == "\t" } }.first { !$0.isEmpty && !$0.hasPrefix("//") }
    let text = first ?? lines.first ?? ""
    return (text.count > 48 ? text.prefix(47) + "…" : String(text)).withoutControls
  }

  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
