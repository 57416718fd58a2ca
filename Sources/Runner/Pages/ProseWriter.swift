// Prose alone as CommonMark and GFM HTML, the form in which it can be compared with other implementations.

import LessonModel

public enum ProseWriter {
  /// The blocks as libcmark prints them (0.30), and GFM's additions as its specification shows them.
  ///
  /// With `rawHTML`, HTML and the destinations of links stand as they were written, which is only for comparing with
  /// libcmark's `CMARK_OPT_UNSAFE`; without, HTML is shown as text and links with a scheme that is not known to be
  /// harmless lead nowhere. Steps leave nothing.
  public static func html(_ blocks: [Block], rawHTML: Bool) -> String {
    var renderer = ProseRenderer(rawHTML: rawHTML ? .verbatim : .shown)
    renderer.blocks(blocks)
    return renderer.out.string
  }
}
