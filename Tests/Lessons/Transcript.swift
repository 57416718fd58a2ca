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
  func recorded(_ steps: [Record.Step]) -> ExpectingLesson {
    var lesson = self
    for (index, step) in steps.enumerated().reversed() {
      let next = index + 1 < steps.count ? steps[index + 1] : nil
      let prefix = String(lines[step.line - 1].prefix { $0 != "`" })
      let end = lines[step.line...].firstIndex { $0.hasSuffix("```") && !$0.contains("```swift") } ?? step.line
      let body = step.transcript.isEmpty ? [] : step.transcript.components(separatedBy: "\n")
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

extension Record.Step {
  /// What the step did, a line for each thing: what it printed on standard output as it is, then on standard error,
  /// its displays, its warnings, its failure with its notes. Lines of places count from the step's fence.
  var transcript: String {
    var parts = [shortened(stdout)]
    parts += prefixed("stderr: ", stderr)
    parts += displays.flatMap { prefixed("=> ", $0["text/plain"] ?? "no text") }
    parts += warnings.map { "warning\(place($0.line, $0.column)): \($0.message)" }
    if let error {
      let type = error.type.map { " \($0)" } ?? ""
      parts.append("\(error.kind)\(type)\(place(error.line, error.column)): \(error.message)")
      parts += error.notes.map { "  note\(place($0.line, $0.column)): \($0.message)" }
    }
    if let skippedBecause { parts.append("skipped: \(skippedBecause)") }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func place(_ line: Int?, _ column: Int?) -> String {
    guard let line, let column else { return "" }
    return " at \(line - self.line):\(column)"
  }

  private func prefixed(_ prefix: String, _ text: String) -> [String] {
    let lines = shortened(text).split(separator: "\n", omittingEmptySubsequences: false)
    return text.isEmpty ? [] : lines.map { prefix + $0 }
  }

  private func shortened(_ text: String) -> String {
    let text = text.hasSuffix("\n") ? String(text.dropLast()) : text
    return text.utf8.count > 2000 ? "\(text.prefix(20))... (\(text.utf8.count) bytes)" : text
  }
}
