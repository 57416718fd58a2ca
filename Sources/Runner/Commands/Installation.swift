// Where this installation keeps its parts, and what of the machine it needs.

import Foundation
import LessonModel
import Processes
import StepBuilder

/// The parts that `make build` and `make install` put beside the command, found from the command's own path:
///
///     bin/lesson
///     libexec/lesson/lesson-host, lesson-fetch
///     lib/lesson/libLessonKit.so, main-module.o, modules/, toolchain.json
struct Installation: Sendable {
  let root: URL

  /// The installation that this process was started from.
  static let current = Installation(
    root: executable.deletingLastPathComponent().deletingLastPathComponent())

  private static var executable: URL {
    let path = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return path.resolvingSymlinksInPath()
  }

  var host: String { root.appendingPathComponent("libexec/lesson/lesson-host").path }
  var fetcher: String { root.appendingPathComponent("libexec/lesson/lesson-fetch").path }
  var libraryFolder: URL { root.appendingPathComponent("lib/lesson") }
  var runtime: RuntimeLibrary {
    RuntimeLibrary(
      moduleFolder: libraryFolder.appendingPathComponent("modules").path,
      library: libraryFolder.appendingPathComponent("libLessonKit.\(Self.libraryExtension)").path,
      mainModule: libraryFolder.appendingPathComponent("main-module.o").path)
  }
  private var record: URL { libraryFolder.appendingPathComponent("toolchain.json") }

  /// What is missing of the parts.
  var missingParts: [String] {
    ([host, fetcher, record.path] + runtime.parts).filter { !FileManager.default.fileExists(atPath: $0) }
  }

  static let remedy = "run `make build` in the source folder, or `make install` again"

  #if canImport(Darwin)
    private static let libraryExtension = "dylib"
  #else
    private static let libraryExtension = "so"
  #endif

  /// The toolchain that the runtime library was built with: only that one can import it.
  func builtWith() throws -> Toolchain {
    if let part = missingParts.first {
      throw Failure(.lacking, "\(part) is missing, a part of this installation; \(Self.remedy)")
    }
    guard let data = try? Data(contentsOf: record), let toolchain = Toolchain(targetInfo: Array(data)) else {
      throw Failure(.lacking, "\(record.path) does not name a compiler; \(Self.remedy)")
    }
    return toolchain
  }

  /// The toolchain on this machine.
  ///
  /// - Throws: `Failure` when there is none, or another than the runtime library's.
  func toolchain(cache: BuildCache) async throws -> Toolchain {
    let wanted = try builtWith()
    let found: Toolchain
    do {
      found = try await Toolchain.find(environment: ProcessInfo.processInfo.environment, cache: cache)
    } catch {
      throw Failure(.lacking, String(describing: error))
    }
    guard found.version == wanted.version else {
      throw Failure(
        .lacking,
        "the runtime library was built with \(wanted.version), but the compiler is \(found.version); "
          + "put that compiler first on the PATH, or build lesson again with this one (`make build`)")
    }
    return found
  }
}
