// The Swift compiler on this machine.

import Foundation
import Processes

/// A Swift toolchain: its programs, its libraries, and what tells it from others.
public struct Toolchain: Sendable, Codable, Hashable {
  /// The compiler's own words, for example `Swift version 6.3.1 (swift-6.3.1-RELEASE)`.
  public var version: String
  /// The target triple, for example `x86_64-unknown-linux-gnu`.
  public var triple: String
  /// The `usr` folder.
  public var root: String
  /// The folder of the Swift libraries that programs link to.
  public var libraryFolder: String
  /// The folder of what is linked into every library, such as `swiftrt.o`.
  public var startFileFolder: String

  public var frontend: String { "\(root)/bin/swift-frontend" }
  public var linker: String { "\(root)/bin/ld.lld" }
  public var symbolizer: String { "\(root)/bin/llvm-symbolizer" }
  public var demangler: String { "\(root)/bin/swift-demangle" }
  public var pluginFolder: String { "\(root)/lib/swift/host/plugins" }
  public var pluginServer: String { "\(root)/lib/swift/host/libSwiftInProcPluginServer.so" }

  /// Why there is no toolchain to work with.
  public struct Missing: Error, CustomStringConvertible {
    public let description: String
  }

  /// Asks the `swiftc` on the path (or in `LESSON_SWIFTC`) about itself; the answer is kept in `cache` until that
  /// program changes.
  public static func find(environment: [String: String], cache: BuildCache) async throws -> Toolchain {
    guard let compiler = compilerPath(environment) else {
      throw Missing(description: "there is no swiftc on the PATH; install Swift 6 from https://swift.org/install")
    }
    let key = "toolchain\n\(compiler)\n\(fileStamp(compiler))"
    if let known: Toolchain = cache.value(for: key) { return known }
    let result = try await run([compiler, "-print-target-info"], environment: environment)
    guard result.exitStatus == 0, let toolchain = Toolchain(targetInfo: result.output) else {
      throw Missing(
        description: "\(compiler) does not answer as a Swift 6 compiler does; `\(compiler) --version` should")
    }
    cache.store(toolchain, for: key)
    return toolchain
  }

  private static func compilerPath(_ environment: [String: String]) -> String? {
    if let chosen = environment["LESSON_SWIFTC"] { return chosen }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/swiftc" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Reads the JSON of `swiftc -print-target-info`; nil when it is not that.
  public init?(targetInfo: [UInt8]) {
    struct Info: Decodable {
      struct Target: Decodable { var triple: String }
      struct Paths: Decodable {
        var runtimeLibraryPaths: [String]
        var runtimeLibraryImportPaths: [String]
        var runtimeResourcePath: String
      }
      var compilerVersion: String
      var target: Target
      var paths: Paths
    }
    guard let info = try? JSONDecoder().decode(Info.self, from: Data(targetInfo)),
      let libraries = info.paths.runtimeLibraryPaths.first, let startFiles = info.paths.runtimeLibraryImportPaths.last
    else { return nil }
    version = info.compilerVersion
    triple = info.target.triple
    root =
      URL(fileURLWithPath: info.paths.runtimeResourcePath).deletingLastPathComponent().deletingLastPathComponent()
      .path
    libraryFolder = libraries
    startFileFolder = startFiles
  }
}

/// What changes when a file is replaced: its size and its modification time in nanoseconds.
func fileStamp(_ path: String) -> String {
  var status = stat()
  guard stat(path, &status) == 0 else { return "missing" }
  #if canImport(Darwin)
    let time = status.st_mtimespec
  #else
    let time = status.st_mtim
  #endif
  return "\(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
}
