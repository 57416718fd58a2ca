// The command line of the captioner benchmark. Paths start at the current folder, which is the repository's.

import Foundation
import Measuring

/// What is measured, how often, and with which Python.
struct CaptionerOptions {
  var repetitions = 3
  var picture = "Lessons/Pictures/orange-star.jpg"
  var library = ".build/lib/lesson"
  /// The Python that may have transformers: `PYTHON` of the environment, else `python3`.
  var python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  /// - Throws: `Problem` for anything but the options below, each with its value.
  init() throws {
    let usage = "the options are --repetitions N, --picture FILE, --library FOLDER and --python PATH"
    try readOptions(usage: usage) { name, value in
      switch name {
      case "--repetitions": return read(value, into: &repetitions)
      case "--picture": picture = value
      case "--library": library = value
      case "--python": python = value
      default: return false
      }
      return true
    }
  }
}
