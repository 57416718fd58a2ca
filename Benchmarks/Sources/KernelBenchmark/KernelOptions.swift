// The command line of the kernel benchmark. Paths start at the current folder, which is the repository's.

import Foundation
import Measuring

/// What is measured, how often, and with which Python.
struct KernelOptions {
  var repetitions = 5
  /// Only rows whose title contains this.
  var only = ""
  var library = ".build/lib/lesson"
  /// The Python that may have PyTorch: `PYTHON` of the environment, else `python3`.
  var python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  /// - Throws: `Problem` for anything but the options below, each with its value.
  init() throws {
    let usage = "the options are --repetitions N, --only WORDS, --library FOLDER and --python PATH"
    try readOptions(usage: usage) { name, value in
      switch name {
      case "--repetitions": return read(value, into: &repetitions)
      case "--only": only = value
      case "--library": library = value
      case "--python": python = value
      default: return false
      }
      return true
    }
  }
}
