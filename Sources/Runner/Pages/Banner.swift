// What a reader must know about the run before reading: failures, an interruption, notices.

import LessonModel

/// The lines at the top of a page whose run was not as it should be; empty otherwise.
struct Banner {
  let run: LessonRun

  var markup: Markup {
    var out = Markup()
    failures(&out)
    if run.isInterrupted {
      let count = run.outcomes.count
      out.raw(
        "<p class=\"banner interrupted\">The run was interrupted after \(count) of \(steps(run.lesson.steps.count)).")
      out.raw(" The rest of this page did not run.</p>\n")
    }
    for notice in run.notices {
      out.raw("<p class=\"banner notice\">")
      out.visible(notice.utf8)
      out.raw("</p>\n")
    }
    return out
  }

  /// Steps that failed though they should not.
  private var failed: [(step: Step, outcome: StepOutcome)] {
    zip(run.lesson.steps, run.outcomes).filter { $1.status == .error && !$0.options.error }.map { ($0, $1) }
  }

  private func failures(_ out: inout Markup) {
    guard let first = failed.first else { return }
    let skipped = zip(run.lesson.steps, run.outcomes).count { $1.status == .skipped && $0.options.eval }
    out.raw("<p class=\"banner failures\"><strong>\(failed.count) of \(steps(run.lesson.steps.count)) failed")
    if skipped > 0 { out.raw(", \(skipped) \(skipped == 1 ? "was" : "were") skipped") }
    out.raw(".</strong> The first: <a href=\"#\(StepWriter.errorID(first.step))\">step \(first.step.index)")
    if let label = first.step.options.label {
      out.raw(", ")
      out.visible(label.utf8)
    }
    out.raw("</a>")
    if let error = first.outcome.error {
      out.raw(", \(Report.title(error.kind).lowercased())")
      if let position = error.position {
        out.raw(" at <code>")
        out.visible(Excerpt(source: run.lesson.source, span: SourceSpan(at: position)).place.utf8)
        out.raw("</code>")
      }
    }
    out.raw(".</p>\n")
  }

  private func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }
}
