// swift-tools-version: 6.1
// Measurements of Lesson; a package of its own, so that neither users nor tests build it.

import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  targets: [.executableTarget(name: "LessonBenchmarks")]
)
