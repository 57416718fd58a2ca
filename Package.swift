// swift-tools-version: 6.1
// Lesson: runs Markdown lessons whose steps are real Swift. Documentation/Architecture.md is the map.

import PackageDescription

let package = Package(
  name: "lesson",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "lesson", targets: ["lesson"]),
    .executable(name: "lesson-host", targets: ["StepHost"]),
    .executable(name: "lesson-fetch", targets: ["lesson-fetch"]),
    .library(name: "LessonKit", type: .dynamic, targets: ["LessonKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
  ],
  targets: runner + host + runtime + tests
)

/// What turns a lesson into a page.
var runner: [Target] {
  [
    .executableTarget(name: "lesson", dependencies: ["Commands"], path: "Sources/lesson"),
    .target(
      name: "Commands",
      dependencies: [
        "LessonModel", "LessonReader", "StepBuilder", "Session", "Pages", "ModelHub", "Processes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Runner/Commands"
    ),
    .target(name: "LessonModel", path: "Sources/Runner/LessonModel"),
    .target(
      name: "LessonReader",
      dependencies: ["LessonModel", "CCMark", .product(name: "Yams", package: "Yams")],
      path: "Sources/Runner/LessonReader"
    ),
    .target(
      name: "StepBuilder",
      dependencies: [
        "LessonModel", "Processes",
        .product(name: "SwiftSyntax", package: "swift-syntax"),
        .product(name: "SwiftParser", package: "swift-syntax"),
        .product(name: "SwiftIDEUtils", package: "swift-syntax"),
      ],
      path: "Sources/Runner/StepBuilder"
    ),
    .target(
      name: "Session", dependencies: ["LessonModel", "Processes", "StepBuilder", "WireFormat"],
      path: "Sources/Runner/Session"),
    .target(name: "Processes", path: "Sources/Runner/Processes"),
    .target(name: "ModelHub", path: "Sources/Runner/ModelHub"),
    // Apart from the command, because the network's libraries take longer to load than many a lesson to run.
    .target(name: "ModelFetcher", dependencies: ["ModelHub"], path: "Sources/Runner/ModelFetcher"),
    .executableTarget(name: "lesson-fetch", dependencies: ["ModelFetcher", "ModelHub"], path: "Sources/lesson-fetch"),
    .target(name: "Pages", dependencies: ["LessonModel"], path: "Sources/Runner/Pages"),
    .systemLibrary(
      name: "CCMark", path: "Sources/Runner/CCMark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"])]),
  ]
}

/// The process in which steps run. C, because it forks.
var host: [Target] {
  [
    .target(name: "WireFormat", path: "Sources/Host/WireFormat"),
    .target(name: "Sandbox", path: "Sources/Host/Sandbox", cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "StepHost", dependencies: ["WireFormat", "Sandbox"], path: "Sources/Host/StepHost",
      cSettings: [.define("_GNU_SOURCE")],
      // So that the host's own definitions stand before those of these libraries for all that is loaded later.
      linkerSettings: [
        .linkedLibrary("swift_Concurrency", .when(platforms: [.linux])),
        .linkedLibrary("swiftDispatch", .when(platforms: [.linux])),
      ]),
  ]
}

/// What a lesson imports; it never sees the runner.
var runtime: [Target] {
  [
    .target(name: "LessonKit", dependencies: ["Models", "NeuralNets", "Tensors"], path: "Sources/Runtime/LessonKit"),
    .target(name: "NeuralNets", dependencies: ["Tensors"], path: "Sources/Runtime/NeuralNets"),
    .target(name: "Tensors", dependencies: ["CKernels"], path: "Sources/Runtime/Tensors"),
    .target(name: "CKernels", path: "Sources/Runtime/CKernels"),
    .target(
      name: "Models", dependencies: ["Tensors", "NeuralNets", "CImageCodecs"], path: "Sources/Runtime/Models",
      exclude: ["Tokenizers/make_decompositions.py"]),
    .target(name: "CImageCodecs", dependencies: ["CJPEG", "CPNG"], path: "Sources/Runtime/CImageCodecs/Codecs"),
    .systemLibrary(
      name: "CJPEG", path: "Sources/Runtime/CImageCodecs/CJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CPNG", path: "Sources/Runtime/CImageCodecs/CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
  ]
}

/// One folder per room.
var tests: [Target] {
  [
    .testTarget(
      name: "LessonReaderTests", dependencies: ["LessonModel", "LessonReader", "Pages"], path: "Tests/LessonReader",
      exclude: ["Fixtures"]),
    // Tries what the sandbox forbids.
    .executableTarget(name: "SandboxProbe", path: "Tests/Host/Probe", cSettings: [.define("_GNU_SOURCE")]),
    .testTarget(
      name: "HostTests", dependencies: ["StepHost", "SandboxProbe", "WireFormat", "Processes"], path: "Tests/Host",
      exclude: ["Probe"]),
    .testTarget(
      name: "PagesTests", dependencies: ["LessonModel", "Pages"], path: "Tests/Pages", exclude: ["Fixtures"]),
    .testTarget(
      name: "StepBuilderTests", dependencies: ["LessonModel", "StepBuilder"], path: "Tests/StepBuilder",
      exclude: ["Fixtures"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "CKernels"], path: "Tests/Tensors"),
    .testTarget(name: "NeuralNetsTests", dependencies: ["Tensors", "NeuralNets"], path: "Tests/NeuralNets"),
    .testTarget(
      name: "ModelsTests", dependencies: ["Tensors", "NeuralNets", "Models"], path: "Tests/Models",
      exclude: ["Reference"]),
    // A hub in the test process, on 127.0.0.1.
    .target(name: "LoopbackHub", path: "Tests/LoopbackHub"),
    .testTarget(
      name: "ModelHubTests", dependencies: ["ModelHub", "ModelFetcher", "lesson-fetch", "LoopbackHub", "Models"],
      path: "Tests/ModelHub"),
    .testTarget(name: "LessonKitTests", dependencies: ["LessonKit"], path: "Tests/LessonKit"),
    .testTarget(name: "MisuseTests", dependencies: ["LessonKit"], path: "Tests/Misuse"),
    // They run the installed command, which `make build` leaves in .build.
    .testTarget(
      name: "LessonsTests", dependencies: ["LoopbackHub"], path: "Tests/Lessons", exclude: ["Reference", "Steps"]),
  ]
}
