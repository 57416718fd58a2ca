// Prose as CommonMark and GFM print it.

import LessonModel
import Pages
import Testing

@Suite struct ProseTests {
  @Test func emphasisAndLinks() {
    let blocks = [
      block(.heading(level: 2, [.text("A "), .emphasis([.text("b")])])),
      block(
        .paragraph([.link(destination: "/ä b", title: "t\"", [.text("x & y")]), .softBreak, .code("<a>"), .lineBreak])),
    ]
    #expect(
      ProseWriter.html(blocks, rawHTML: true) == """
        <h2>A <em>b</em></h2>
        <p><a href="/%C3%A4%20b" title="t&quot;">x &amp; y</a>
        <code>&lt;a&gt;</code><br />
        </p>

        """)
  }
}

func block(_ kind: Block.Kind) -> Block { Block(kind, at: SourceSpan(at: SourcePosition(line: 1, column: 1))) }
