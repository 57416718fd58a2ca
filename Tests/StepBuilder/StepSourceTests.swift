// The text that the compiler gets for a step, and the way back from its positions. `LESSON_RECORD=1` writes the
// golden texts of Fixtures anew.

import Foundation
import LessonModel
import Testing

@testable import StepBuilder

private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

/// A step that starts below line 10 of its lesson.
private func step(_ code: String, options: Int = 0, offsets: [Int] = []) -> Step {
  Step(index: 1, fenceLine: 10, code: code, lineOffsets: offsets, optionLineCount: options)
}

private func source(_ step: Step, prologue: [String] = [], fileName: String = "lesson.md") -> StepSource {
  let syntax = StepSyntax(parsing: step.codeWithoutOptions)
  return StepSource(step, syntax: syntax, prologue: prologue, fileName: fileName)
}

@Suite struct StepSourceTests {
  /// Each fixture holds steps between lines `// step`.
  @Test(arguments: ["names", "async"])
  func golden(_ name: String) throws {
    let text = try String(contentsOf: fixtures.appendingPathComponent("\(name).swift.txt"), encoding: .utf8)
    let made = generated(text.components(separatedBy: "// step\n").dropFirst().map { String($0) })
    let file = fixtures.appendingPathComponent("\(name).generated.txt")
    if ProcessInfo.processInfo.environment["LESSON_RECORD"] == "1" { try Data(made.utf8).write(to: file) }
    let kept = try String(contentsOf: file, encoding: .utf8)
    #expect(made == kept, "\(file.lastPathComponent) differs; look at it, then record it with LESSON_RECORD=1")
  }

  private func generated(_ steps: [String]) -> String {
    var visible = VisibleNames()
    let isAsync = steps.contains { StepSyntax(parsing: $0).awaits }
    return steps.enumerated().map { index, code in
      let step = Step(index: index + 1, fenceLine: 10 * (index + 1), code: code)
      let syntax = StepSyntax(parsing: code)
      let prologue = visible.importLines + (isAsync ? StepSource.asyncPrologue : [])
      visible.add(syntax, ofStep: index + 1)
      return "// \(stepModuleName(index + 1))\n"
        + StepSource(step, syntax: syntax, prologue: prologue, fileName: "lesson.md").text
    }.joined(separator: "\n")
  }

  @Test func theAuthorsTextIsVerbatim() {
    let code = "let s = \"\\u{e9}\"\t\n\n/* é */ print(s);\n"
    #expect(source(step(code)).text == "#sourceLocation(file: \"lesson.md\", line: 11)\n" + code)
  }

  @Test func optionLinesAreEmptiedAndCounted() {
    let text = source(step("//| label: a\n//| error: true\nlet x = 1\n", options: 2)).text
    #expect(text == "#sourceLocation(file: \"lesson.md\", line: 11)\n\n\nlet x = 1\n")
  }

  @Test func aFileNameIsALiteral() {
    let text = source(step("f();"), fileName: "a \"b\"\\c\n.md").text
    #expect(text.hasPrefix("#sourceLocation(file: \"a \\\"b\\\"\\\\c\\u{a}.md\", line: 11)\n"))
  }

  @Test func theInterfaceDoesNotDependOnThePlace() {
    var moved = step("let x = 1")
    moved.fenceLine = 99
    #expect(source(step("let x = 1")).interfaceText == source(moved).interfaceText)
    #expect(source(step("let x = 1")).text != source(moved).text)
  }

  @Test func whatGuardBindsIsHandedOn() {
    let text = source(step("guard let x = f() else { g() }\nx // end")).text
    #expect(text.hasSuffix("\nLessonKit._showValue(x) // end\nlet _handedOn_x = x"))
  }

  @Test func theTrailingExpressionIsWrapped() {
    let text = source(step("let é = 1\né + 1 // two\n")).text
    #expect(text.hasSuffix("\nlet é = 1\nLessonKit._showValue(é + 1) // two\n"))
  }
}

@Suite struct LessonPositionTests {
  private func place(_ line: Int, _ column: Int, in source: StepSource) -> [Int] {
    let position = source.lessonPosition(line: line, column: column)
    return [position.line, position.column]
  }

  @Test func aPlainStepKeepsItsPositions() {
    let source = source(step("let x = 1\nlet y = 2\n"))
    #expect(place(11, 5, in: source) == [11, 5])
    #expect(place(12, 1, in: source) == [12, 1])
  }

  @Test func listsAndQuotationsMoveColumns() {
    let source = source(step("let x = 1\n\nlet y = 2\n", offsets: [3, 2, 7]))
    #expect(place(11, 5, in: source) == [11, 8])
    #expect(place(13, 1, in: source) == [13, 8])
    #expect(place(20, 4, in: source) == [20, 4])
  }

  /// `  a + b` becomes `  LessonKit._showValue(a + b)`: the columns 25, 29 and 30 are those of `a`, `b` and what
  /// follows.
  @Test func theWrapperTakesNoColumns() {
    let source = source(step("let a = 1\n  a + b // sum\n", offsets: [0, 2]))
    let prefix = StepSource.showPrefix.utf8.count
    #expect(prefix == 21)
    #expect(place(11, 9, in: source) == [11, 9])
    #expect(place(12, 2, in: source) == [12, 4])
    #expect(place(12, 3, in: source) == [12, 5])
    #expect(place(12, 10, in: source) == [12, 5])
    #expect(place(12, 3 + prefix, in: source) == [12, 5])
    #expect(place(12, 7 + prefix, in: source) == [12, 9])
  }

  @Test func laterLinesOfAWrappedExpressionKeepTheirColumns() {
    let source = source(step("[1, 2]\n  .map { $0 }\n"))
    #expect(place(11, 1 + StepSource.showPrefix.utf8.count, in: source) == [11, 1])
    #expect(place(12, 4, in: source) == [12, 4])
  }
}
