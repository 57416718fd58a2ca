// The runtime as a library of somebody else's package.

import Foundation
import Testing

@Suite struct OutsidePackageTests {
  /// Built beside this package's own products, so that a second run has little to do.
  private var folder: URL { package.appendingPathComponent(".build/outside") }

  @Test func anotherPackageTestsWithLessonKit() throws {
    try write("Package.swift", manifest)
    try write("Sources/Outside/Halves.swift", library)
    try write("Tests/OutsideTests/HalvesTests.swift", tests)
    let result = try run(["swift", "test"])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("2 tests in 0 suites passed"), "\(result.output)")
  }

  private var manifest: String {
    """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "Outside",
      platforms: [.macOS(.v15)],
      dependencies: [.package(name: "lesson", path: "../..")],
      targets: [
        .target(name: "Outside", dependencies: [.product(name: "LessonKit", package: "lesson")]),
        .testTarget(name: "OutsideTests", dependencies: ["Outside"]),
      ]
    )
    """
  }

  private var library: String {
    """
    import LessonKit

    /// Half of each element, in bfloat16.
    public func halves(_ values: [Double]) throws -> Tensor {
      try (Tensor(values) / 2).to(.bfloat16)
    }
    """
  }

  private var tests: String {
    """
    import LessonKit
    import Outside
    import Testing

    @Test func halvesAreRounded() throws {
      #expect("\\(try halves([2.0 / 3, 4.0 / 3]))" == "tensor([0.3340, 0.6680], dtype=bfloat16)")
    }

    @Test func modelsHaveTheirParameters() throws {
      #expect(try DummyModel().parameterCount == 30)
    }
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
