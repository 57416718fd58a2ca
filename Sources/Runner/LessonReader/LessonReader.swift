// Markdown text -> Lesson.

import LessonModel

public enum LessonReader {
  /// Reads a lesson: YAML front matter, then CommonMark 0.30 with GFM tables, task lists, strikethrough, alerts and
  /// footnotes, whose fenced `swift` blocks are steps (Documentation/Authoring.md describes the format).
  ///
  /// For example:
  ///
  ///     let lesson = try LessonReader.read(bytes, fileName: "03-dtypes.md")
  ///     print(lesson.title, lesson.steps.count)
  ///
  /// - Parameters:
  ///   - bytes: The file's content: UTF-8, lines ended by `\n`, `\r\n` or `\r`.
  ///   - fileName: The name without its folder, used in messages and positions.
  /// - Throws: `UnusableLesson` for a file that is empty, too large or not UTF-8 text; `LessonErrors` with every error
  ///   found in front matter, step options, fences and footnotes.
  public static func read(_ bytes: [UInt8], fileName: String) throws -> Lesson {
    let text = try LessonText(bytes, fileName: fileName)
    var findings = Findings()
    let (frontMatter, skipped) = readFrontMatter(text.lines, &findings)
    let manuscript = manuscript(of: text, after: skipped, &findings)
    var reader = BlockReader(manuscript, text, defaults: frontMatter.stepDefaults, findings)
    var content: (blocks: [Block], footnotes: [Footnote]) = ([], [])
    withMarkdownTree(manuscript.text) { content = reader.read($0) }
    try reader.findings.throwIfAny()
    return Lesson(
      source: text.source, frontMatter: frontMatter,
      title: frontMatter.title ?? firstHeading(content.blocks) ?? stem(of: fileName), blocks: content.blocks,
      steps: reader.steps.steps, footnotes: content.footnotes)
  }

  private static func manuscript(of text: LessonText, after skipped: Int, _ findings: inout Findings) -> Manuscript {
    var marks = Marks(unusedIn: text.lines)
    let lines = text.lines.enumerated().dropFirst(skipped).map { index, bytes in
      ManuscriptLine(bytes: marks.hideTildes(bytes), line: index + 1)
    }
    var manuscript = Manuscript(lines: lines, marks: marks)
    manuscript.liftFootnotes(&findings)
    manuscript.liftTables()
    return manuscript
  }

  private static func firstHeading(_ blocks: [Block]) -> String? {
    for block in blocks {
      if case .heading(_, let inlines) = block.kind, !inlines.plainText.isEmpty { return inlines.plainText }
    }
    return nil
  }

  /// The file's name without `.md`.
  private static func stem(of fileName: String) -> String {
    guard let dot = fileName.lastIndex(of: "."), dot > fileName.startIndex else { return fileName }
    return String(fileName[..<dot])
  }
}
