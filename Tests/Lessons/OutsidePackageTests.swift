// The runtime as a library of somebody else's package.

import Foundation
import Testing

@Suite struct OutsidePackageTests {
  /// Built beside this package's own products, so that a second run has little to do.
  private var folder: URL { package.appendingPathComponent(".build/outside") }

  @Test func anotherPackageUsesLessonKit() throws {
    try write("Package.swift", manifest)
    try write("Sources/Outside/main.swift", program)
    let result = try run(["swift", "run", "--quiet", "Outside"])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.hasSuffix("tensor([0.3340, 0.6680], dtype=bfloat16)\n30\n"), "\(result.output)")
  }

  private var manifest: String {
    """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "Outside",
      platforms: [.macOS(.v15)],
      dependencies: [.package(name: "lesson", path: "../..")],
      targets: [.executableTarget(name: "Outside", dependencies: [.product(name: "LessonKit", package: "lesson")])]
    )
    """
  }

  private var program: String {
    """
    import LessonKit

    print(try Tensor([1.0 / 3, 2.0 / 3]).to(.bfloat16))
    print(try DummyModel().parameterCount)
    """
  }

  private func write(_ name: String, _ text: String) throws {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
