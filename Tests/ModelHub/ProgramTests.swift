// The program that fetches, as a process: two at once, a full disk, a sudden end.

import Foundation
import LoopbackHub
import Testing

@testable import ModelHub

/// A started `lesson-fetch`.
private struct Fetch {
  let process = Process()
  let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()

  /// - Parameter prelude: Shell commands that come first, such as limits.
  init(_ scene: Scene, after prelude: String = "true") throws {
    // Beside this program, which is that of the tests.
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("lesson-fetch").path
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\(prelude); exec \"$0\" owner/captioner main", program]
    process.environment = scene.environment
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Waits for its end.
  func end() -> (status: Int32, output: String, errors: String) {
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let progress = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said.trimmingCharacters(in: .newlines), progress)
  }
}

@Suite struct ProgramTests {
  @Test func saysWhereTheModelIs() throws {
    try withScene { scene in
      let (status, output, errors) = try Fetch(scene).end()
      #expect(status == 0)
      #expect(output == scene.modelFolder.appendingPathComponent("snapshots/\(commit)").path)
      #expect(
        errors.hasPrefix(
          "fetching owner/captioner (main): 5 files, 300.1 kB\nfetched owner/captioner (main): 300.1 kB in"))
    }
  }

  @Test func saysWhatWentWrong() throws {
    try withScene { scene in
      scene.hub.intercept { _ in Response(401, headers: ["X-Error-Code": "GatedRepo"]) }
      let (status, output, _) = try Fetch(scene).end()
      #expect(status == 1)
      #expect(output.hasPrefix("owner/captioner is open only to those whom its owner accepts: "))
    }
  }

  @Test func twoAtOnceFetchEachFileOnce() throws {
    try withScene { scene in
      scene.hub.interceptStorage { _, response in
        var response = response
        response.pause = 0.05
        return response
      }
      let fetches = try (0..<3).map { _ in try Fetch(scene) }
      let ends = fetches.map { $0.end() }
      #expect(ends.map(\.status) == [0, 0, 0])
      #expect(ends.contains { $0.errors.contains("waiting for another fetch of model.safetensors") })
      #expect(scene.hub.storageRequests.count == 1)
      #expect(scene.names(in: "snapshots/\(commit)").count == 5)
      #expect(try Data(contentsOf: scene.weightsBlob()) == noise(300_000))
    }
  }

  @Test func aFetchThatEndsSuddenlyLeavesWhatArrived() throws {
    try withScene { scene in
      scene.hub.interceptStorage { request, response in
        var response = response
        if request.offset == 0 { response.hangsAfter = 100_000 }
        return response
      }
      let fetch = try Fetch(scene)
      let part = try scene.weightsBlob().appendingPathExtension("incomplete").path
      let deadline = Date() + 10
      while (try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int) ?? 0 < 100_000, Date() < deadline {
        Thread.sleep(forTimeInterval: 0.02)
      }
      // Its standard input ends, as it does when `lesson` is killed.
      try fetch.input.fileHandleForWriting.close()
      #expect(fetch.end().status == 130)
      #expect(try Fetch(scene).end().status == 0)
      #expect(scene.hub.storageRequests.map(\.offset) == [0, 100_000])
      #expect(try Data(contentsOf: scene.weightsBlob()) == noise(300_000))
    }
  }

  @Test func aDiskWithoutRoomIsToldBeforeAnythingIsFetched() throws {
    try withScene { scene in
      let etag = try scene.weightsBlob().lastPathComponent
      scene.hub.intercept { request in
        guard request.path.hasSuffix("/model.safetensors") else { return nil }
        let size = String(Int.max / 2)
        return Response(
          302,
          headers: [
            "X-Repo-Commit": commit, "X-Linked-Etag": "\"\(etag)\"", "X-Linked-Size": size,
            "Location": "http://localhost/",
          ])
      }
      let (status, output, _) = try Fetch(scene).end()
      #expect(status == 1)
      #expect(
        output.hasPrefix("\(scene.root.path) has room for ") && output.hasSuffix("set HF_HUB_CACHE to another folder."))
      #expect(scene.names(in: "blobs") == [])
    }
  }

  /// The limit of files' size stands for a disk that fills up: the same call fails, in the middle of a file.
  @Test func aDiskThatFillsUp() throws {
    try withScene { scene in
      let (status, output, _) = try Fetch(scene, after: "ulimit -f 200").end()
      #expect(status == 1)
      let part = try scene.weightsBlob().appendingPathExtension("incomplete").path
      #expect(output.hasPrefix("\(part) cannot be written: File too large. Make room there"))
      #expect(!FileManager.default.fileExists(atPath: part))
      #expect(scene.names(in: "refs") == [])
      #expect(try Fetch(scene).end().status == 0)
    }
  }

  #if os(Linux)
    @Test func aFullDevice() throws {
      try withScene { scene in
        let part = try scene.weightsBlob().appendingPathExtension("incomplete").path
        try makeFolder(of: part)
        try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: "/dev/full")
        let (status, output, _) = try Fetch(scene).end()
        #expect(status == 1)
        #expect(output.hasPrefix("\(part) cannot be written: No space left on device. Make room there"))
        #expect(try Fetch(scene).end().status == 0)
      }
    }
  #endif

  @Test func aCacheThatMayNotBeWritten() throws {
    try withScene { scene in
      try Data().write(to: scene.root)
      let (status, output, _) = try Fetch(scene).end()
      #expect(status == 1)
      #expect(output.contains(" cannot be written: "))
    }
  }
}
