// Steps: their code, their options, and the way back from their lines to the lesson's.

import LessonModel
import LessonReader
import Testing

/// Lessons whose steps hold the word `here`, which must be found again at the same bytes.
private let containers = [
  "```swift\nhere\n  here\n\there\n```",
  "   ```swift\n   here\n here\n     here\n   ```",
  "- ```swift\n  here\n    here\n  ```",
  "-\t```swift\n\there\n\t  here\n\t\there\n\t```",
  "1. a\n\n   - b\n\n     > ```swift\n     > here\n     >here\n     >\there\n     > ```",
  "> > ```swift\n> > here\n>> here\n>>\there\n> > ```",
  ">\t```swift\n>\there\n>\t\there\n>\t```",
  "10) ```swift\r\n    here\r\n    \"é here\"\r\n    ```\r\n",
  "- - - ~~~~ swift \n      here\n      ~~~\n\n      here\n      ~~~~",
]

@Suite struct StepTests {
  @Test(arguments: containers)
  func linesLeadBackToTheLesson(_ text: String) throws {
    let lesson = try read(text)
    let step = try #require(lesson.steps.first)
    let lines = step.code.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { Array($0.utf8) }
    #expect(step.lineOffsets.count == lines.count)
    var found = 0
    for (index, line) in lines.enumerated() {
      let source = Array((lesson.source.line(step.firstLine + index) ?? "").utf8)
      guard let column = start(of: "here", in: line) else { continue }
      #expect(start(of: "here", in: source) == column + step.lineOffsets[index])
      found += 1
    }
    #expect(found == text.split(separator: "here", omittingEmptySubsequences: false).count - 1)
  }

  private func start(of word: String, in line: [UInt8]) -> Int? {
    line.indices.first { line[$0...].starts(with: word.utf8) }
  }

  @Test func codeIsVerbatim() throws {
    let code = "//| label: a\nlet a = \"\\~ [^1] `&amp;` \\\\\"  \n\n\tlet b = /[^1]~~/\n"
    let lesson = try read("[^1] ~~x~~\n\n```swift\n\(code)```\n\n[^1]: Note.\n")
    #expect(lesson.steps.map(\.code) == [code])
    #expect(lesson.steps.first?.optionLineCount == 1)
  }

  @Test func allOptions() throws {
    let lesson = try read(
      """
      ```swift
      //| label: fig-1
      //| eval: false
      //| echo: False
      //| output: false
      //| include: false
      //| error: true
      //| warning: false
      //| code-fold: true
      //| code-summary: "true"
      //| fig-cap: >
      //|   One
      //|   line
      //| fig-alt: 7
      //| timeout: 0.5
      //| optimize: true
      ```
      """)
    var options = StepOptions()
    (options.label, options.codeSummary, options.figCap, options.figAlt) = ("fig-1", "true", "One line\n", "7")
    (options.eval, options.echo, options.output, options.include) = (false, false, false, false)
    (options.error, options.warning, options.codeFold) = (true, false, .on)
    (options.timeout, options.optimize) = (0.5, true)
    #expect(lesson.steps.map(\.options) == [options])
  }

  @Test func frontMatterGivesDefaults() throws {
    let lesson = try read(
      "---\noptimize: true\nexecute: {echo: false, timeout: 3}\n---\n```swift\n//| echo: true\n```\n```swift\n```\n")
    #expect(lesson.steps.map(\.options.echo) == [true, false])
    #expect(lesson.steps.map(\.options.timeout) == [3, 3])
    #expect(lesson.steps.map(\.options.optimize) == [true, true])
    #expect(lesson.frontMatter.stepDefaults.label == nil)
  }

  @Test func ignoredCodeIsNoStep() throws {
    let lesson = try read("```swift ignore\nx\n```\n")
    #expect(lesson.steps.isEmpty)
    #expect(lesson.blocks.map(\.kind) == [.code(info: "swift ignore", "x\n")])
  }
}

@Suite struct LessonTests {
  @Test(arguments: [
    ("---\ntitle: Given\n---\n# Heading", "Given"), ("text\n\n## A *heading* with `code`", "A heading with code"),
    ("text", "lesson"), ("#\n\n# Second", "Second"),
  ])
  func titles(_ text: String, _ title: String) throws {
    #expect(try read(text).title == title)
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func lineEnds(_ end: String) throws {
    let lines = ["---", "title: T", "---", "# H", "", "| a |", "| - |", "", "```swift", "x", "y", "```"]
    let lesson = try read("\u{FEFF}" + lines.joined(separator: end))
    #expect(lesson.source.lines == lines)
    #expect(lesson.steps.map(\.code) == ["x\ny\n"])
    #expect(lesson.steps.map(\.fenceLine) == [9])
    #expect(lesson.title == "T")
  }

  @Test(arguments: [
    ("512", 512 << 20), ("2 GB", 2 << 30), ("1.5GiB", 3 << 29), ("64 kb", 64 << 10), ("\"1 TB\"", 1 << 40),
  ])
  func memory(_ text: String, _ bytes: Int) throws {
    #expect(try read("---\nmemory: \(text)\n---\n").frontMatter.memoryLimit == bytes)
  }

  @Test(arguments: ["-1", "0", "1e99 GB", "GB", "1 2", "9999999 TB", "[]"])
  func wrongMemory(_ text: String) throws {
    #expect(try diagnostics(in: "---\nmemory: \(text)\n---\n").map(\.id) == ["wrong-type"])
  }

  @Test func frontMatterMayBeEmptyOrAbsent() throws {
    #expect(try read("---\n---\n").frontMatter == FrontMatter())
    #expect(try read("---\n# a comment\n...\ntext").frontMatter == FrontMatter())
    #expect(try read("text\n\n---\n").blocks.last?.kind == .thematicBreak)
  }

  @Test func textsStayText() throws {
    let matter = try read("---\ntitle: 2024-01-05\nsubtitle: no\ndescription: 1e3\nlang: no\nauthor: 7\n---\n")
      .frontMatter
    #expect(matter.title == "2024-01-05")
    #expect(matter.subtitle == "no")
    #expect(matter.description == "1e3")
    #expect(matter.lang == "no")
    #expect(matter.authors == ["7"])
  }
}
