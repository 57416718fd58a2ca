// Text of a lesson on the terminal: it may not move the cursor, change the title or colour what follows.

extension String {
  /// The text with control characters in a form that can be seen, `␛` for the escape character; tabs and line ends stay.
  ///
  /// Marks that turn the direction of writing are shown as well: they make a line read as something it is not.
  var withoutControls: String {
    String(String.UnicodeScalarView(unicodeScalars.map(\.visible)))
  }
}

extension Unicode.Scalar {
  fileprivate var visible: Unicode.Scalar {
    switch value {
    case 0x09, 0x0a: self
    // The pictures of control characters stand in the order of the characters.
    case 0..<0x20: Unicode.Scalar(0x2400 + value) ?? "\u{fffd}"
    case 0x7f: "\u{2421}"
    case 0x80..<0xa0, 0x202a...0x202e, 0x2066...0x2069: "\u{fffd}"
    default: self
    }
  }
}
