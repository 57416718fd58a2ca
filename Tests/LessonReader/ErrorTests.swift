// Every error in a lesson's markup: its place, its words, and that all are listed at once.

import LessonModel
import LessonReader
import Testing

@Suite struct FileErrorTests {
  private func message(_ bytes: [UInt8]) throws -> String? {
    do {
      _ = try LessonReader.read(bytes, fileName: "lesson.md")
      return nil
    } catch let error as UnusableLesson {
      return error.message
    }
  }

  @Test(arguments: [[], Array(" \n\t\r\n".utf8), [0xEF, 0xBB, 0xBF, 0x0A]])
  func empty(_ bytes: [UInt8]) throws {
    #expect(try message(bytes) == "lesson.md is empty.")
  }

  @Test func invalidUTF8HasAPosition() throws {
    #expect(try message(Array("# é\nab".utf8) + [0xC3, 0x28]) == "lesson.md is not UTF-8: see the byte at 2:3.")
    #expect(try message(Array("é ".utf8) + [0xED, 0xA0, 0x80]) == "lesson.md is not UTF-8: see the byte at 1:4.")
  }

  @Test func binaryFiles() throws {
    #expect(try message(Array("a\nbc".utf8) + [0]) == "lesson.md is not a text file: it has a zero byte at 2:3.")
    #expect(try message([0xFF, 0xFE, 0x23, 0x00]) == "lesson.md is UTF-16; save it as UTF-8.")
  }

  @Test func sizeLimit() throws {
    let bytes = Array(repeating: UInt8(ascii: "\n"), count: 16 << 20)
    #expect(try message(bytes + [UInt8(ascii: "x")]) == "lesson.md is larger than 16 MB.")
    #expect(try message(bytes) == "lesson.md is empty.")
  }
}

@Suite struct FrontMatterErrorTests {
  @Test func allAreListed() throws {
    let lesson = """
      ---
      titel: Typo
      toc: maybe
      author: [Ada, [Grace]]
      execute:
        evla: true
        echo: "true"
        timeout: -1
      memory: 2 parsecs
      swift: 4
      lang: not a tag
      nothing-like-it: 1
      subtitle:
      ---
      """
    #expect(
      try errors(in: lesson) == [
        "2:1 unknown-option: There is no option `titel` here.",
        "3:6 wrong-type: `toc` wants true or false, not `maybe`.",
        "4:9 wrong-type: `author` wants a name or a list of names, not a list.",
        "6:3 unknown-option: There is no option `evla` here.",
        "7:9 wrong-type: `echo` wants true or false, not `true`.",
        "8:12 wrong-type: `timeout` wants a number of seconds above 0, not `-1`.",
        "9:9 wrong-type: `memory` wants a size such as `512 MB` or `2 GB`, not `2 parsecs`.",
        "10:8 wrong-type: `swift` wants a language mode, 5 or 6, not `4`.",
        "11:7 wrong-type: `lang` wants a language tag such as `en` or `de-CH`, not `not a tag`.",
        "12:1 unknown-option: There is no option `nothing-like-it` here.",
        "13:1 wrong-type: `subtitle` wants text, not nothing.",
      ])
  }

  @Test func nearestNameIsOffered() throws {
    let hints = try hints(in: "---\ntitel: x\nexecute:\n  evla: true\n---\n")
    #expect(hints == ["Did you mean `title`?", "Did you mean `eval`?"])
  }

  @Test func columnsCountBytes() throws {
    #expect(
      try errors(in: "---\ntítulo: é: 1\n---\n") == [
        "2:12 invalid-yaml: The front matter is not valid YAML: mapping values are not allowed in this context."
      ])
    #expect(
      try errors(in: "---\nexecute: {eval: true, écho: true, été: 1}\n---\n") == [
        "2:23 unknown-option: There is no option `écho` here.", "2:36 unknown-option: There is no option `été` here.",
      ])
  }

  @Test func repeatedKeys() throws {
    let lesson =
      "---\ntitle: a\ntimeout: 1\n'title': b\nexecute:\n  eval: true\n  timeout: 2\n  eval: no\ntitle: c\nx: 1\n---\n"
    #expect(
      try errors(in: lesson) == [
        "4:1 duplicate-key: `title` is given twice, first on line 2.",
        "8:3 duplicate-key: `eval` is given twice, first on line 6.",
        "8:9 wrong-type: `eval` wants true or false, not `no`.",
        "9:1 duplicate-key: `title` is given twice, first on line 2.",
        "10:1 unknown-option: There is no option `x` here.",
      ])
  }

  @Test func brokenYAML() throws {
    #expect(
      try errors(in: "---\ntitle: a\n  toc: true\n---\n") == [
        "3:6 invalid-yaml: The front matter is not valid YAML: mapping values are not allowed in this context."
      ])
    #expect(
      try errors(in: "---\njust text\n---\n") == [
        "2:1 invalid-yaml: The front matter must be lines of the form `name: value`."
      ])
    #expect(try errors(in: "---\ntitle: *nobody\n---\n").first?.hasPrefix("2:8 invalid-yaml") == true)
  }

  @Test func neverClosed() throws {
    #expect(
      try errors(in: "---\ntitle: a\n\n# Text\n") == [
        "1:1 unclosed-front-matter: The front matter that starts here is never closed."
      ])
  }

  @Test func stepsAreReadEvenSo() throws {
    let lesson = "---\nx: 1\n---\n```swift\n//| evla: 1\n```\n"
    #expect(
      try errors(in: lesson) == [
        "2:1 unknown-option: There is no option `x` here.", "5:5 unknown-option: There is no option `evla` here.",
      ])
  }
}

@Suite struct StepErrorTests {
  @Test func optionsHaveThePositionsOfTheLesson() throws {
    let lesson = """
      - > ```swift
        > //| evla: true
        > //|echo: 3
        > code
        > ```
      """
    #expect(
      try errors(in: lesson) == [
        "2:9 unknown-option: There is no option `evla` here.",
        "3:14 wrong-type: `echo` wants true or false, not `3`.",
      ])
  }

  @Test func wrongTypes() throws {
    let lesson = """
      ```swift
      //| code-fold: maybe
      //| label: two words
      //| fig-cap: [a]
      //| timeout: soon
      //| output: asis
      ```
      """
    #expect(
      try errors(in: lesson) == [
        "2:16 wrong-type: `code-fold` wants true, false or show, not `maybe`.",
        "3:12 wrong-type: `label` wants a word without spaces, not `two words`.",
        "4:14 wrong-type: `fig-cap` wants text, not a list.",
        "5:14 wrong-type: `timeout` wants a number of seconds above 0, not `soon`.",
        "6:13 wrong-type: `output` wants true or false, not `asis`.",
      ])
  }

  @Test func repeatedLabels() throws {
    let step = "```swift\n//| echo: true\n//| label: x\n```\n"
    let diagnostics = try diagnostics(in: step + step)
    #expect(
      diagnostics.map(describe) == ["7:5 duplicate-label: The label `x` is already that of the step on line 3."])
    #expect(diagnostics.first?.notes.map(describe) == ["3:5 : It is first used here."])
  }

  @Test func lateOptions() throws {
    let lesson = "```swift\n\n//| echo: true\nlet x = 1\n  //| label: a\n//| a comment\n//|-----: art |\n```\n"
    #expect(
      try errors(in: lesson) == [
        "3:1 late-option: The option `echo` comes too late.", "5:3 late-option: The option `label` comes too late.",
      ])
  }

  @Test func fences() throws {
    let fences = ["swift ingore", "Swift", "{swift}", "swift,ignore", "swift ignore", "swiftui", "sh", "SWIFT  x"]
    let lesson = fences.map { "``` \($0)\n```\n" }.joined()
    #expect(
      try errors(in: lesson) == [
        "1:5 fence-word: A fence's `swift` cannot be followed by `ingore`.",
        "3:5 fence-word: `Swift` is not how a step's fence is marked.",
        "5:5 fence-word: `{swift}` is not how a step's fence is marked.",
        "7:5 fence-word: `swift,ignore` is not how a step's fence is marked.",
        "15:5 fence-word: `SWIFT` is not how a step's fence is marked.",
      ])
    #expect(try hints(in: lesson).first == "Did you mean `ignore`?")
  }

  @Test(arguments: [
    ("```swift\nlet x = 1\n", "1:1"), ("text\n\n~~~~swift\n```\n~~~\n", "3:1"), ("> ```swift\n> x\n\n```\n", "1:3"),
    ("- ```swift\n  x\n```\ny\n```\n", "1:3"), ("```swift", "1:1"), ("> ```swift\n```\n", "1:3"),
  ])
  func unclosed(_ lesson: String, _ place: String) throws {
    #expect(try errors(in: lesson) == ["\(place) unclosed-step: The step that starts here is never closed."])
  }

  @Test(arguments: ["```swift\n```", "~~~swift\n~~~~~  \n", "> - ```swift\n>   x\n>   ```\n```\n", "```swift\n   ```"])
  func closed(_ lesson: String) throws {
    #expect(try errors(in: lesson) == [])
  }
}

@Suite struct FootnoteErrorTests {
  @Test func definitions() throws {
    let lesson = """
      [^a][^b]

      [^a]: one
      [^A]: again

      > [^b]: quoted

      [^c]: text

          ```swift
          x
          ```
      """
    #expect(
      try errors(in: lesson) == [
        "4:1 duplicate-footnote: The footnote `A` is defined twice, first on line 3.",
        "6:3 misplaced-footnote: A footnote cannot be defined inside a quotation.",
        "10:5 step-in-footnote: A footnote cannot hold a step.",
      ])
  }
}
