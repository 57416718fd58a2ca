// The programs under test, and the folders that they may use.

import Foundation
import Processes

/// The folder that the package was built to: that of the test program itself.
let buildFolder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

let hostProgram = buildFolder.appendingPathComponent("lesson-host").path
let probeProgram = buildFolder.appendingPathComponent("SandboxProbe").path

/// What every program needs to start: the C library, Swift's, and what they read about the machine.
let systemPolicy =
  ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/proc", "/dev/null", "/dev/urandom", swiftLibraryFolder]
  .flatMap { ["--read", $0] } + ["/lib", "/lib64", "/usr/lib", probeProgram].flatMap { ["--execute", $0] }

/// The compiler on the path.
let swiftCompiler: String = {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
  return folders.map { "\($0)/swiftc" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/bin/swiftc"
}()

/// The folder of the toolchain's libraries.
let swiftLibraryFolder = URL(fileURLWithPath: swiftCompiler).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("lib/swift/linux").path

/// An empty folder of this test's own.
func makeFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lesson-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder.resolvingSymlinksInPath()
}
