// The errors found so far: reading goes on after each, so that an author sees all of them at once.

import LessonModel

struct Findings {
  private(set) var diagnostics: [Diagnostic] = []

  mutating func report(
    _ id: String, _ message: String, at span: SourceSpan, notes: [Diagnostic] = [], hint: String? = nil
  ) {
    diagnostics.append(Diagnostic(.error, id: id, message, at: span, notes: notes, hint: hint))
  }

  /// Throws what was found, in order of position.
  func throwIfAny() throws(LessonErrors) {
    guard !diagnostics.isEmpty else { return }
    let first = SourcePosition(line: 0, column: 0)
    let order = diagnostics.indices.sorted {
      (diagnostics[$0].span?.start ?? first, $0) < (diagnostics[$1].span?.start ?? first, $1)
    }
    throw LessonErrors(order.map { diagnostics[$0] })
  }
}

/// A hint that offers the nearest of `names`, or all of them when none is near.
func hint(for name: String, among names: [String]) -> String {
  let isWord = name.utf8.count <= 40
  if isWord, let nearest = nearestName(to: name, in: names) { return "Did you mean `\(nearest)`?" }
  return "Known here: \(names.map { "`\($0)`" }.joined(separator: ", "))."
}

extension SourceSpan {
  /// A stretch within one line.
  init(line: Int, column: Int, length: Int) {
    self.init(
      start: SourcePosition(line: line, column: column), end: SourcePosition(line: line, column: column + length))
  }
}
