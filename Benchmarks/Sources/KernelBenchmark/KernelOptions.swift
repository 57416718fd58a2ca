// The command line of the kernel benchmark. Paths start at the current folder, which is the repository's.

import Foundation

/// What is measured, how often, and with which Python.
struct KernelOptions {
  var repetitions = 5
  /// Only rows whose title contains this.
  var only = ""
  var library = ".build/lib/lesson"
  /// The Python that may have PyTorch: `PYTHON` of the environment, else `python3`.
  var python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  /// - Throws: `KernelProblem` for anything but the options below, each with its value.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Self.usage }
      switch name {
      case "--repetitions":
        guard let count = Int(value), count > 0 else { throw Self.usage }
        repetitions = count
      case "--only": only = value
      case "--library": library = value
      case "--python": python = value
      default: throw Self.usage
      }
    }
  }

  private static let usage = KernelProblem(
    description: "the options are --repetitions N, --only WORDS, --library FOLDER and --python PATH")
}
