// Input made to break a reader: none may crash it, and none may take time that grows faster than the input.

import Foundation
import LessonModel
import LessonReader
import Testing

private func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

@Suite struct HostileTests {
  @Test(arguments: [
    many(">", 100_000) + "a", many("- ", 50_000) + "a", many("*a **a ", 20_000) + many("b** b*", 20_000),
    many("> - ", 5_000) + "```swift\n", many("[", 100_000) + "a" + many("](x)", 100_000),
    "| a |\n| - |\n| " + many("**a *a ", 300) + many("*a** ", 300) + "|",
    "[^a]\n\n[^a]: " + many("> ", 300) + "x",
  ])
  func deepNestingIsRefusedAndDestroyed(_ text: String) throws {
    let ids = try diagnostics(in: text).map(\.id)
    #expect(ids.isEmpty || ids == ["nesting"])
  }

  @Test func nestingErrorHasAPosition() throws {
    #expect(
      try errors(in: "text\n\n" + many(">", 300) + "a") == [
        "3:201 nesting: Blocks or markup are nested more than 200 deep."
      ])
    #expect(try errors(in: many(">", 190) + "a") == [])
  }

  @Test(arguments: [
    "[", "![", "[a](", "`a", "<", "*a_", "~~a ~b ", "a~~b", "[^a", "\\~", "\\", "&amp;", "| a ", "\t", "é", "<!--",
    "]]",
  ])
  func longLines(_ piece: String) throws {
    let text = many(piece, 60_000 / piece.utf8.count)
    #expect(try read("x\n" + text).blocks.count >= 1)
    #expect(try read("[^a]: x\n\n| a |\n| - |\n| " + text + "\n\n[^a]" + text).blocks.count >= 1)
  }

  @Test func thousandsOfFootnotes() throws {
    let count = 5_000
    let references = (0..<count).map { "[^\($0)]" }.joined(separator: "\n")
    let definitions = (0..<count).map { "[^\($0)]: Note [link][\($0)].\n\n[\($0)]: /\($0)\n" }.joined(separator: "\n")
    let lesson = try read(references + "\n\n" + definitions)
    #expect(lesson.footnotes.count == count)
    guard case .paragraph(let inlines)? = lesson.footnotes.last?.blocks.first?.kind else {
      Issue.record("no paragraph")
      return
    }
    #expect(inlines == [.text("Note "), .link(destination: "/4999", title: nil, [.text("link")]), .text(".")])
  }

  @Test func largeTables() throws {
    let lesson = try read("| a | b |\n|---|---|\n" + many("| `x` | ~~y~~ |\n", 10_000))
    guard case .table(let table)? = lesson.blocks.first?.kind else {
      Issue.record("no table")
      return
    }
    #expect(table.rows.count == 10_000)
    #expect(table.rows.last == [[.code("x")], [.strikethrough([.text("y")])]])
  }

  @Test(arguments: [
    many("[", 20_000), many("{a: ", 5_000), many("- ", 20_000), many("? ", 20_000), "a: &a [x]\n" + many("b: *a\n", 20),
    many("a: 1\n", 500), "a: \u{1}", "!!binary x: 1", "%TAG ! !", many("x", 70_000), "\"", "? [a, b]\n: 1", "--- a",
    ": 1",
  ])
  func frontMatter(_ yaml: String) throws {
    #expect(try !diagnostics(in: "---\n\(yaml)\n---\n").isEmpty)
    #expect(try !diagnostics(in: "```swift\n//| \(yaml.replacing("\n", with: "\n//| "))\n```\n").isEmpty)
  }

  @Test func randomPieces() {
    let pieces = [
      "[^a]", "[^a]: ", "```swift\n", "```\n", "> ", "- ", "\t", "    ", "|", "| - |\n", "\n", "\n\n", "~~", "*", "_",
      "`",
      "[", "](x)", "# ", "\\", "//| label: x\n", "[!NOTE]\n", "[x] ", "---\n", "\u{70A}", "é", "<b>", "1. ",
    ]
    var random = RandomPieces()
    for _ in 0..<3_000 { _ = try? read(random.text(of: pieces, count: 24)) }
  }
}
