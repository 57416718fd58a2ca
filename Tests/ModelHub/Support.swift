// What the tests of the hub share: a captioner's files with made-up contents, and a fetch with short waits.

import Foundation
import LoopbackHub
import Testing

@testable import ModelFetcher
@testable import ModelHub

let commit = String(repeating: "a1", count: 20)
let laterCommit = String(repeating: "b2", count: 20)

/// Bytes without a period that a wrong offset could hide behind.
func noise(_ count: Int, seed: UInt64 = 1) -> Data {
  var state = seed
  return Data(
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    })
}

/// The files of a model that can be run.
func captionerFiles(weights: Int = 300_000, seed: UInt64 = 1) -> [String: Data] {
  [
    "config.json": Data(#"{"model_type": "blip"}"#.utf8), "preprocessor_config.json": Data("{}".utf8),
    "tokenizer.json": Data(#"{"version": "1.0"}"#.utf8), "vocab.txt": Data("[PAD]\n[UNK]\n".utf8),
    "README.md": Data("not needed".utf8), "tf_model.h5": noise(10), "model.safetensors": noise(weights, seed: seed),
  ]
}

/// A hub with one model, and an empty cache.
struct Scene {
  let hub: FakeHub
  let root: URL
  var settings: HubSettings

  init(_ files: [String: Data] = captionerFiles(), token: String? = nil) throws {
    hub = try FakeHub()
    try hub.publish(files, as: "owner/captioner", commit: commit)
    root = FileManager.default.temporaryDirectory.appendingPathComponent("hub-tests-\(UUID().uuidString)")
    settings = HubSettings(environment: [
      "HF_ENDPOINT": hub.endpoint, "HF_HUB_CACHE": root.path, "HF_HUB_ETAG_TIMEOUT": "0.5",
      "HF_HUB_DOWNLOAD_TIMEOUT": "0.5", "HF_TOKEN": token ?? "",
    ])
  }

  /// What a process needs to know of it.
  var environment: [String: String] {
    [
      "HF_ENDPOINT": hub.endpoint, "HF_HUB_CACHE": root.path, "HF_HUB_ETAG_TIMEOUT": "5",
      "HF_HUB_DOWNLOAD_TIMEOUT": "5", "PATH": "/usr/bin:/bin",
    ]
  }

  func fetch(
    _ name: String = "owner/captioner", revision: String = "main", attempts: Int = 4, partSize: Int = 64 << 20,
    progress: FetchProgress = .silent
  ) throws -> URL {
    let fetcher = ModelFetcher(
      try ModelReference(name, revision: revision), settings: settings,
      retries: RetryPolicy(attempts: attempts, firstPause: 0.01), partSize: partSize, progress: progress)
    return URL(fileURLWithPath: try fetcher.fetch())
  }

  var modelFolder: URL { root.appendingPathComponent("models--owner--captioner") }

  /// The names in a folder of the model, hidden ones too, in order.
  func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: modelFolder.appendingPathComponent(path).path)) ?? [])
      .sorted()
  }

  /// Where the weights lie in the cache.
  func weightsBlob() throws -> URL {
    let etag = try checksum("sha256sum", of: captionerFiles()["model.safetensors"] ?? Data())
    return modelFolder.appendingPathComponent("blobs/\(etag)")
  }

  /// Removes what was fetched.
  func cleanUp() { try? FileManager.default.removeItem(at: root) }
}

/// Runs a body on a scene, which is gone afterwards.
func withScene(
  _ files: [String: Data] = captionerFiles(), token: String? = nil, _ body: (Scene) throws -> Void
) throws {
  let scene = try Scene(files, token: token)
  defer { scene.cleanUp() }
  try body(scene)
}

/// The error that a body throws.
func hubError(_ body: () throws -> some Any) -> HubError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? HubError
  }
}

/// Counts from several threads.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  /// The number after this one.
  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
