// The text that the compiler gets for a step, and the way back from its positions to the lesson's.

import LessonModel

/// A step as a source file: lines before it, then the author's text, word for word.
struct StepSource {
  /// What stands around a trailing expression so that its value is shown.
  static let showPrefix = "LessonKit._showValue("

  /// Makes a step's top level asynchronous whether or not it awaits itself, and tells the session of its end.
  static let asyncPrologue = ["await ()", "defer { LessonKit._stepEnds() }"]

  /// The name under which later steps find what `guard let` bound, which is no part of the module's interface.
  static func handedOnName(_ name: String) -> String { "_handedOn_" + name.filter { $0 != "`" } }

  let text: String
  /// The text without its place in the lesson: what the step's interface depends on.
  let interfaceText: String
  /// Byte offsets of the step's lines on the lesson's lines.
  private let step: Step
  /// Where `showPrefix` stands: the lesson's line, and the bytes of the step's line before it.
  private let insertion: (line: Int, column: Int)?

  init(_ step: Step, syntax: StepSyntax, prologue: [String], fileName: String) {
    self.step = step
    var code = Array(step.codeWithoutOptions.utf8)
    var insertion: (line: Int, column: Int)?
    if let range = syntax.trailingExpression {
      let before = code[..<range.lowerBound]
      let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      insertion = (step.firstLine + before.count { $0 == UInt8(ascii: "\n") }, range.lowerBound - lineStart)
      code.insert(UInt8(ascii: ")"), at: range.upperBound)
      code.insert(contentsOf: Self.showPrefix.utf8, at: range.lowerBound)
    }
    self.insertion = insertion
    let location = "#sourceLocation(file: \(Lesson.swiftLiteral(fileName)), line: \(step.firstLine))"
    let handedOn = syntax.guardedNames.map { "\nlet \(Self.handedOnName($0)) = \($0)" }
    let body = String(decoding: code, as: UTF8.self) + handedOn.joined()
    text = (prologue + [location, body]).joined(separator: "\n")
    interfaceText = (prologue + [body]).joined(separator: "\n")
  }

  /// The lesson's line for a line of the step, from 1.
  func lessonLine(_ line: Int) -> Int { step.firstLine + line - 1 }

  /// The lesson's position for one that the compiler reports.
  func lessonPosition(line: Int, column: Int) -> SourcePosition {
    var column = column
    if let insertion, insertion.line == line, column > insertion.column + 1 {
      column = max(insertion.column + 1, column - Self.showPrefix.utf8.count)
    }
    let lines = step.code.split(separator: "\n", omittingEmptySubsequences: false)
    // What is said of lines before the step's own has its line alone (`DerivedConformances`).
    if lines.indices.contains(line - step.firstLine), column > lines[line - step.firstLine].utf8.count + 1 {
      column = 1
    }
    return step.lessonPosition(line: line, column: column)
  }
}

extension Step {
  /// The code with its option lines emptied, so that an option that only concerns the page leaves a built step as
  /// it is.
  var codeWithoutOptions: String {
    let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
    return (Array(repeating: "", count: optionLineCount) + lines.dropFirst(optionLineCount)).joined(separator: "\n")
  }

  /// Adds what a list or a quotation puts before the step's lines.
  func lessonPosition(line: Int, column: Int) -> SourcePosition {
    let index = line - firstLine
    let offset = lineOffsets.indices.contains(index) ? lineOffsets[index] : 0
    return SourcePosition(line: line, column: column + offset)
  }
}
