// The compiler's text read as diagnostics.

import LessonModel
import Testing

@testable import StepBuilder

@Suite struct CompilerDiagnosticsTests {
  private let source: StepSource

  init() {
    let step = Step(index: 2, fenceLine: 40, code: "let x: Int = \"a\"\n  x + y", lineOffsets: [2, 2])
    source = StepSource(step, syntax: StepSyntax(parsing: step.code), prologue: [], fileName: "03 dtypes.md")
  }

  private func read(_ output: String) -> [Diagnostic] {
    compilerDiagnostics(in: output, source: source, fileName: "03 dtypes.md")
  }

  private func position(_ diagnostic: Diagnostic?) -> [Int]? {
    diagnostic?.span.map { [$0.start.line, $0.start.column] }
  }

  @Test func errorsWarningsAndTheirNotes() throws {
    let found = read(
      """
      03 dtypes.md:41:14: error: cannot convert value of type 'String' to specified type 'Int'
      let x: Int = "a"
                   ^~~
      03 dtypes.md:42:28: error: cannot find 'y' in scope; did you mean 'x'?
        LessonKit._showValue(x + y)
                                 ^
      03 dtypes.md:41:5: note: 'x' declared here
      let x: Int = "a"
          ^
      03 dtypes.md:41:1: warning: something [#SomeGroup]
      """)
    #expect(found.map(\.severity) == [.error, .error, .warning])
    #expect(found[0].message == "cannot convert value of type 'String' to specified type 'Int'")
    #expect(found.map(position) == [[41, 16], [42, 9], [41, 3]])
    #expect(found[1].notes.map(\.message) == ["'x' declared here"])
    #expect(position(found[1].notes.first) == [41, 7])
    #expect(found[2].message == "something")
  }

  @Test func stepModulesAreNotNamed() {
    let found = read("03 dtypes.md:41:1: error: type 'Step12.Point' is not 'Step3.P', nor MyStep4.x")
    #expect(found.map(\.message) == ["type 'Point' is not 'P', nor MyStep4.x"])
    #expect(withoutStepModules("found this candidate in module 'Step7'") == "found this candidate in step 7")
  }

  @Test func whatLiesElsewhereHasNoPosition() {
    let found = read("<unknown>:0: error: module is broken\n/tmp/w/step.swift:2:8: error: no such module 'Nothing'\n")
    #expect(found.map(\.message) == ["module is broken", "no such module 'Nothing'"])
    #expect(found.allSatisfy { $0.span == nil })
  }

  @Test func excerptsAreNotDiagnostics() {
    #expect(read("let text = \"x: error: y\"\n    print(a: warning: b)\n ^").isEmpty)
    #expect(read("").isEmpty)
  }

  @Test func repetitionsAreToldOnce() {
    let line = "03 dtypes.md:41:1: error: once"
    #expect(read(line + "\n" + line).count == 1)
  }
}
