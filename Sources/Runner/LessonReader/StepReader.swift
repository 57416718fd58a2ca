// Fenced `swift` code -> a step with its options and its lines' places in the lesson.

import LessonModel

/// Collects the steps of a lesson.
struct StepReader {
  let text: LessonText
  let defaults: StepOptions
  private(set) var steps: [Step] = []
  private var labels: [String: SourcePosition] = [:]

  init(_ text: LessonText, defaults: StepOptions) {
    self.text = text
    self.defaults = defaults
  }

  /// Adds a step. `fence` is the place of its opening fence, `code` its text.
  mutating func add(_ code: String, fence: SourcePosition, _ findings: inout Findings) {
    var lines = code.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
    if code.hasSuffix("\n") || code.isEmpty { lines.removeLast() }
    let offsets = lines.enumerated().map { index, line in
      // A tab that a container took only in part leaves spaces in `code`, so the difference may be below 0.
      (text.lines.indices.contains(fence.line + index) ? text.lines[fence.line + index].count : 0) - line.count
    }
    let options = lines.prefix { optionStart($0) != nil }
    var step = Step(
      index: steps.count + 1, fenceLine: fence.line, code: code, lineOffsets: offsets, optionLineCount: options.count,
      options: defaults)
    read(options, of: &step, &findings)
    for (index, line) in lines.enumerated().dropFirst(options.count) {
      reportLate(line, at: SourcePosition(line: step.firstLine + index, column: offsets[index] + 1), &findings)
    }
    steps.append(step)
  }

  private mutating func read(_ lines: ArraySlice<[UInt8]>, of step: inout Step, _ findings: inout Findings) {
    guard !lines.isEmpty else { return }
    let yaml = YAMLSource(
      lines: lines.enumerated().map { index, line in
        let start = optionStart(line) ?? line.count
        let position = SourcePosition(line: step.firstLine + index, column: step.lineOffsets[index] + start + 1)
        return YAMLSource.Line(text: line[start...].text, position: position)
      })
    guard yaml.lines.contains(where: { $0.text.contains { !$0.isWhitespace } }) else { return }
    yaml.read(StepOptionFields.all, into: &step.options, what: "This list of options", &findings)
    guard let label = step.options.label else { return }
    claim(label, at: labelPosition(yaml), &findings)
  }

  private func labelPosition(_ yaml: YAMLSource) -> SourcePosition {
    let line = yaml.lines.first { $0.text.drop { $0 == " " || $0 == "\"" || $0 == "'" }.hasPrefix("label") }
    return (line ?? yaml.lines[0]).position
  }

  private mutating func claim(_ label: String, at position: SourcePosition, _ findings: inout Findings) {
    guard let first = labels[label] else {
      labels[label] = position
      return
    }
    findings.report(
      "duplicate-label", "The label `\(label)` is already that of the step on line \(first.line).",
      at: SourceSpan(at: position), notes: [Diagnostic(.note, "It is first used here.", at: SourceSpan(at: first))])
  }

  /// Options below code would be comments, without a word. Other comments that start with `//|` are left alone.
  private func reportLate(_ line: [UInt8], at start: SourcePosition, _ findings: inout Findings) {
    guard let index = optionStart(line), let colon = line[index...].firstIndex(of: UInt8(ascii: ":")) else { return }
    let name = line[index..<colon].trimmed.text
    guard StepOptionFields.all.contains(where: { $0.name == name }) else { return }
    let indent = line.prefix(while: isBlank).count
    findings.report(
      "late-option", "The option `\(name)` comes too late.",
      at: SourceSpan(line: start.line, column: start.column + indent, length: line.count - indent),
      hint: "Options go on the step's first lines, above all code and blank lines.")
  }
}

/// The index after `//|` and one space; nil for a line that is not an option.
private func optionStart(_ line: [UInt8]) -> Int? {
  let start = line.prefix(while: isBlank).count
  guard line[start...].starts(with: "//|".utf8) else { return nil }
  return line.indices.contains(start + 3) && line[start + 3] == UInt8(ascii: " ") ? start + 4 : start + 3
}
