// The two sides of a pair: the lesson as `lesson run` runs it, and its steps as one plain program.

import Foundation

/// How each side is run, on the text that the files hold.
struct Sides {
  let command: URL
  let files: BenchmarkFiles

  private var programs: Programs { Programs(log: files.log) }

  /// A step of the lesson may fail, status 1: the run is complete all the same.
  func runLesson(_ extra: [String] = []) throws -> Cost {
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_CACHE_HOME"] = files.cache.path
    return try programs.run(
      [command.path, "run", files.lesson.path, "-o", files.page.path, "--quiet"] + extra, environment: environment,
      accepted: [0, 1])
  }

  /// Builds the steps as one file against the command's own runtime library, as a user of the library would.
  func runPlain() throws -> Measurement.Plain {
    let root = command.deletingLastPathComponent().deletingLastPathComponent()
    let library = root.appendingPathComponent("lib/lesson").path
    let environment = ProcessInfo.processInfo.environment
    let build = try programs.run(
      [
        "swiftc", files.source.path, "-o", files.program.path, "-suppress-warnings", "-I", "\(library)/modules",
        "-L", library, "-lLessonKit", "-Xlinker", "-rpath", "-Xlinker", library,
        "-module-cache-path", files.plainModules.path,
      ], environment: environment)
    return Measurement.Plain(build: build, run: try programs.run([files.program.path], environment: environment))
  }

  /// The least that the command can do.
  func startCommand() throws -> Cost {
    try programs.run([command.path, "--version"], environment: ProcessInfo.processInfo.environment)
  }
}
