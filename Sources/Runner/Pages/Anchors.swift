// Names by which the page's parts can be linked to.

import LessonModel

/// Gives out ids, each once. Ids of headings are GitHub's; ids that the page makes up itself have a colon, which a
/// heading's cannot.
struct Anchors {
  private var taken: Set<String> = []
  /// The number that a name's next repetition tries first.
  private var numbers: [String: Int] = [:]

  /// Takes a step's label, word for word but for white space.
  mutating func label(_ label: String) -> String {
    unique(String(String.UnicodeScalarView(label.unicodeScalars.map { $0.properties.isWhitespace ? "-" : $0 })))
  }

  /// The id of a heading: GitHub's, lower case, spaces as hyphens, punctuation left out, numbered when taken.
  mutating func heading(_ text: String) -> String {
    let slug = Self.slug(text)
    return unique(slug.isEmpty ? "section" : slug)
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    while !taken.insert(candidate).inserted {
      numbers[name, default: 0] += 1
      candidate = "\(name)-\(numbers[name, default: 0])"
    }
    return candidate
  }

  static func slug(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars {
      if scalar == " " { result.append("-") } else if isWordPart(scalar) { result.append(scalar) }
    }
    return String(result)
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .connectorPunctuation:
      true
    default: scalar == "-"
    }
  }
}
