// Errors and warnings of a step as they stand on the page.

import LessonModel

/// Writes what went wrong, where, and what may help.
struct Report {
  let source: SourceText
  private(set) var out = Markup()
  /// Further diagnostics of one report are only counted.
  private static let maximalNotes = 40

  init(source: SourceText) { self.source = source }

  mutating func append(_ markup: Markup) { out.raw(markup) }

  // MARK: Errors

  /// - Parameters:
  ///   - id: the report's own, by which the page's banner leads here.
  ///   - expected: whether the step is one that shows a failure.
  mutating func error(_ error: StepError, id: String, expected: Bool) {
    let title = Self.title(error.kind)
    out.raw(
      "<div class=\"report \(expected ? "expected" : "error")\" id=\"\(id)\" role=\"group\" aria-label=\"Error\">\n")
    out.raw("<p class=\"report-title\">\(expected ? "Expected failure: \(title.lowercased())" : title)</p>\n")
    message(error.message, type: error.type)
    if let position = error.position { place(SourceSpan(at: position)) }
    notes(error.notes)
    out.raw("</div>\n")
  }

  static func title(_ kind: StepError.Kind) -> String {
    switch kind {
    case .compile: "Does not compile"
    case .thrown: "Error thrown"
    case .trap: "Stopped by a trap"
    case .exit: "Called exit"
    case .signal: "Ended by a signal"
    case .timeout: "Ran out of time"
    case .memory: "Ran out of memory"
    case .output: "Printed too much"
    case .sandbox: "Refused by the sandbox"
    case .internal: "The tool failed, not the lesson"
    }
  }

  private mutating func message(_ message: String, type: String?) {
    out.raw("<p class=\"report-message\">")
    if let type {
      out.raw("<span class=\"report-type\">")
      out.visible(type.utf8)
      out.raw("</span>: ")
    }
    let cut = CutText(message)
    out.visible(cut.head)
    if cut.omittedBytes > 0 { out.raw("\n… \(cut.note)") }
    out.raw("</p>\n")
  }

  // MARK: Warnings

  mutating func warnings(_ warnings: [Diagnostic]) {
    guard !warnings.isEmpty else { return }
    let title = warnings.count == 1 ? "1 warning" : "\(warnings.count) warnings"
    out.raw("<div class=\"report warning\" role=\"group\" aria-label=\"\(title)\">\n")
    out.raw("<p class=\"report-title\">\(title)</p>\n")
    notes(warnings, isNested: false)
    out.raw("</div>\n")
  }

  private mutating func notes(_ notes: [Diagnostic], isNested: Bool = true) {
    for note in notes.prefix(Self.maximalNotes) { diagnostic(note, isNested: isNested) }
    let rest = notes.count - Self.maximalNotes
    if rest > 0 { out.raw("<p class=\"report-note\">and \(grouped(rest)) more</p>\n") }
  }

  private mutating func diagnostic(_ diagnostic: Diagnostic, isNested: Bool) {
    out.raw("<p class=\"report-note\">")
    if isNested || diagnostic.severity != .warning { out.raw("\(diagnostic.severity.rawValue): ") }
    out.visible(diagnostic.message.utf8)
    out.raw("</p>\n")
    if let span = diagnostic.span { place(span) }
    if let hint = diagnostic.hint {
      out.raw("<p class=\"report-hint\">")
      out.visible(hint.utf8)
      out.raw("</p>\n")
    }
    notes(diagnostic.notes)
  }

  private mutating func place(_ span: SourceSpan) {
    let excerpt = Excerpt(source: source, span: span)
    out.raw("<p class=\"report-place\">")
    out.visible(excerpt.place.utf8)
    out.raw("</p>\n")
    guard let lines = excerpt.lines, lines.text.contains(where: { !$0.isWhitespace }) else { return }
    out.raw("<pre class=\"excerpt\"><code>")
    out.visible(lines.text.utf8)
    out.raw("\n<span class=\"caret\">")
    out.visible(lines.caret.utf8)
    out.raw("</span></code></pre>\n")
  }
}
