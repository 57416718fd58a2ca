// The elements and attributes that foreign markup may use; everything else is left out.

/// Allow-lists of HTML and SVG. None of the elements runs, loads or submits anything, or changes how what follows is
/// parsed.
enum SafeMarkup {
  /// The name to write for an element, nil for one that is left out.
  static func element(_ name: String, inSVG: Bool) -> String? {
    if inSVG { return svgElements[name] }
    return name == "svg" || htmlElements.contains(name) ? name : nil
  }

  /// The name to write for an attribute of an element, nil for one that is left out.
  static func attribute(_ name: String, of element: String, inSVG: Bool) -> String? {
    if commonAttributes.contains(name) { return name }
    if inSVG { return svgAttributes[name] }
    return htmlAttributes[element]?.contains(name) == true ? name : nil
  }

  /// The classes that displays may use, in order; nil when none is left. Others belong to the page.
  static func classes(_ value: String) -> String? {
    let names = value.split(whereSeparator: \.isWhitespace).filter { name in
      name.hasPrefix("lk-") && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
    }
    return names.isEmpty ? nil : names.joined(separator: " ")
  }

  /// Whether the value of a presentation attribute could load something: any `url()` but one of the page itself, and
  /// any escape that might hide one.
  static func refersOutside(_ value: String) -> Bool {
    let text = value.lowercased()
    if text.utf8.contains(UInt8(ascii: "\\")) || text.utf8.contains(UInt8(ascii: "&")) && text.contains("(") {
      return true
    }
    return text.contains("url(") || text.contains("image(") || text.contains("image-set(") || text.contains("src(")
  }

  static let void: Set<String> = ["br", "hr", "img", "col", "wbr"]

  /// Elements whose content is not for reading.
  static let hidden: Set<String> = [
    "script", "style", "iframe", "object", "template", "noscript", "noembed", "noframes", "textarea", "title", "xmp",
    "plaintext", "math", "select", "audio", "video", "canvas", "head",
  ]

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  private static let htmlElements = Set(
    words(
      """
      a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 \
      h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table \
      tbody td tfoot th thead time tr u ul var wbr
      """))

  /// By their names in lower case.
  private static let svgElements = Dictionary(
    uniqueKeysWithValues: words(
      """
      g path rect circle ellipse line polyline polygon text tspan title desc defs marker symbol pattern clipPath mask \
      linearGradient radialGradient stop
      """
    ).map { ($0.lowercased(), $0) })

  private static let commonAttributes: Set<String> = [
    "class", "title", "lang", "dir", "role", "aria-label", "aria-hidden",
  ]

  private static let htmlAttributes: [String: Set<String>] = [
    "a": ["href"], "img": ["src", "alt", "width", "height", "align"], "ol": ["start", "type", "reversed"],
    "li": ["value"], "details": ["open"], "time": ["datetime"], "col": ["span"], "colgroup": ["span"],
    "td": ["colspan", "rowspan", "align"], "th": ["colspan", "rowspan", "align", "scope"],
    "p": ["align"], "div": ["align"], "h1": ["align"], "h2": ["align"], "h3": ["align"],
  ]

  /// By their names in lower case.
  private static let svgAttributes = Dictionary(
    uniqueKeysWithValues: words(
      """
      viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry dx dy d points transform fill \
      fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap \
      stroke-linejoin stroke-miterlimit opacity font-size font-family font-weight font-style text-anchor \
      dominant-baseline alignment-baseline baseline-shift letter-spacing textLength lengthAdjust rotate visibility \
      display vector-effect shape-rendering text-rendering paint-order offset stop-color stop-opacity color \
      writing-mode pathLength xmlns
      """
    ).map { ($0.lowercased(), $0) })
}
