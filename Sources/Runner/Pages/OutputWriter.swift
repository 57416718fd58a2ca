// What a step printed and displayed, as it stands on the page.

import LessonModel

struct OutputWriter {
  let options: StepOptions
  private(set) var out = Markup()

  init(options: StepOptions) { self.options = options }

  /// Writes outputs in their order; the last display carries the step's caption.
  mutating func write(_ outputs: [Output]) {
    let captioned = outputs.lastIndex { if case .display = $0 { true } else { false } }
    for (index, output) in outputs.enumerated() {
      switch output {
      case .stdout(let text): stream(text, "stdout")
      case .stderr(let text): stream(text, "stderr")
      case .display(let bundle): figure(bundle, caption: index == captioned ? options.figCap : nil)
      }
    }
  }

  // MARK: Streams

  private mutating func stream(_ text: String, _ name: String) {
    guard !text.isEmpty else { return }
    let cut = CutText(text)
    out.raw("<div class=\"\(name)\"\(name == "stderr" ? " role=\"group\" aria-label=\"Standard error\"" : "")>")
    plain(cut.head)
    if cut.omittedBytes > 0 {
      out.raw("<p class=\"cut\">\(cut.note)</p>")
      plain(cut.tail)
    }
    out.raw("</div>\n")
  }

  private mutating func plain(_ utf8: ArraySlice<UInt8>) {
    out.raw("<pre\(Self.isWide(utf8) ? " tabindex=\"0\"" : "")><samp>")
    out.raw(TerminalText.markup(utf8))
    out.raw("</samp></pre>")
  }

  /// Whether a line may be too long for the page, so that the block must be reached to scroll it.
  private static func isWide(_ utf8: ArraySlice<UInt8>) -> Bool {
    utf8.split(separator: UInt8(ascii: "\n")).contains { $0.count > 60 }
  }

  // MARK: Displays

  private mutating func figure(_ bundle: MIMEBundle, caption: String?) {
    out.raw("<figure class=\"display\">")
    display(bundle)
    if let caption {
      out.raw("<figcaption>")
      out.text(caption)
      out.raw("</figcaption>")
    }
    out.raw("</figure>\n")
  }

  /// The richest form that can be shown safely.
  private mutating func display(_ bundle: MIMEBundle) {
    for type in ["text/html", "image/svg+xml"] {
      guard let markup = bundle.text(type).map(Sanitizer.displayMarkup), !markup.isEmpty else { continue }
      return rich(markup, alt: type == "image/svg+xml" ? alt(bundle) : options.figAlt)
    }
    for (type, signature) in Self.signatures {
      guard let bytes = bundle.data[type], bytes.starts(with: signature) else { continue }
      return picture(DataURI.of(bytes, type: type), alt: alt(bundle))
    }
    let cut = CutText(bundle.text("text/plain") ?? "")
    plain(cut.head)
    guard cut.omittedBytes > 0 else { return }
    out.raw("<p class=\"cut\">\(cut.note)</p>")
    plain(cut.tail)
  }

  /// The first bytes of the pictures that browsers show: PNG (12.1 of its specification), JPEG (SOI and a marker).
  private static let signatures: [(type: String, bytes: [UInt8])] = [
    ("image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ("image/jpeg", [0xff, 0xd8, 0xff]),
  ]

  private mutating func rich(_ markup: Markup, alt: String?) {
    let isPicture = alt?.isEmpty == false
    out.raw("<div class=\"rich\" tabindex=\"0\" role=\"\(isPicture ? "img" : "group")\"")
    out.attribute("aria-label", isPicture ? alt ?? "" : "Displayed value")
    out.raw(">")
    out.raw(markup)
    out.raw("</div>")
  }

  private mutating func picture(_ uri: String, alt: String) {
    out.raw("<img")
    out.attribute("src", uri)
    out.attribute("alt", alt)
    out.raw(" />")
  }

  /// What a picture shows, in words: the author's, else the value's own description.
  private func alt(_ bundle: MIMEBundle) -> String {
    options.figAlt ?? String((bundle.text("text/plain") ?? "").unicodeScalars.prefix(300))
  }
}
