// A step on the page: its name, its code, and what came of it.

import LessonModel

struct StepWriter {
  let run: LessonRun
  let options: PageOptions
  let labels: [Int: String]
  let highlight: (String) -> [HighlightSpan]

  /// The id of a step's section.
  static func id(_ step: Step) -> String { "step:\(step.index)" }

  /// The id of the report on a step's failure.
  static func errorID(_ step: Step) -> String { "error:\(step.index)" }

  /// The section of a step, by its place in `lesson.steps`; nil when nothing of it is to be seen.
  func section(_ place: Int) -> Markup? {
    guard isShown(place) else { return nil }
    let step = run.lesson.steps[place]
    let outcome = run.outcomes.indices.contains(place) ? run.outcomes[place] : nil
    var out = Markup()
    out.raw("<section class=\"step \(Self.className(step, outcome))\" id=\"\(Self.id(step))\" role=\"group\"")
    out.attribute("aria-label", "Step \(step.index)" + (step.options.label.map { ", " + $0 } ?? ""))
    out.raw(">\n")
    head(step, outcome, &out)
    if step.options.include && step.options.echo { code(step, outcome, &out) }
    if let outcome { results(step, outcome, &out) }
    out.raw("</section>\n")
    return out
  }

  /// Whether anything of a step is to be seen: a failure is, whatever its options say.
  private func isShown(_ place: Int) -> Bool {
    guard run.lesson.steps.indices.contains(place) else { return false }
    return run.lesson.steps[place].options.include
      || run.outcomes.indices.contains(place) && run.outcomes[place].status == .error
  }

  private static func className(_ step: Step, _ outcome: StepOutcome?) -> String {
    switch outcome?.status {
    case .error: step.options.error ? "expected" : "failed"
    case .ok: "ok"
    case .skipped, nil: "skipped"
    }
  }

  // MARK: Name and badges

  private func head(_ step: Step, _ outcome: StepOutcome?, _ out: inout Markup) {
    let badges = badges(step, outcome)
    let isBare = labels[step.index] == nil && badges.isEmpty
    out.raw("<div class=\"step-head\(isBare ? " bare" : "")\">")
    out.raw("<a class=\"step-number\" href=\"#\(Self.id(step))\" aria-label=\"Step \(step.index)\">\(step.index)</a>")
    if let id = labels[step.index], let label = step.options.label {
      out.raw("<a class=\"step-label\"")
      out.attribute("id", id)
      out.raw(" href=\"#\(Links.escaped(id))\">")
      out.visible(label.utf8)
      out.raw("</a>")
    }
    for badge in badges { out.raw(badge) }
    out.raw("</div>\n")
  }

  private func badges(_ step: Step, _ outcome: StepOutcome?) -> [Markup] {
    var badges: [Markup] = []
    if let dtype = outcome?.defaultDType, dtype != "float32" { badges.append(badge("dtype", "default dtype", dtype)) }
    switch outcome {
    case nil: badges.append(badge("quiet", "not reached", nil))
    case let outcome? where outcome.status == .skipped:
      badges.append(badge("quiet", step.options.eval ? "skipped" : "not run", nil))
    case let outcome? where outcome.status == .error:
      badges.append(badge(step.options.error ? "expected" : "failed", step.options.error ? "fails" : "failed", nil))
    default: break
    }
    if options.showsTimings, let timing = outcome?.timing {
      badges.append(badge("quiet", "built \(seconds(timing.build)), ran \(seconds(timing.run))", nil))
    }
    return badges
  }

  private func badge(_ name: String, _ words: String, _ code: String?) -> Markup {
    var out = Markup()
    out.raw("<span class=\"badge \(name)\">\(words)")
    if let code {
      out.raw(" <code>")
      out.visible(code.utf8)
      out.raw("</code>")
    }
    out.raw("</span>")
    return out
  }

  // MARK: Code

  private func code(_ step: Step, _ outcome: StepOutcome?, _ out: inout Markup) {
    let listing = CodeListing(step.code, spans: highlight(step.code), skipping: step.optionLineCount)
    guard !listing.lines.isEmpty else { return }
    let block = listing.block(language: "swift", marked: failedLines(step, outcome, listing))
    guard step.options.codeFold != .off else { return out.raw(block) }
    out.raw("<details class=\"fold\"\(step.options.codeFold == .show ? " open" : "")><summary>")
    out.text(step.options.codeSummary ?? "Code")
    out.raw("</summary>\n")
    out.raw(block)
    out.raw("</details>\n")
  }

  /// The lines of the listing that errors point to.
  private func failedLines(_ step: Step, _ outcome: StepOutcome?, _ listing: CodeListing) -> Set<Int> {
    guard let error = outcome?.error else { return [] }
    let places = [error.position] + error.notes.filter { $0.severity == .error }.map(\.span?.start)
    let top = step.firstLine + step.optionLineCount + listing.leadingBlankLines
    return Set(places.compactMap { $0.map { $0.line - top } })
  }

  // MARK: Results

  private func results(_ step: Step, _ outcome: StepOutcome, _ out: inout Markup) {
    var report = Report(source: run.lesson.source)
    if step.options.include && step.options.warning { report.warnings(outcome.warnings) }
    if step.options.include && step.options.output {
      var writer = OutputWriter(options: step.options)
      writer.write(outcome.outputs)
      report.append(writer.out)
    }
    if let error = outcome.error { report.error(error, id: Self.errorID(step), expected: step.options.error) }
    if outcome.status == .skipped, let reason = outcome.skippedBecause { report.append(skipped(reason)) }
    guard !report.out.isEmpty else { return }
    out.raw("<div class=\"results\">\n")
    out.raw(report.out)
    out.raw("</div>\n")
  }

  /// Why a step did not run; the steps it names are links.
  private func skipped(_ reason: String) -> Markup {
    var out = Markup()
    out.raw("<p class=\"skip-reason\">Not run: ")
    var end = reason.startIndex
    for match in reason.matches(of: /step ([0-9]+)/) {
      guard let index = Int(match.1), isShown(index - 1) else { continue }
      out.visible(reason[end..<match.range.lowerBound].utf8)
      out.raw("<a href=\"#\(Self.id(run.lesson.steps[index - 1]))\">step \(match.1)</a>")
      end = match.range.upperBound
    }
    out.visible(reason[end...].utf8)
    out.raw("</p>\n")
    return out
  }
}

/// Seconds to the millisecond: `0.125 s`.
func seconds(_ value: Double) -> String {
  guard value.isFinite, value >= 0, value < 1e9 else { return "? s" }
  let milliseconds = Int((value * 1000).rounded())
  let fraction = String(milliseconds % 1000)
  return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction + " s"
}
