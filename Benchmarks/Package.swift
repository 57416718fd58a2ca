// swift-tools-version: 6.1
// Benchmarks of the command; a package of its own, so that users and tests never build it.

import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  targets: [
    .executableTarget(name: "LessonBenchmarks"),
    .executableTarget(name: "CaptionerBenchmark", exclude: ["Measured"]),
    .executableTarget(name: "KernelBenchmark", exclude: ["Measured"]),
  ]
)
