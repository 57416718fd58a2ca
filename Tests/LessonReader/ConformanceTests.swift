// Every example of the CommonMark 0.30 specification, and GFM's of tables, task lists and strikethrough.

import CCMark
import Foundation
import LessonReader
import Pages
import Testing

private struct Specification: Decodable {
  struct Example: Decodable, Sendable, CustomTestStringConvertible {
    var example: Int
    var section: String
    var markdown: String
    var html: String?

    var testDescription: String { "\(section) \(example)" }
  }

  var examples: [Example]

  static func examples(_ file: String) -> [Example] {
    let data = (try? Data(contentsOf: fixture(file))) ?? Data()
    return (try? JSONDecoder().decode(Specification.self, from: data))?.examples ?? []
  }
}

/// What libcmark itself makes of a text.
private func libcmarkHTML(_ markdown: String) -> String {
  guard let html = cmark_markdown_to_html(markdown, markdown.utf8.count, CMARK_OPT_UNSAFE) else { return "" }
  defer { free(html) }
  return String(cString: html)
}

/// What our reader and page writer make of it; the empty front matter keeps a text that starts with `---` from being taken for one.
private func ourHTML(_ markdown: String) throws -> String {
  ProseWriter.html(try read("---\n---\n" + markdown).blocks, rawHTML: true)
}

@Suite struct ConformanceTests {
  @Test func examplesAreComplete() {
    #expect(Specification.examples("commonmark-0.30.json").count == 652)
    #expect(Specification.examples("gfm.json").count == 12)
  }

  @Test(arguments: Specification.examples("commonmark-0.30.json"))
  fileprivate func commonMark(_ example: Specification.Example) throws {
    #expect(try ourHTML(example.markdown) == libcmarkHTML(example.markdown))
  }

  @Test(arguments: Specification.examples("gfm.json"))
  fileprivate func gitHubFlavored(_ example: Specification.Example) throws {
    #expect(try ourHTML(example.markdown) == example.html)
  }

  /// Arbitrary pieces of CommonMark, alone and below a footnote and a table, which send them through a rewritten
  /// text.
  @Test func randomTexts() throws {
    var random = RandomPieces()
    for _ in 0..<500 {
      let text = "first\n\n" + random.text(of: pieces, count: 24)
      let html = libcmarkHTML(text)
      #expect(try ourHTML(text) == html)
      #expect(try ourHTML("[^note]: x\n\n" + text) == html)
      #expect(try ourHTML("| a |\n| - |\n\n" + text).hasSuffix("</table>\n" + html))
    }
  }

  private var pieces: [String] {
    [
      "```sh\n", "```\n", "~~~\n", "> ", "- ", "1. ", "# ", "---\n", "===\n", "\t", "    ", "  ", "\n", "\n\n", "\r\n",
      "*", "**", "_", "`", "[", "![", "](y)", "[a]", "\n[a]: b\n", "\\", "a", "é", ".", "&amp;", "<b>", "<div>\n",
      "<!--",
      "-->", "<http://y>",
    ]
  }
}
