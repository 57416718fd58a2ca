// What a fence's info string says about its code.

import LessonModel

/// How fenced code is treated.
enum Fence {
  /// Code that runs.
  case step
  /// Code that is shown.
  case shown
  /// Meant as a step but not written as one.
  case mistaken(message: String, hint: String)

  /// The words that may follow `swift`.
  static let words = ["ignore"]

  init(info: String) {
    let words = info.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let language = words.first else {
      self = .shown
      return
    }
    let rest = words.dropFirst()
    if language != "swift" {
      self = Fence.other(language)
    } else if let unknown = rest.first(where: { !Fence.words.contains($0) }) {
      self = .mistaken(
        message: "A fence's `swift` cannot be followed by `\(unknown.prefix(40))`.",
        hint: hint(for: unknown, among: Fence.words))
    } else {
      self = rest.isEmpty ? .step : .shown
    }
  }

  /// Other spellings of `swift` are refused: code that silently does not run is hard to notice.
  private static func other(_ language: String) -> Fence {
    let name = language.lowercased().drop { "{.".contains($0) }
    let end = name.dropFirst(5).first
    guard name.hasPrefix("swift"), end == nil || end.map({ "},;:{=".contains($0) }) == true else { return .shown }
    return .mistaken(
      message: "`\(language.prefix(40))` is not how a step's fence is marked.",
      hint: "Write `swift` for a step, `swift ignore` for code that does not run; options go on `//|` lines.")
  }
}
