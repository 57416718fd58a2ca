// swift-tools-version: 6.1
// Benchmarks of the command; a package of its own, so that users and tests never build it.

import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  targets: [
    .target(name: "Measuring"),
    .executableTarget(name: "LessonBenchmarks", dependencies: ["Measuring"]),
    .executableTarget(name: "CaptionerBenchmark", dependencies: ["Measuring"], exclude: ["Measured"]),
    .executableTarget(name: "KernelBenchmark", dependencies: ["Measuring"], exclude: ["Measured"]),
  ]
)
