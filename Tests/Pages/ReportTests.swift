// Carets under the columns that messages are about.

import LessonModel
import Testing

@testable import Pages

@Suite struct ExcerptTests {
  @Test(arguments: [
    ("let x = y", 9, "        ^"),
    ("let x = y", 1, "^"),
    ("\tlet x", 2, "\t^"),
    // "größe" takes seven bytes, five columns.
    ("größe = y", 11, "        ^"),
    // In the middle of "ö": the caret stands under it.
    ("größe", 4, "  ^"),
    // Two wide characters of three bytes each.
    ("\"温度\" y", 10, " \u{3000}\u{3000}  ^"),
    // A combining accent takes no column.
    ("e\u{301} = y", 7, "    ^"),
    ("short", 99, "     ^"),
    ("", 1, "^"),
    ("x", 0, "^"),
  ]) func caret(_ line: String, _ column: Int, _ expected: String) {
    #expect(excerpt(line, column).lines?.caret == expected)
  }

  @Test func spanOnOneLine() {
    let source = SourceText(fileName: "a.md", lines: ["let größe = x"])
    let span = SourceSpan(start: position(1, 5), end: position(1, 12))
    #expect(Excerpt(source: source, span: span).lines?.caret == "    ^~~~~")
  }

  @Test func longLinesAreShownAroundTheColumn() throws {
    let lines = try #require(
      excerpt(String(repeating: "x", count: 5000) + "y" + String(repeating: "z", count: 5000), 5001).lines)
    #expect(lines.text == "…" + String(repeating: "x", count: 200) + "y" + String(repeating: "z", count: 199) + "…")
    #expect(lines.caret == String(repeating: " ", count: 201) + "^")
  }

  @Test func noSuchLine() {
    #expect(Excerpt(source: SourceText(fileName: "a.md", lines: []), span: SourceSpan(at: position(7, 3))).lines == nil)
    #expect(excerpt("x", 1).place == "a.md:1:1")
  }

  private func excerpt(_ line: String, _ column: Int) -> Excerpt {
    Excerpt(source: SourceText(fileName: "a.md", lines: [line]), span: SourceSpan(at: position(1, column)))
  }
}
