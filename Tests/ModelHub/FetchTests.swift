// Whole fetches: what is fetched, and how it lies in the cache.

import Foundation
import LoopbackHub
import Testing

@testable import ModelFetcher
@testable import ModelHub

@Suite struct FetchTests {
  @Test func fetchesWhatIsNeededAndNothingElse() throws {
    let files = captionerFiles()
    try withScene(files) { scene in
      let folder = try scene.fetch()
      let needed = ["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json", "vocab.txt"]
      #expect(scene.names(in: "snapshots/\(commit)") == needed)
      for name in needed { #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == files[name]) }
      #expect(
        scene.names(in: ".no_exist/\(commit)")
          == ["generation_config.json", "special_tokens_map.json", "tokenizer_config.json"])
    }
  }

  @Test func liesAsHuggingFaceLibraryLaysIt() throws {
    try withScene { scene in
      let folder = try scene.fetch()
      #expect(folder.path == scene.modelFolder.appendingPathComponent("snapshots/\(commit)").path)
      #expect(try String(contentsOf: scene.modelFolder.appendingPathComponent("refs/main"), encoding: .utf8) == commit)
      let weights = try scene.weightsBlob().lastPathComponent
      let config = try gitChecksum(of: captionerFiles()["config.json"] ?? Data())
      for (name, etag) in [("model.safetensors", weights), ("config.json", config)] {
        let link = folder.appendingPathComponent(name).path
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../../blobs/\(etag)")
        let lock = scene.root.appendingPathComponent(".locks/models--owner--captioner/\(etag).lock").path
        #expect(FileManager.default.fileExists(atPath: lock))
      }
      #expect(!scene.names(in: "blobs").contains { $0.hasSuffix(".incomplete") })
    }
  }

  @Test func aSecondFetchAsksOnlyWhereTheBranchIs() throws {
    try withScene { scene in
      _ = try scene.fetch()
      let count = scene.hub.requests.count
      _ = try scene.fetch()
      #expect(scene.hub.requests.count == count + 1)
      #expect(scene.hub.storageRequests.count == 1)
    }
  }

  @Test func largeFilesComeInParts() throws {
    try withScene { scene in
      let folder = try scene.fetch(partSize: 100_000)
      #expect(
        scene.hub.storageRequests.map { $0.headers["range"] }
          == ["0-99999", "100000-199999", "200000-299999"].map { "bytes=" + $0 })
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
    }
  }

  @Test func aBranchThatMovedIsFollowedAndOldFilesAreShared() throws {
    try withScene { scene in
      _ = try scene.fetch()
      try scene.hub.publish(captionerFiles(seed: 2), as: "owner/captioner", commit: laterCommit)
      let folder = try scene.fetch()
      #expect(folder.lastPathComponent == laterCommit)
      #expect(scene.names(in: "snapshots") == [commit, laterCommit])
      let gets = scene.hub.requests.filter { $0.method == "GET" && $0.path.hasSuffix("/vocab.txt") }
      #expect(gets.count == 1)
    }
  }

  @Test func aCommitIsPinned() throws {
    try withScene { scene in
      try scene.hub.publish(captionerFiles(seed: 2), as: "owner/captioner", commit: laterCommit)
      let folder = try scene.fetch(revision: commit)
      #expect(folder.lastPathComponent == commit)
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
      #expect(scene.names(in: "refs") == [])
      let count = scene.hub.requests.count
      _ = try scene.fetch(revision: commit)
      #expect(scene.hub.requests.count == count)
    }
  }

  @Test func aBranchWithASlashIsOneRevision() throws {
    try withScene { scene in
      try scene.hub.publish(captionerFiles(seed: 3), as: "owner/captioner", commit: laterCommit, branch: "refs/pr/1")
      #expect(try scene.fetch(revision: "refs/pr/1").lastPathComponent == laterCommit)
      #expect(scene.hub.requests.first?.path == "/owner/captioner/resolve/refs%2Fpr%2F1/config.json")
      #expect(scene.names(in: "refs/refs/pr") == ["1"])
    }
  }

  @Test func shardsAreThoseOfTheIndex() throws {
    var files = captionerFiles()
    files["model.safetensors"] = nil
    files["model.safetensors.index.json"] = Data(
      #"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-1.safetensors"}}"#.utf8)
    files["model-1.safetensors"] = noise(5000)
    files["model-2.safetensors"] = noise(6000)
    files["model-3.safetensors"] = noise(7000)
    try withScene(files) { scene in
      _ = try scene.fetch()
      let names = scene.names(in: "snapshots/\(commit)").filter { $0.hasPrefix("model") }
      #expect(names == ["model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json"])
    }
  }

  @Test func anIndexCannotNameFilesElsewhere() {
    for name in ["../../refs/main", "/etc/passwd", ".hidden", "a/b.bin", "a\u{0}b", ""] {
      let index = try? JSONSerialization.data(withJSONObject: ["weight_map": ["a": name]])
      #expect(ModelFiles.shards(inIndex: index ?? Data()) == nil, "\(name)")
    }
    #expect(ModelFiles.shards(inIndex: Data("[]".utf8)) == nil)
  }

  @Test func picklesAreTheLastResort() throws {
    var files = captionerFiles()
    files["pytorch_model.bin"] = noise(5000)
    try withScene(files) { scene in
      _ = try scene.fetch()
      #expect(!scene.names(in: "snapshots/\(commit)").contains("pytorch_model.bin"))
    }
    files["model.safetensors"] = nil
    try withScene(files) { scene in
      let folder = try scene.fetch()
      #expect(try Data(contentsOf: folder.appendingPathComponent("pytorch_model.bin")) == noise(5000))
    }
  }
}
