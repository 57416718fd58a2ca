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
}
