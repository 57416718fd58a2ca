// Lessons that say themselves what each step must do: an `expect` fence after it holds its transcript.

import Foundation

/// A lesson of Steps/ with its expectations.
struct ExpectingLesson {
  private var lines: [String]

  init(_ text: String) { lines = text.components(separatedBy: "\n") }

  var text: String { lines.joined(separator: "\n") }

  /// What the `expect` fence says that follows a step before the next one; nil where there is none.
  func expectation(after step: Record.Step, before next: Record.Step?) -> String? {
    guard let range = fence(after: step, before: next) else { return nil }
    let prefix = lines[range.lowerBound].prefix { $0 != "`" }
    return lines[range].dropFirst().dropLast().map { $0.dropFirst(min(prefix.count, $0.count)) }
      .joined(separator: "\n")
  }

  /// The lesson with what happened in place of what was expected.
  func recorded(_ record: Record) -> ExpectingLesson {
    let steps = record.steps
    var lesson = self
    for (index, step) in steps.enumerated().reversed() {
      let next = index + 1 < steps.count ? steps[index + 1] : nil
      let prefix = String(lines[step.line - 1].prefix { $0 != "`" })
      let end = lines[step.line...].firstIndex { $0.hasSuffix("```") && !$0.contains("```swift") } ?? step.line
      let transcript = record.transcript(of: step)
      let body = transcript.isEmpty ? [] : transcript.components(separatedBy: "\n")
      let block = (["```expect"] + body + ["```"]).map { prefix + $0 }
      lesson.lines.replaceSubrange(fence(after: step, before: next) ?? (end + 1)..<(end + 1), with: block)
    }
    return lesson
  }

  private func fence(after step: Record.Step, before next: Record.Step?) -> Range<Int>? {
    let between = step.line..<(next.map { $0.line - 1 } ?? lines.count)
    guard let start = lines[between].firstIndex(where: { $0.hasSuffix("```expect") }),
      let end = lines[(start + 1)...].firstIndex(where: { $0.hasSuffix("```") })
    else { return nil }
    return start..<(end + 1)
  }
}

extension Record {
  /// What a step did, a line for each thing: what it printed on standard output as it is, then on standard error,
  /// its displays, its warnings, its failure with its notes. Places are a line of a step, counted from its fence, and a
  /// column of the lesson.
  func transcript(of step: Step) -> String {
    func place(_ line: Int?, _ column: Int?) -> String {
      guard let line, let column else { return "" }
      guard let there = steps.last(where: { $0.line <= line }) else { return " at line \(line):\(column)" }
      return (there.index == step.index ? " at " : " in step \(there.index) at ") + "\(line - there.line):\(column)"
    }
    var parts = [shortened(step.stdout)]
    parts += prefixed("stderr: ", step.stderr)
    parts += step.displays.flatMap { prefixed("=> ", $0["text/plain"] ?? "no text") }
    parts += step.warnings.map { "warning\(place($0.line, $0.column)): \($0.message)" }
    if let error = step.error {
      let type = error.type.map { " \($0)" } ?? ""
      parts.append("\(error.kind)\(type)\(place(error.line, error.column)): \(error.message)")
      parts += error.notes.map { "  note\(place($0.line, $0.column)): \($0.message)" }
    }
    if let reason = step.skippedBecause { parts.append("skipped: \(reason)") }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func prefixed(_ prefix: String, _ text: String) -> [String] {
    let lines = shortened(text).split(separator: "\n", omittingEmptySubsequences: false)
    return text.isEmpty ? [] : lines.map { prefix + $0 }
  }

  private func shortened(_ text: String) -> String {
    let text = text.hasSuffix("\n") ? String(text.dropLast()) : text
    return text.utf8.count > 2000 ? "\(text.prefix(20))... and more" : text
  }
}
