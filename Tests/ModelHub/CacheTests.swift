// The cache as others leave it, and the settings as others read them.

import Foundation
import LoopbackHub
import Models
import Testing

@testable import ModelFetcher
@testable import ModelHub

@Suite struct CacheTests {
  /// The layout that huggingface_hub 2.4 left after `snapshot_download` of such a model: files in blobs, relative links,
  /// a ref without a newline, what it looked for in vain in `.no_exist`, a lock file that stays.
  private func layOutAsPython(_ scene: Scene, leavingOut absent: Set<String> = []) throws {
    for (name, bytes) in captionerFiles() where !absent.contains(name) {
      let isLarge = name.hasSuffix(".safetensors")
      let etag = try isLarge ? checksum("sha256sum", of: bytes) : gitChecksum(of: bytes)
      try write(bytes, to: scene.modelFolder.appendingPathComponent("blobs/\(etag)"))
      try write(Data(), to: scene.root.appendingPathComponent(".locks/models--owner--captioner/\(etag).lock"))
      let link = scene.modelFolder.appendingPathComponent("snapshots/\(commit)/\(name)")
      try makeFolder(of: link.path)
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "../../blobs/\(etag)")
    }
    try write(Data(commit.utf8), to: scene.modelFolder.appendingPathComponent("refs/main"))
    try write(Data(), to: scene.modelFolder.appendingPathComponent(".no_exist/\(commit)/generation_config.json"))
  }

  private func write(_ data: Data, to file: URL) throws {
    try makeFolder(of: file.path)
    try data.write(to: file)
  }

  @Test func whatPythonFetchedIsFound() throws {
    try withScene { scene in
      try layOutAsPython(scene)
      let snapshot = scene.modelFolder.appendingPathComponent("snapshots/\(commit)").path
      let cache = ModelHub.HubCache(root: scene.root.path, model: try ModelReference("owner/captioner"))
      #expect(cache.wholeSnapshot == snapshot)
      #expect(try Models.HubCache(folder: scene.root.path).snapshot(of: "owner/captioner") == snapshot)
      #expect(try scene.fetch().path == snapshot)
      #expect(scene.hub.requests.allSatisfy { $0.method == "HEAD" } && scene.hub.storageRequests.isEmpty)
      #expect(!scene.hub.requests.contains { $0.path.hasSuffix("/generation_config.json") })
    }
  }

  @Test func whatPythonLeftOutIsFetched() throws {
    try withScene { scene in
      try layOutAsPython(scene, leavingOut: ["model.safetensors", "vocab.txt"])
      let cache = ModelHub.HubCache(root: scene.root.path, model: try ModelReference("owner/captioner"))
      #expect(cache.snapshot != nil && cache.wholeSnapshot == nil)
      _ = try scene.fetch()
      #expect(cache.wholeSnapshot != nil)
      #expect(Set(scene.hub.requests.filter { $0.method == "GET" }.map(\.path)).count == 2)
    }
  }

  @Test func aShardThatIsMissingMakesASnapshotIncomplete() throws {
    var files = captionerFiles()
    files["model.safetensors"] = nil
    files["model.safetensors.index.json"] = Data(
      #"{"weight_map": {"a": "m1.safetensors", "b": "m2.safetensors"}}"#.utf8)
    files["m1.safetensors"] = noise(50)
    files["m2.safetensors"] = noise(60)
    try withScene(files) { scene in
      let folder = try scene.fetch()
      let cache = ModelHub.HubCache(root: scene.root.path, model: try ModelReference("owner/captioner"))
      #expect(cache.wholeSnapshot == folder.path)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("m2.safetensors"))
      #expect(cache.wholeSnapshot == nil)
    }
  }

  @Test(arguments: [
    ["HOME": "/home/a"], ["HOME": "/home/a", "XDG_CACHE_HOME": "/caches"], ["HOME": "/home/a", "HF_HOME": "~/hf"],
    ["HOME": "/home/a", "HF_HOME": "/hf", "HF_HUB_CACHE": "/hub"], ["HUGGINGFACE_HUB_CACHE": "/old"],
    ["HOME": "/home/a", "HF_HOME": "", "HF_HUB_CACHE": "", "XDG_CACHE_HOME": ""],
  ])
  func runnerAndRuntimeLookInTheSameFolder(environment: [String: String]) {
    let runtime = Models.HubCache { environment[$0] }
    #expect(HubSettings(environment: environment).cacheFolder == runtime.folder)
  }

  @Test func settings() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)")
    try Data("hf_stored\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    func settings(_ more: [String: String]) -> HubSettings {
      HubSettings(environment: more.merging(["HOME": "/nowhere"]) { a, _ in a })
    }
    #expect(settings([:]).endpoint == "https://huggingface.co" && settings([:]).token == nil)
    #expect(settings(["HF_ENDPOINT": "https://mirror.example/"]).endpoint == "https://mirror.example")
    #expect(settings(["HF_TOKEN_PATH": file.path]).token == "hf_stored")
    #expect(settings(["HF_TOKEN_PATH": file.path, "HF_TOKEN": " hf_own\n"]).token == "hf_own")
    #expect(settings(["HF_TOKEN": "hf_own", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]).token == nil)
    for yes in ["1", "on", "YES", "True"] { #expect(settings(["HF_HUB_OFFLINE": yes]).isOffline) }
    #expect(!settings(["HF_HUB_OFFLINE": "0"]).isOffline && settings(["TRANSFORMERS_OFFLINE": "1"]).isOffline)
    #expect(settings(["HF_HUB_DOWNLOAD_TIMEOUT": "30"]).transferTimeout == 30 && settings([:]).answerTimeout == 10)
  }
}
