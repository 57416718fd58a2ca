// What is read from a step's text: what it declares, uses, shows, awaits and hides.

import Testing

@testable import StepBuilder

@Suite struct StepSyntaxTests {
  private func declared(_ code: String) -> [String] {
    StepSyntax(parsing: code).declarations.map { "\($0.kind.rawValue) \($0.name)" }
  }

  @Test func declarationsInOrder() {
    let code = """
      struct A {}; class B {}
      enum C { case one }
      protocol D { func nested() }
      typealias E = Int
      actor F {}
      func g() { let local = 1; _ = local }
      let h = 1, i = 2
      var (j, (k, _)) = (1, (2, 3))
      @available(*, deprecated) public final class L {}
      for m in 0..<3 { let inner = m; _ = inner }
      """
    #expect(
      declared(code) == [
        "struct A", "class B", "enum C", "protocol D", "typealias E", "class F", "func g", "let h", "let i", "var j",
        "var k", "class L",
      ])
    #expect(StepSyntax(parsing: code).declaredNames.isDisjoint(with: ["local", "nested", "inner", "m"]))
  }

  @Test func aStepWithoutDeclarationsIsInvisible() {
    for code in ["", "// only a comment", "print(1)", "do { let x = 1; _ = x }", "import Foundation"] {
      #expect(!StepSyntax(parsing: code).isVisibleToLaterSteps, "\(code)")
    }
  }

  @Test(arguments: ["extension Int {}", "infix operator +++", "precedencegroup P {}", "func + (a: A, b: A) -> A { a }"])
  func whatHasNoNameStillMakesAStepVisible(_ code: String) {
    let syntax = StepSyntax(parsing: code)
    #expect(syntax.declarations.isEmpty)
    #expect(syntax.isVisibleToLaterSteps)
  }

  @Test func functionsAreToldApartByLabelsTypesAndConstraints() {
    let code = """
      func f(_ x: Int) {}
      func f(_ y: Int) {}
      func f(x: Int) {}
      func f(_ x: Double) {}
      func f<T>(_ x: T) {}
      func f<T>(_ x: T) where T: Equatable {}
      """
    let signatures = StepSyntax(parsing: code).declarations.map(\.signature)
    #expect(signatures[0] == signatures[1])
    #expect(Set(signatures).count == 5)
  }

  @Test func conditionalDeclarationsAreMarked() {
    let code = """
      #if os(Linux)
      let name = "Linux"
      #else
      let name = "other"
      func elsewhere() {}
      #endif
      let always = 1
      """
    let declarations = StepSyntax(parsing: code).declarations
    #expect(declarations.map(\.name) == ["name", "name", "elsewhere", "always"])
    #expect(declarations.map(\.isConditional) == [true, true, true, false])
  }

  @Test func imports() {
    let syntax = StepSyntax(
      parsing: "import Foundation\n@preconcurrency import Dispatch // here\nimport func Glibc.sin")
    #expect(syntax.imports == ["import Foundation", "@preconcurrency import Dispatch", "import func Glibc.sin"])
  }

  @Test func extensionMembers() {
    let code = """
      extension Array where Element == Int {
        var total: Int { reduce(0, +) }
        func doubled() -> [Int] { map { $0 * 2 } }
        static let empty: [Int] = []
        struct Part {}
        init(repeating: Int) { self = [] }
      }
      """
    #expect(StepSyntax(parsing: code).extensionMembers == ["total", "doubled", "empty", "Part"])
  }

  @Test func operators() {
    let code = "infix operator <+>\nfunc <+> (a: Int, b: Int) -> Int { a }\nprefix func - (a: Set<Int>) -> Int { 1 }"
    #expect(StepSyntax(parsing: code).operators == ["<+>", "-"])
    #expect(StepSyntax(parsing: code).lostNames == ["<+>", "-"])
  }

  @Test(arguments: [
    ("print(x.count)", ["print", "x"], ["count"]),
    ("let y: Box<Int> = make()", ["Box", "Int", "make"], ["y"]),
    ("values.map { v in v + w }", ["values", "w"], ["v", "map"]),
    ("func f(a: Int) -> Int { a + b }", ["Int", "b"], ["a", "f"]),
    ("if let found { print(found) }", ["print"], []),
    ("struct S<T> { var t: T }", [], ["T", "S", "t"]),
    ("macroUser(#line)", ["macroUser"], []),
    ("\"\\(inside)\"", ["inside"], []),
    (".member", [], ["member"]),
    ("x = 2", ["x"], []),
    ("let f = \\Point.x", ["Point"], ["x"]),
  ])
  func usedNames(_ code: String, uses: [String], not: [String]) {
    let used = StepSyntax(parsing: code).usedNames
    #expect(used.isSuperset(of: uses), "\(used)")
    #expect(used.isDisjoint(with: not), "\(used)")
  }

  @Test func aShorthandBindingReadsTheNameOutside() {
    #expect(StepSyntax(parsing: "if let found = find() { print(found) }").usedNames == ["find", "print"])
    #expect(StepSyntax(parsing: "if let found { print(found) }").usedNames == ["found", "print"])
  }

  @Test(arguments: ["private let x = 1", "struct S { fileprivate var y = 1 }", "struct S { private(set) var y = 1 }"])
  func restrictedAccess(_ code: String) { #expect(StepSyntax(parsing: code).restrictsAccess) }

  @Test(arguments: ["public let x = 1", "// private", "print(\"private\")", "let `private` = 1"])
  func unrestrictedAccess(_ code: String) { #expect(!StepSyntax(parsing: code).restrictsAccess) }
}

@Suite struct TopLevelAwaitTests {
  @Test(arguments: [
    "await f()", "let x = await f()", "try await f()", "async let x = f()", "for await x in s {}",
    "for try await x in s {}", "if await f() {}", "do { await f() }", "print(await f())", "defer { await f() }",
    "switch await f() { default: break }",
  ])
  func awaits(_ code: String) { #expect(StepSyntax(parsing: code).awaits) }

  @Test(arguments: [
    "f()", "func f() async { await g() }", "Task { await f() }", "let c = { await f() }",
    "struct S { func f() async { await g() } }", "actor A { var x: Int { get async { await f() } } }", "// await f()",
    "var x: Int { get async { await f() } }", "print(\"await\")", "let f: () async -> Void = {}",
    "Task { async let x = f(); for await _ in s {} }",
  ])
  func doesNotAwait(_ code: String) { #expect(!StepSyntax(parsing: code).awaits) }
}

@Suite struct TrailingExpressionTests {
  private func trailing(_ code: String) -> String? {
    StepSyntax(parsing: code).trailingExpression.map { range in
      String(decoding: Array(code.utf8)[range], as: UTF8.self)
    }
  }

  @Test(arguments: [
    ("x", "x"), ("1 + 2 // three", "1 + 2"), ("  x\n\n", "x"), ("let x = 1; x", "x"), ("let x = 1\nx * x", "x * x"),
    ("try f()", "try f()"), ("await f()", "await f()"), ("try await f().g", "try await f().g"), ("f()", "f()"),
    ("a\n  .b()\n  .c { $0 }", "a\n  .b()\n  .c { $0 }"), ("x /* why */", "x"), ("// before\nx", "x"),
    ("a == b", "a == b"), ("a ? b : c", "a ? b : c"), ("{ 1 }()", "{ 1 }()"), ("x as Int", "x as Int"),
    ("[1, 2,\n 3]", "[1, 2,\n 3]"), ("\"\"\"\ntext\n\"\"\"", "\"\"\"\ntext\n\"\"\""), ("#line", "#line"),
    ("(1, \"é\")", "(1, \"é\")"), ("let é = \"ü\"\né", "é"), ("/a+/", "/a+/"), ("a ≠ b", "a ≠ b"), ("-x", "-x"),
    ("a <= b", "a <= b"), ("a ?? b", "a ?? b"), ("x\n// end", "x"), ("\\Point.x", "\\Point.x"),
  ])
  func shown(_ code: String, expression: String) { #expect(trailing(code) == expression) }

  @Test(arguments: [
    "", "x;", "x ; // hidden", "x = 1", "x += 1", "(a, b) = (b, a)", "_ = f()", "let x = 1", "if a { 1 } else { 2 }",
    "switch x { default: 1 }", "for x in y { x }", "while true { x }", "func f() { x }", "do { x }", "x\nlet y = 1",
    "x +", "f(", "try x = f()", "x &+= 1", "#warning(\"w\")", "return", "x\n#if DEBUG\ny\n#endif", "defer { x }",
    "throw e", "// x",
  ])
  func notShown(_ code: String) { #expect(trailing(code) == nil) }
}
