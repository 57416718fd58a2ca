// Steps on the page: what options show and hide, what outcomes add.

import LessonModel
import Testing

@testable import Pages

@Suite struct StepTests {
  @Test func optionLinesAndBlankLinesAfterThemAreNotShown() {
    let step = Step(index: 1, fenceLine: 1, code: "//| label: a\n\nlet x = 1\n\nlet y = 2\n\n", optionLineCount: 1)
    let page = page(run([block(.step(0))], steps: [step], outcomes: [ok()]))
    #expect(
      page.contains(
        "<code class=\"language-swift\"><span class=\"k\">let</span> x = <span class=\"n\">1</span>\n\n<span class=\"k\">let</span> y = <span class=\"n\">2</span>\n</code>"
      ))
    #expect(!page.contains("//|"))
  }

  @Test func failingLineIsMarked() {
    let step = Step(index: 1, fenceLine: 1, code: "//| label: a\n\nlet x\nlet y\n", optionLineCount: 1)
    let outcome = StepOutcome(status: .error, error: StepError(.compile, "no", at: position(5, 1)))
    let page = page(run([block(.step(0))], steps: [step], outcomes: [outcome]))
    #expect(
      page.contains(
        "<span class=\"k\">let</span> x\n<span class=\"bad\"><span class=\"k\">let</span> y\n</span></code>"))
  }

  @Test func spansThatCrossLinesOrOverlapOrEndLate() {
    let spans = [
      HighlightSpan(start: 2, length: 3, kind: .comment), HighlightSpan(start: 4, length: 2, kind: .keyword),
      HighlightSpan(start: 7, length: 99, kind: .string), HighlightSpan(start: 500, length: 1, kind: .string),
    ]
    let listing = CodeListing("a b\nc d e", spans: spans)
    #expect(
      listing.markup().string
        == "a <span class=\"c\">b</span>\n<span class=\"c\">c</span> d<span class=\"s\"> e</span>\n")
  }

  @Test func echoOutputAndInclude() {
    var options = StepOptions()
    options.echo = false
    #expect(!shown(options).contains("secret") && shown(options).contains("printed"))
    options.output = false
    #expect(!shown(options).contains("printed"))
    options.include = false
    #expect(!shown(options).contains("<section class=\"step"))
  }

  @Test func failureIsShownWhateverTheOptions() {
    var options = StepOptions()
    (options.echo, options.output, options.include) = (false, false, false)
    let page = page(
      run(
        [block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: "x\n", options: options)],
        outcomes: [StepOutcome(status: .error, error: StepError(.trap, "index out of range"))]))
    #expect(page.contains("index out of range") && page.contains("href=\"#error:1\""))
    #expect(page.contains("1 of 1 step failed."))
  }

  @Test func expectedFailureRaisesNoBanner() {
    var options = StepOptions()
    options.error = true
    let page = page(
      run(
        [block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: "x\n", options: options)],
        outcomes: [StepOutcome(status: .error, error: StepError(.thrown, type: "E", "no"))]))
    #expect(page.contains("Expected failure: error thrown"))
    #expect(!page.contains("class=\"banner"))
  }

  @Test func skippedStepLeadsToTheOneItNeeds() {
    let steps = (1...2).map { Step(index: $0, fenceLine: $0 * 4, code: "x\n") }
    let page = page(
      run(
        [block(.step(0)), block(.step(1))], steps: steps,
        outcomes: [
          StepOutcome(status: .error, error: StepError(.trap, "no")),
          StepOutcome(status: .skipped, skippedBecause: "needs step 1, which failed, and step 9 & step x"),
        ]))
    #expect(
      page.contains(
        "Not run: needs <a href=\"#step:1\">step 1</a>, which failed, and step 9 &amp; step x</p>"))
  }

  @Test func warningsCanBeTurnedOff() {
    var options = StepOptions()
    let warning = Diagnostic(.warning, "never used", at: nil)
    let outcome = StepOutcome(status: .ok, warnings: [warning])
    #expect(shown(options, outcome).contains("never used"))
    options.warning = false
    #expect(!shown(options, outcome).contains("never used"))
  }

  @Test func badgeForAnotherDefaultDType() {
    #expect(!shown(StepOptions(), StepOutcome(status: .ok, defaultDType: "float32")).contains("class=\"badge dtype"))
    #expect(
      shown(StepOptions(), StepOutcome(status: .ok, defaultDType: "bfloat16"))
        .contains("default dtype <code>bfloat16</code>"))
  }

  @Test func timingsOnlyWhenAskedFor() {
    let run = run(
      [block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: "x\n")],
      outcomes: [StepOutcome(status: .ok, timing: .init(build: 0.1234, run: 12))])
    #expect(!page(run).contains("built"))
    #expect(page(run, options: PageOptions(showsTimings: true)).contains("built 0.123 s, ran 12.000 s"))
  }

  @Test func richestSafeForm() {
    let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2]
    let plain = Array("plain form".utf8)
    #expect(
      display(["text/plain": plain, "image/png": png]).contains(
        "src=\"data:image/png;base64,iVBORw0KGgoBAg==\" alt=\"plain form\""))
    #expect(display(["text/plain": plain, "image/png": [1, 2]]).contains("<samp>plain form</samp>"))
    #expect(
      display(["text/plain": plain, "text/html": Array("<script>x</script>".utf8)]).contains("<samp>plain form</samp>"))
    #expect(display(["text/plain": plain, "text/html": Array("<b>x</b>".utf8)]).contains("<b>x</b>"))
  }

  @Test func notReachedWhenInterrupted() {
    var run = run([block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: "x\n")])
    run.isInterrupted = true
    #expect(page(run).contains("not reached") && page(run).contains("interrupted after 0 of 1 step."))
  }

  // MARK: Helpers

  private func ok() -> StepOutcome { StepOutcome(status: .ok, outputs: [.stdout("printed\n")]) }

  private func shown(_ options: StepOptions, _ outcome: StepOutcome? = nil) -> String {
    page(
      run(
        [block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: "secret\n", options: options)],
        outcomes: [outcome ?? ok()]))
  }

  private func display(_ data: [String: [UInt8]]) -> String {
    shown(StepOptions(), StepOutcome(status: .ok, outputs: [.display(MIMEBundle(data))]))
  }
}
