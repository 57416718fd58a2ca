// What each room may import: the arrows of Documentation/Architecture.md.

import Foundation
import Testing

@Suite struct RoomTests {
  /// For each room the modules of this package and of its dependencies that it may know. The system's are free.
  static let allowed: [String: Set<String>] = [
    "lesson": ["Commands"],
    "lesson-fetch": ["ModelFetcher", "ModelHub"],
    "Runner/Commands": [
      "LessonModel", "LessonReader", "StepBuilder", "Session", "Pages", "Processes", "ModelHub", "ArgumentParser",
    ],
    "Runner/LessonModel": [],
    "Runner/LessonReader": ["LessonModel", "CCMark", "Yams"],
    "Runner/StepBuilder": ["LessonModel", "Processes", "SwiftSyntax", "SwiftParser", "SwiftIDEUtils"],
    "Runner/Session": ["LessonModel", "StepBuilder", "Processes", "WireFormat"],
    "Runner/Pages": ["LessonModel"],
    "Runner/Processes": [],
    "Runner/ModelHub": [],
    "Runner/ModelFetcher": ["ModelHub", "FoundationNetworking"],
    "Runtime/LessonKit": ["Models", "NeuralNets", "Tensors"],
    "Runtime/Models": ["NeuralNets", "Tensors", "CImageCodecs"],
    "Runtime/NeuralNets": ["Tensors"],
    "Runtime/Tensors": ["CKernels"],
  ]

  static let system: Set<String> = [
    "Foundation", "Dispatch", "Glibc", "Musl", "Darwin", "Swift", "Synchronization",
  ]

  @Test(arguments: allowed.keys.sorted()) func aRoomKnowsOnlyItsNeighbours(room: String) throws {
    let permitted = try #require(Self.allowed[room]).union(Self.system)
    let files = try swiftFiles(in: room)
    #expect(!files.isEmpty)
    for file in files {
      for module in imports(in: try String(contentsOf: file, encoding: .utf8)) where !permitted.contains(module) {
        Issue.record("\(room)/\(file.lastPathComponent) imports \(module)")
      }
    }
  }

  @Test func everyRoomIsNamed() throws {
    for building in ["Runner", "Runtime"] {
      let folders = try FileManager.default.contentsOfDirectory(atPath: sources.appendingPathComponent(building).path)
      let rooms = try folders.filter { try !swiftFiles(in: "\(building)/\($0)").isEmpty }.map { "\(building)/\($0)" }
      #expect(Set(rooms).subtracting(Self.allowed.keys) == [])
    }
  }

  private var sources: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources")
  }

  private func swiftFiles(in room: String) throws -> [URL] {
    let folder = sources.appendingPathComponent(room)
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix(".swift") }.map { folder.appendingPathComponent($0) }
  }

  /// The modules in lines such as `@_exported import Tensors` or `import struct Foundation.URL`.
  private func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let line = line.drop { $0 == " " }
      let before = #/(?:@\S+ )*(?:(?:public|internal|package|private|fileprivate) )?import /#
      guard let keyword = line.prefixMatch(of: before)?.range.upperBound else { return nil }
      let kind = #/(?:(?:struct|class|enum|protocol|func|var|let|typealias) )?(\w+)/#
      return line[keyword...].prefixMatch(of: kind).map { String($0.1) }
    }
  }
}
