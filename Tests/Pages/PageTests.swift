// The page around the steps: anchors, contents, pictures, footnotes, colours.

import LessonModel
import Testing

@testable import Pages

@Suite struct PageTests {
  @Test(arguments: [
    ("Hello, World!", "hello-world"), ("1. Bits & `code`", "1-bits--code"), ("Größe 温度", "größe-温度"),
    ("a_b-c", "a_b-c"),
  ]) func slugs(_ text: String, _ slug: String) {
    #expect(Anchors.slug(text) == slug)
  }

  @Test func idsAreGivenOnce() {
    var anchors = Anchors()
    #expect(anchors.label("plot 1") == "plot-1")
    #expect((0..<4).map { _ in anchors.heading("Plot") } == ["plot", "plot-2", "plot-3", "plot-4"])
    #expect(anchors.heading("!?") == "section")
  }

  @Test func headingThatGivesTheTitleIsNotRepeated() {
    var run = run([block(.heading(level: 1, [.text("A "), .code("T")])), block(.paragraph([.text("x")]))])
    run.lesson.title = "A T"
    let page = page(run)
    #expect(page.contains("<h1 id=\"a-t\">A <code>T</code></h1>"))
    #expect(PageCheck(page).elements.count { $0.name == "h1" } == 1)
  }

  @Test func contentsListSecondAndThirdLevel() {
    let blocks = [2, 3, 4, 2].map {
      block(.heading(level: $0, [.link(destination: "/x", title: nil, [.text("H\($0)")])]))
    }
    let page = page(run(blocks))
    #expect(
      page.contains(
        "<li class=\"level-2\"><a href=\"#h2\">H2</a></li>\n<li class=\"level-3\"><a href=\"#h3\">H3</a></li>\n<li class=\"level-2\"><a href=\"#h2-1\">H2</a></li>"
      ))
    var quiet = run(blocks)
    quiet.lesson.frontMatter.toc = false
    #expect(!PagesTests.page(quiet).contains("<nav"))
  }

  @Test func picturesComeFromAssetsOnly() {
    let blocks = [
      block(.paragraph([.image(source: "a.png", title: "t", alt: "A"), .image(source: "b.png", title: nil, alt: "B")]))
    ]
    let page = page(run(blocks), assets: ["a.png": dotPNG, "b.png": "https://evil.example/b.png"])
    #expect(page.contains("<img src=\"\(dotPNG)\" alt=\"A\" title=\"t\" />"))
    #expect(page.contains("B <span class=\"missing-note\">(picture not found: b.png)</span>"))
    #expect(PageCheck(page).problems == [])
  }

  @Test func footnotesLinkBack() {
    let page = page(sampleRun)
    #expect(page.contains("<a href=\"#note:1\" id=\"ref:1:2\" aria-label=\"Footnote 1\">1</a>"))
    #expect(page.contains("href=\"#ref:1:1\"") && page.contains("href=\"#ref:1:2\""))
  }

  @Test func base64() {
    // RFC 4648, section 10.
    let expected = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
    ]
    for (text, code) in expected { #expect(DataURI.base64(Array(text.utf8)) == code) }
  }

  @Test func noBreakSpacesStay() {
    #expect(page(run([block(.paragraph([.text("990\u{a0}MB")]))])).contains("<p>990\u{a0}MB</p>"))
  }
}

/// Contrast by WCAG 2.1: 4.5:1 for text of every size.
@Suite struct ContrastTests {
  private static let pairs: [(ink: String, papers: [String])] =
    [
      ("ink", ["paper", "panel", "accent-soft", "red-soft", "amber-soft", "green-soft", "violet-soft"]),
      ("muted", ["paper", "panel", "red-soft", "amber-soft"]),
      ("accent", ["paper", "panel", "accent-soft", "amber-soft", "red-soft"]),
      ("red", ["paper", "panel", "red-soft"]), ("amber", ["amber-soft"]), ("green", ["green-soft"]),
      ("violet", ["violet-soft"]),
    ] + ["k", "t", "s", "n", "c", "at", "o"].map { ($0, ["panel", "red-soft", "amber-soft"]) }
    + (0..<16).map { ("a\($0)", ["paper", "amber-soft"]) }

  @Test(arguments: [0, 1]) func textIsLegible(_ scheme: Int) {
    let colors = Self.colors(scheme)
    for (ink, papers) in Self.pairs {
      for paper in papers {
        guard let ink = colors[ink], let paper = colors[paper] else { continue }
        #expect(Self.contrast(ink, paper) >= 4.5, "\(ink) on \(paper), \(Self.contrast(ink, paper))")
      }
    }
    #expect(colors.count > 35)
  }

  /// The custom properties of the light or the dark rule.
  private static func colors(_ scheme: Int) -> [String: UInt32] {
    let rules = PageStyles.colors.split(separator: ":root {")
    let matches = String(rules[scheme + (PageStyles.colors.hasPrefix(":root {") ? 0 : 1)]).matches(
      of: /--([a-z0-9-]+): #([0-9a-f]{6})/)
    return Dictionary(uniqueKeysWithValues: matches.map { (String($0.1), UInt32($0.2, radix: 16) ?? 0) })
  }

  private static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  private static func luminance(_ color: UInt32) -> Double {
    let parts = [color >> 16, color >> 8, color].map { Double($0 & 255) / 255 }
    let linear = parts.map { $0 <= 0.03928 ? $0 / 12.92 : power(($0 + 0.055) / 1.055) }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// x to the power of 2.4: the fifth root of x, squared, squared by Newton's method, times x squared.
  private static func power(_ x: Double) -> Double {
    var root = x
    for _ in 0..<60 { root -= (root * root * root * root * root - x) / (5 * root * root * root * root) }
    return x * x * root * root
  }
}
