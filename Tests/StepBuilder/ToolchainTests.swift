// A toolchain described by its own compiler.

import Foundation
import Testing

@testable import StepBuilder

@Suite struct ToolchainTests {
  private let answer = """
    {
      "compilerVersion": "Swift version 6.3.1 (swift-6.3.1-RELEASE)",
      "swiftCompilerTag": "swift-6.3.1-RELEASE",
      "target": {"triple": "x86_64-unknown-linux-gnu", "moduleTriple": "x86_64-unknown-linux-gnu"},
      "paths": {
        "runtimeLibraryPaths": ["/swift/usr/lib/swift/linux"],
        "runtimeLibraryImportPaths": ["/swift/usr/lib/swift/linux/x86_64", "/swift/usr/lib/swift/start"],
        "runtimeResourcePath": "/swift/usr/lib/swift"
      }
    }
    """

  @Test func whatTheCompilerSays() throws {
    let toolchain = try #require(Toolchain(targetInfo: Array(answer.utf8)))
    #expect(toolchain.version == "Swift version 6.3.1 (swift-6.3.1-RELEASE)")
    #expect(toolchain.triple == "x86_64-unknown-linux-gnu")
    #expect(toolchain.root == "/swift/usr")
    #expect(toolchain.libraryFolder == "/swift/usr/lib/swift/linux")
    #expect(toolchain.startFileFolder == "/swift/usr/lib/swift/start")
    #expect(toolchain.frontend == "/swift/usr/bin/swift-frontend")
    #expect(toolchain.linker == "/swift/usr/bin/ld.lld")
  }

  @Test(arguments: [
    "", "{}", "swift-driver version: 1.0", "[1]",
    #"{"compilerVersion": "6", "target": {"triple": "t"}, "paths": {"runtimeLibraryPaths": [], "#
      + #""runtimeLibraryImportPaths": [], "runtimeResourcePath": "/"}}"#,
  ])
  func otherAnswers(_ text: String) { #expect(Toolchain(targetInfo: Array(text.utf8)) == nil) }

  @Test func aMachineWithoutACompilerIsToldSo() async {
    let cache = BuildCache(folder: URL(fileURLWithPath: "/nowhere"))
    await #expect(throws: Toolchain.Missing.self) { try await Toolchain.find(environment: [:], cache: cache) }
    await #expect(throws: Toolchain.Missing.self) {
      try await Toolchain.find(environment: ["PATH": "/nowhere"], cache: cache)
    }
    await #expect(throws: (any Error).self) {
      try await Toolchain.find(environment: ["LESSON_SWIFTC": "/bin/true"], cache: cache)
    }
  }

  @Test func aReplacedFileHasAnotherStamp() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("lesson-stamp-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(fileStamp(file.path) == "missing")
    try Data("a".utf8).write(to: file)
    let first = fileStamp(file.path)
    #expect(fileStamp(file.path) == first)
    try Data("ab".utf8).write(to: file)
    #expect(fileStamp(file.path) != first)
  }
}
