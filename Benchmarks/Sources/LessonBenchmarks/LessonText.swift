// A lesson's Markdown, as far as the benchmarks need to know it: where its steps are.

/// The lines of a lesson, with its steps. Fences of three backticks at the start of a line are enough here.
struct LessonText {
  private var lines: [String]
  /// For each step, the lines between its fences.
  private let steps: [Range<Int>]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var steps: [Range<Int>] = []
    var start: Int?
    for (index, line) in lines.enumerated() {
      if line == "```swift" { start = index + 1 }
      if line == "```", let first = start {
        steps.append(first..<index)
        start = nil
      }
    }
    self.steps = steps
  }

  var stepCount: Int { steps.count }

  var text: String { lines.joined(separator: "\n") }

  /// The lesson's parameters and all steps as one program.
  var program: String {
    (["import LessonKit", parameters] + steps.flatMap { lines[$0] }).joined(separator: "\n") + "\n"
  }

  /// The front matter's `params:`, a line for each, as the variable that steps read.
  private var parameters: String {
    let block = lines.drop { $0 != "params:" }.dropFirst().prefix { $0.hasPrefix("  ") }
    let fields = block.compactMap { line -> String? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      let isText = Double(value) == nil && !["true", "false"].contains(value)
      return "static let \(line[..<colon].drop { $0 == " " }) = " + (isText ? "\"\(value)\"" : String(value))
    }
    return "enum params { \(fields.joined(separator: "; ")) }"
  }

  /// The lesson with some code before the first line of the step in the middle.
  func inserting(_ code: String) -> LessonText {
    var changed = self
    let lines = steps[steps.count / 2]
    let first = lines.first { !self.lines[$0].hasPrefix("//|") } ?? lines.lowerBound
    changed.lines[first] = code + changed.lines[first]
    return changed.reread
  }

  /// With its steps found again: inserted code may contain line breaks.
  private var reread: LessonText { LessonText(text) }
}
