// What happened when the sample lesson ran.

import LessonModel

let sampleRun = LessonRun(
  lesson: sampleLesson,
  outcomes: [
    StepOutcome(
      status: .ok,
      outputs: [
        .stdout(
          "[0.1, 0.2, 0.3] take 12 bytes; a line that is rather long, so that a narrow screen has to scroll it\n"),
        .stderr("note: weights are kept in single precision\n"),
        .display(bundle(plain: "0.1", html: SampleDisplays.bits)),
        .display(bundle(plain: "tensor", html: SampleDisplays.tensor)),
        .display(bundle(plain: "DummyModel", html: SampleDisplays.module)),
        .display(bundle(plain: "TensorError", html: SampleDisplays.error)),
      ], defaultDType: "float32", timing: .init(build: 0.121, run: 0.004)),
    StepOutcome(
      status: .ok,
      outputs: [.display(bundle(plain: "format  bits", html: tableHTML)), .stdout(progress), .stdout(colors)],
      defaultDType: "bfloat16"),
    StepOutcome(status: .ok, outputs: [.display(bundle(plain: "Loss", svg: plotSVG))], defaultDType: "float32"),
    StepOutcome(status: .error, error: compileError, defaultDType: "float32"),
    StepOutcome(status: .skipped, skippedBecause: "needs step 4, which failed"),
    StepOutcome(
      status: .error, outputs: [.stdout("running the model in half precision\n")],
      error: StepError(
        .thrown, type: "TensorError", "\"addmm\" is not implemented for float16 on the CPU", at: position(50, 5)),
      defaultDType: "float16"),
    StepOutcome(
      status: .ok, outputs: [.stdout("\u{1b}[32m✓\u{1b}[0m done\n")],
      warnings: [
        Diagnostic(
          .warning, "variable 'unused' was never used; consider replacing with '_' or removing it",
          at: SourceSpan(at: position(54, 5)))
      ], defaultDType: "float32"),
  ],
  notices: ["This machine's kernel has no Landlock: steps could read files outside the lesson's folder."])

func position(_ line: Int, _ column: Int) -> SourcePosition { SourcePosition(line: line, column: column) }

func bundle(plain: String, html: String? = nil, svg: String? = nil) -> MIMEBundle {
  var data = ["text/plain": Array(plain.utf8)]
  data["text/html"] = html.map { Array($0.utf8) }
  data["image/svg+xml"] = svg.map { Array($0.utf8) }
  return MIMEBundle(data)
}

private let compileError = StepError(
  .compile, "cannot convert value of type 'String' to specified type 'Int'", at: position(41, 16),
  notes: [
    Diagnostic(
      .error, "cannot find 'wärme' in scope",
      at: SourceSpan(start: position(42, 27), end: position(42, 33)),
      notes: [Diagnostic(.note, "did you mean 'wärmer'?", at: nil)])
  ])

private let progress =
  (0...100).map {
    "\rtraining \(String(repeating: "█", count: $0 / 5))\(String(repeating: "░", count: 20 - $0 / 5)) \($0)%"
  }
  .joined() + "\n"

private let colors =
  "\u{1b}[1mbold\u{1b}[0m \u{1b}[3mitalic\u{1b}[0m \u{1b}[4munderlined\u{1b}[0m \u{1b}[7minverse\u{1b}[0m\n"
  + (30...37).map { "\u{1b}[\($0)m\($0) \u{1b}[\($0 + 60)m\($0 + 60) \u{1b}[0m" }.joined() + "\n"
  + (40...47).map { "\u{1b}[\($0)m \($0) \u{1b}[0m" }.joined()
  + " \u{1b}[38;5;208m256\u{1b}[0m \u{1b}[38;2;120;80;200mtrue\u{1b}[0m\n"

private let tableHTML = """
  <table class="lk-table"><caption>Formats</caption><thead><tr><th scope="col">format</th>\
  <th class="lk-number" scope="col">bytes</th><th class="lk-number" scope="col">step at 1</th></tr></thead><tbody>\
  <tr><td>float32</td><td class="lk-number">4</td><td class="lk-number">0.00000012</td></tr>\
  <tr><td>bfloat16</td><td class="lk-number">2</td><td class="lk-number">0.0078125</td></tr></tbody></table>
  """

private let plotSVG: String = {
  func path(_ floor: Double) -> String {
    (0...40).map { step in
      let y = 40 + 220 * (1 - (floor + (1 - floor) / (1 + Double(step) / 6)))
      return "\(64 + step * 14) \(Int(y))"
    }.joined(separator: " L")
  }
  return """
    <svg class="lk-plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" width="640" height="320" role="img" \
    fill="currentColor" font-size="12"><title>Loss</title><text class="lk-plot-title" x="320" y="20" \
    text-anchor="middle">Loss</text><g class="lk-axes"><line class="lk-grid" x1="64" y1="150" x2="624" y2="150" \
    stroke="currentColor" stroke-opacity="0.15"/><text class="lk-tick" x="56" y="154" text-anchor="end">0.5</text>\
    <line class="lk-axis" x1="64" y1="260" x2="624" y2="260" stroke="currentColor" stroke-opacity="0.6"/></g>\
    <g class="lk-series lk-series-0 lk-line"><path d="M\(path(0.05))" fill="none" stroke="currentColor" \
    stroke-width="1.8"/></g><g class="lk-series lk-series-1 lk-line"><path d="M\(path(0.25))" fill="none" \
    stroke="currentColor" stroke-width="1.8" stroke-dasharray="6 4"/></g></svg>
    """
}()

/// One black pixel.
let dotPNG =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
