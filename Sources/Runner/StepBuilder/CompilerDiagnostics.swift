// The compiler's text output as diagnostics at the lesson's positions.

import Foundation
import LessonModel

/// Reads what the compiler printed in LLVM style: a line `file:line:column: severity: message`, then an excerpt,
/// which the page draws itself.
///
/// Notes are attached to the diagnostic before them. What the compiler says of lines that the author did not write
/// loses its position.
func compilerDiagnostics(in output: String, source: StepSource, fileName: String) -> [Diagnostic] {
  var diagnostics: [Diagnostic] = []
  for line in output.split(separator: "\n") {
    guard let found = diagnostic(in: line, source: source, fileName: fileName) else { continue }
    if found.severity == .note, !diagnostics.isEmpty {
      diagnostics[diagnostics.count - 1].notes.append(found)
    } else if !diagnostics.contains(where: found.repeats) {
      diagnostics.append(found)
    }
  }
  return diagnostics
}

private func diagnostic(in line: Substring, source: StepSource, fileName: String) -> Diagnostic? {
  for severity in [Diagnostic.Severity.error, .warning, .note] {
    guard let range = line.firstRange(of: ": \(severity.rawValue): ") else { continue }
    let place = line[..<range.lowerBound], message = cleaned(line[range.upperBound...])
    guard let position = position(in: place, fileName: fileName) else {
      // Only a place of some kind, or nothing at all, may stand before the severity; else it is an excerpt.
      let isElsewhere = place == "<unknown>:0" || place.hasSuffix(".swift") || place.split(separator: ":").count > 2
      return isElsewhere && !place.contains(" ") ? Diagnostic(severity, message, at: nil) : nil
    }
    return Diagnostic(
      severity, message, at: SourceSpan(at: source.lessonPosition(line: position.line, column: position.column)))
  }
  return nil
}

/// The line and column in `03-dtypes.md:41:9`.
private func position(in place: Substring, fileName: String) -> SourcePosition? {
  guard place.hasPrefix(fileName + ":") else { return nil }
  let numbers = place.dropFirst(fileName.count + 1).split(separator: ":")
  guard numbers.count == 2, let line = Int(numbers[0]), let column = Int(numbers[1]) else { return nil }
  return SourcePosition(line: line, column: column)
}

/// A message without the names of generated modules and without the group that newer compilers put after it.
private func cleaned(_ message: Substring) -> String {
  var text = message
  if text.hasSuffix("]"), let group = text.range(of: " [#", options: .backwards) { text = text[..<group.lowerBound] }
  return withoutStepModules(String(text))
}

/// A text of the compiler or the Swift runtime without the modules that steps are compiled to: `Step3.Point` is
/// `Point` to the author.
public func withoutStepModules(_ text: String) -> String {
  text.replacing(#/\bStep[0-9]+\.|\._Derived[0-9]+\b/#, with: "").replacing(#/\bmodule 'Step([0-9]+)'/#) {
    "step \($0.1)"
  }
}

extension Diagnostic {
  /// Whether it says the same of the same place, whatever notes there are: the compiler sometimes checks twice.
  fileprivate func repeats(_ other: Diagnostic) -> Bool {
    severity == other.severity && message == other.message && span == other.span
  }
}
