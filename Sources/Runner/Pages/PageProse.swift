// What the prose of a page has beyond CommonMark: anchors, pictures within the page, highlighted code, steps.

import LessonModel

struct PageProse {
  var anchors: Anchors
  /// The headings met so far.
  private(set) var headings: [Heading] = []
  /// Pictures by their source in the Markdown, as `data:` URIs.
  let assets: [String: String]
  let highlight: (String) -> [HighlightSpan]
  /// The markup of a step by its place in the lesson; nil when it is not shown.
  let step: (Int) -> Markup?

  struct Heading {
    var level: Int
    var id: String
    var inlines: [Inline]
  }

  init(
    anchors: Anchors, assets: [String: String], highlight: @escaping (String) -> [HighlightSpan],
    step: @escaping (Int) -> Markup?
  ) {
    self.anchors = anchors
    self.assets = assets
    self.highlight = highlight
    self.step = step
  }

  /// Gives a heading its id and enters it into the contents.
  mutating func anchorHeading(_ level: Int, _ inlines: [Inline]) -> String {
    let id = anchors.heading(inlines.plainText)
    headings.append(Heading(level: level, id: id, inlines: inlines))
    return id
  }

  /// Code that does not run.
  func listing(_ code: String, language: String?) -> Markup {
    let spans = language?.lowercased() == "swift" ? highlight(code) : []
    return CodeListing(code, spans: spans).block(language: language)
  }

  /// A picture, or in its place what it shows and why it is not there; never a request.
  func image(_ source: String, _ title: String?, _ alt: String) -> Markup {
    var out = Markup()
    guard let uri = assets[source], DataURI.isPicture(uri) else {
      out.raw("<span class=\"missing\">")
      out.text(alt)
      out.raw(" <span class=\"missing-note\">(picture not found: ")
      out.visible(source.utf8)
      out.raw(")</span></span>")
      return out
    }
    out.raw("<img")
    out.attribute("src", uri)
    out.attribute("alt", alt)
    if let title, !title.isEmpty { out.attribute("title", title) }
    out.raw(" />")
    return out
  }
}
