// The command line of the lesson's benchmark. Paths start at the current folder, which is the repository's.

import Measuring

/// What is measured, and how often.
struct Options {
  var repetitions = 7
  var lesson = "Lessons/03-dtypes.md"
  var command = ".build/bin/lesson"

  /// - Throws: `Problem` for anything but the options below, each with its value.
  init() throws {
    try readOptions(usage: "the options are --repetitions N, --lesson FILE and --command PATH") { name, value in
      switch name {
      case "--repetitions": return read(value, into: &repetitions)
      case "--lesson": lesson = value
      case "--command": command = value
      default: return false
      }
      return true
    }
  }
}
