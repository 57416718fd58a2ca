// The command line of the benchmarks.

/// What is measured, and how often. Paths start at the current folder, which is the repository's.
struct Options {
  var repetitions = 7
  var lesson = "Lessons/03-dtypes.md"
  var command = ".build/bin/lesson"

  /// - Throws: `Problem` for anything but the options below, each with its value.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Self.usage }
      switch name {
      case "--repetitions":
        guard let count = Int(value), count > 0 else { throw Self.usage }
        repetitions = count
      case "--lesson": lesson = value
      case "--command": command = value
      default: throw Self.usage
      }
    }
  }

  private static let usage = Problem(
    description: "the options are --repetitions N, --lesson FILE and --command PATH")
}

/// A reason for which nothing can be measured.
struct Problem: Error, CustomStringConvertible {
  let description: String
}
