// The command line of the captioner benchmark. Paths start at the current folder, which is the repository's.

import Foundation

/// What is measured, how often, and with which Python.
struct CaptionerOptions {
  var repetitions = 3
  var picture = "Lessons/Pictures/orange-star.jpg"
  var library = ".build/lib/lesson"
  /// The Python that may have transformers: `PYTHON` of the environment, else `python3`.
  var python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  /// - Throws: `CaptionerProblem` for anything but the options below, each with its value.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Self.usage }
      switch name {
      case "--repetitions":
        guard let count = Int(value), count > 0 else { throw Self.usage }
        repetitions = count
      case "--picture": picture = value
      case "--library": library = value
      case "--python": python = value
      default: throw Self.usage
      }
    }
  }

  private static let usage = CaptionerProblem(
    description: "the options are --repetitions N, --picture FILE, --library FOLDER and --python PATH")
}

/// A reason for which nothing can be measured.
struct CaptionerProblem: Error, CustomStringConvertible {
  let description: String
}
