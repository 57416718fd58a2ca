// Which earlier declarations a step sees.

import Testing

@testable import StepBuilder

@Suite struct VisibleNamesTests {
  /// What a step after these sees; steps are numbered from 1.
  private func visible(after steps: String...) -> VisibleNames {
    var names = VisibleNames()
    for (index, code) in steps.enumerated() { names.add(StepSyntax(parsing: code), ofStep: index + 1) }
    return names
  }

  private func scopedLines(_ names: VisibleNames) -> [String] { names.importLines.filter { $0.contains(".") } }

  @Test func theRuntimeIsAlwaysVisible() {
    #expect(VisibleNames().importLines == ["import LessonKit"])
  }

  @Test func everyStepThatDeclaresIsImportedOnce() {
    let names = visible(after: "let a = 1", "print(a)", "extension Int {}", "struct B {}")
    #expect(names.importedSteps == [1, 3, 4])
    #expect(
      names.importLines == [
        "import LessonKit", "@testable import Step1", "@testable import Step3", "@testable import Step4",
        "@testable import let Step1.a", "@testable import struct Step4.B",
      ])
  }

  @Test func aLaterDeclarationOfANameWins() {
    let names = visible(after: "let a = 1", "var a = 2", "struct a {}")
    #expect(scopedLines(names) == ["@testable import struct Step3.a"])
  }

  @Test func overloadsStayAndRepetitionsWin() {
    let names = visible(after: "func f(_ x: Int) {}", "func f(_ x: Double) {}", "func f(_ x: Int) {}")
    #expect(scopedLines(names) == ["@testable import func Step2.f", "@testable import func Step3.f"])
  }

  @Test func overloadsOfOneStepAreOneImport() {
    let names = visible(after: "func f(_ x: Int) {}\nfunc f(_ x: Double) {}")
    #expect(scopedLines(names) == ["@testable import func Step1.f"])
  }

  @Test func aVariableReplacesAFunction() {
    let names = visible(after: "func f() {}", "let f = 1")
    #expect(scopedLines(names) == ["@testable import let Step2.f"])
  }

  /// `f` of step 1 and `f` of step 2 differ in their result alone, so that both together would be ambiguous.
  @Test func aStepWithAReplacedFunctionIsImportedByNames() {
    let names = visible(after: "func f() -> Int { 1 }\nlet g = 2", "func f() -> String { \"\" }")
    #expect(names.importedSteps == [1, 2])
    #expect(
      names.importLines == [
        "import LessonKit", "@testable import Step2", "@testable import func Step2.f", "@testable import let Step1.g",
      ])
  }

  @Test func aStepWithMoreThanNamesIsImportedWhole() {
    let names = visible(after: "func f() {}\nextension Int {}", "func f() {}")
    #expect(names.importLines.contains("@testable import Step1"))
  }

  @Test func whichStepsNamesComeFrom() {
    let names = visible(after: "let a = 1, b = 2", "let b = 3", "func f() {}", "func f(_ x: Int) {}")
    #expect(names.steps(declaring: ["a"]) == [1])
    #expect(names.steps(declaring: ["b", "unknown"]) == [2])
    #expect(names.steps(declaring: ["f"]).isEmpty)
  }

  @Test func operatorsNeedNoName() {
    let names = visible(after: "infix operator +++\nfunc +++ (a: Int, b: Int) -> Int { a }")
    #expect(names.importLines == ["import LessonKit", "@testable import Step1"])
  }

  @Test func whatGuardBindsIsDeclaredOnceMoreWhereItIsUsed() {
    let names = visible(
      after: "guard let a = f(), let (b, c) = g() else { h() }\nguard var d = a else { h() }\n"
        + "guard case .some(let e) = f(), case let .pair(i, (j, _)) = k else { h() }")
    #expect(names.importLines == ["import LessonKit", "@testable import Step1"])
    let lines = names.guardLines(for: StepSyntax(parsing: "print(a, b, d, e, i, j, k)\n[1].map { b in b }"))
    #expect(lines == ["a", "b", "e", "i", "j"].map { "let \($0) = Step1._handedOn_\($0)" })
    #expect(names.guardLines(for: StepSyntax(parsing: "let a = 1\nprint(a)")) == [])
    let replaced = visible(after: "guard let a = f() else { h() }", "let a = 1")
    #expect(replaced.guardLines(for: StepSyntax(parsing: "a")) == [])
  }

  @Test func conditionalDeclarationsAreNotNamed() {
    let names = visible(after: "#if os(Linux)\nlet a = 1\n#endif")
    #expect(names.importLines == ["import LessonKit", "@testable import Step1"])
    #expect(!names.declares("a"))
  }

  @Test func importsAreInheritedOnce() {
    let names = visible(after: "import Foundation\nlet a = 1", "import Foundation\nimport Dispatch")
    #expect(names.importLines.prefix(3) == ["import LessonKit", "import Foundation", "import Dispatch"])
    #expect(names.importedSteps == [1])
  }
}
