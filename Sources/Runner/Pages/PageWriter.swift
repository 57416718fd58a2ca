// A lesson that ran, as one HTML file that needs nothing else.

import LessonModel

/// What a page shows beyond the run itself.
public struct PageOptions: Sendable, Hashable {
  /// Whether steps tell how long they took; such a page differs from run to run.
  public var showsTimings: Bool

  public init(showsTimings: Bool = false) { self.showsTimings = showsTimings }
}

public enum PageWriter {
  /// The page of a run. It makes no request, needs no script, and is the same for the same run.
  ///
  /// - Parameters:
  ///   - assets: pictures that the prose names, by their source in the Markdown, as `data:` URIs. One that is
  ///     missing is shown by its description.
  ///   - highlight: the colours of a piece of Swift code.
  public static func page(
    for run: LessonRun, options: PageOptions, assets: [String: String],
    highlight: @escaping (String) -> [HighlightSpan]
  ) -> String {
    var anchors = Anchors()
    var labels: [Int: String] = [:]
    for step in run.lesson.steps { labels[step.index] = step.options.label.map { anchors.label($0) } }
    let steps = StepWriter(run: run, options: options, labels: labels, highlight: highlight)
    let prose = PageProse(anchors: anchors, assets: assets, highlight: highlight, step: steps.section)
    var page = PageAssembly(run: run, options: options, prose: prose)
    return page.html()
  }
}

/// The parts of one page, written body first: the contents are known only then.
struct PageAssembly {
  private let run: LessonRun
  private let options: PageOptions
  private var renderer: ProseRenderer
  private var out = Markup()

  private var lesson: Lesson { run.lesson }
  private var front: FrontMatter { run.lesson.frontMatter }

  init(run: LessonRun, options: PageOptions, prose: PageProse) {
    self.run = run
    self.options = options
    renderer = ProseRenderer(rawHTML: run.lesson.frontMatter.rawHTML ? .sanitized : .shown, page: prose)
  }

  mutating func html() -> String {
    let title = self.title()
    let titleText = lesson.title
    let titleID = renderer.page?.anchors.heading(titleText) ?? ""
    let body = self.body()
    head()
    out.raw("<body>\n<a class=\"skip-link\" href=\"#\(Self.mainID)\">Skip to the lesson</a>\n")
    masthead(title, id: titleID)
    contents()
    out.raw("<main id=\"\(Self.mainID)\">\n")
    out.raw(body)
    out.raw("</main>\n")
    footer()
    out.raw("</body>\n</html>\n")
    return out.string
  }

  private static let mainID = "page:lesson"

  // MARK: Head

  /// Nothing is fetched, run or submitted, whatever the page may hold.
  private static let contentPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

  private mutating func head() {
    out.raw("<!DOCTYPE html>\n<html")
    out.attribute("lang", front.lang)
    out.raw(">\n<head>\n<meta charset=\"utf-8\">\n")
    out.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"\(Self.contentPolicy)\">\n")
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    out.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
    if let description = front.description { meta("description", description) }
    for author in front.authors { meta("author", author) }
    out.raw("<meta name=\"generator\" content=\"Lesson\">\n<title>")
    out.text(lesson.title)
    // Without an icon of its own a browser asks the server for one.
    out.raw("</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n")
    out.raw(PageStyles.css)
    out.raw(DisplayStyles.css)
    out.raw("</style>\n</head>\n")
  }

  private mutating func meta(_ name: String, _ content: String) {
    out.raw("<meta name=\"\(name)\"")
    out.attribute("content", content)
    out.raw(">\n")
  }

  // MARK: Masthead

  /// The title's markup: the first heading's where the title is taken from it.
  private mutating func title() -> Markup {
    var title = renderer.empty
    if let inlines = titleHeading { title.inlines(inlines.withoutLinks) } else { title.out.text(lesson.title) }
    return title.out
  }

  /// The heading with which a lesson begins, when it says what the title says; it is not shown twice.
  private var titleHeading: [Inline]? {
    guard case .heading(_, let inlines)? = lesson.blocks.first?.kind, inlines.plainText == lesson.title else {
      return nil
    }
    return inlines
  }

  private mutating func masthead(_ title: Markup, id: String) {
    out.raw("<header class=\"masthead\">\n<h1")
    out.attribute("id", id)
    out.raw(">")
    out.raw(title)
    out.raw("</h1>\n")
    if let subtitle = front.subtitle { line("subtitle", subtitle) }
    if let description = front.description { line("description", description) }
    let byline = [front.authors.joined(separator: ", "), front.date ?? ""].filter { !$0.isEmpty }
    if !byline.isEmpty { line("byline", byline.joined(separator: " · ")) }
    out.raw(Banner(run: run).markup)
    out.raw("</header>\n")
  }

  private mutating func line(_ name: String, _ text: String) {
    out.raw("<p class=\"\(name)\">")
    out.text(text)
    out.raw("</p>\n")
  }

  // MARK: Body

  private mutating func body() -> Markup {
    renderer.blocks(titleHeading == nil ? lesson.blocks : Array(lesson.blocks.dropFirst()))
    footnotes()
    return renderer.out
  }

  private mutating func footnotes() {
    let notes = lesson.footnotes
    guard !notes.isEmpty else { return }
    renderer.container("section", " class=\"footnotes\" aria-label=\"Footnotes\"") { renderer in
      renderer.container("ol") { renderer in
        for (index, note) in notes.enumerated() { renderer.footnote(note, number: index + 1) }
      }
    }
  }

  /// The headings of the second and third level, when there are enough to choose from.
  private mutating func contents() {
    let entries = (renderer.page?.headings ?? []).filter { $0.level == 2 || $0.level == 3 }
    guard front.toc, entries.count > 1 else { return }
    out.raw("<nav class=\"contents\" aria-label=\"Contents\">\n<p class=\"contents-title\">Contents</p>\n<ol>\n")
    for entry in entries {
      var text = renderer.empty
      text.inlines(entry.inlines.withoutLinks)
      out.raw("<li class=\"level-\(entry.level)\"><a href=\"#\(Links.escaped(entry.id))\">")
      out.raw(text.out)
      out.raw("</a></li>\n")
    }
    out.raw("</ol>\n</nav>\n")
  }

  // MARK: Footer

  private mutating func footer() {
    out.raw("<footer class=\"colophon\">\n<p>\(extent) by Lesson from <code>")
    out.visible(lesson.source.fileName.utf8)
    out.raw("</code>")
    if options.showsTimings { out.raw(" in \(seconds(totalTime))") }
    out.raw(".</p>\n</footer>\n")
  }

  private var extent: String {
    let (count, reached) = (lesson.steps.count, run.outcomes.count)
    if count == 0 { return "Written" }
    return (reached < count ? "\(reached) of " : "")
      + "\(count) \(count == 1 ? "step" : "steps"), run from top to bottom"
  }

  private var totalTime: Double {
    run.outcomes.compactMap(\.timing).reduce(0) { $0 + $1.build + $1.run }
  }
}

extension ProseRenderer {
  /// A renderer of the same kind that has written nothing.
  var empty: ProseRenderer { ProseRenderer(rawHTML: rawHTML, page: page) }

  /// A footnote with links back to its references, at the end of its last paragraph.
  mutating func footnote(_ note: Footnote, number: Int) {
    out.raw("<li id=\"\(FootnoteAnchors.note(number))\">\n")
    var blocks = note.blocks
    var last: [Inline]?
    if case .paragraph(let inlines)? = blocks.last?.kind { last = inlines; blocks.removeLast() }
    self.blocks(blocks)
    element("p") { renderer in
      renderer.inlines(last ?? [])
      for occurrence in 1...max(1, note.referenceCount) { renderer.backLink(number, occurrence) }
    }
    out.raw("</li>\n")
  }

  private mutating func backLink(_ number: Int, _ occurrence: Int) {
    let again = occurrence > 1 ? "<sup>\(occurrence)</sup>" : ""
    out.raw(
      " <a class=\"back\" href=\"#\(FootnoteAnchors.reference(number, occurrence))\""
        + " aria-label=\"Back to reference \(occurrence) of footnote \(number)\">↩\(again)</a>")
  }
}

extension Sequence where Element == Inline {
  /// The text for a title or a link of the contents, which must hold no link or raw HTML itself.
  var withoutLinks: [Inline] {
    flatMap { inline -> [Inline] in
      switch inline {
      case .link(_, _, let children): children.withoutLinks
      case .emphasis(let children): [.emphasis(children.withoutLinks)]
      case .strong(let children): [.strong(children.withoutLinks)]
      case .strikethrough(let children): [.strikethrough(children.withoutLinks)]
      case .image(_, _, let alt): [.text(alt)]
      case .footnoteReference, .html: []
      case .softBreak, .lineBreak: [.text(" ")]
      case .text, .code: [inline]
      }
    }
  }
}
