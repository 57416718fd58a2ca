// Bad connections and bad servers: what arrived is kept, what is wrong never takes a file's name.

import Foundation
import LoopbackHub
import Testing

@testable import ModelFetcher
@testable import ModelHub

@Suite struct FaultTests {
  @Test func goesOnWhereAConnectionWasCut() throws {
    try withScene { scene in
      scene.hub.interceptStorage { request, response in
        var response = response
        if request.offset < 200_000 { response.cutsAfter = 100_000 }
        return response
      }
      let folder = try scene.fetch()
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
      // A cut may lose what was on its way, so the exact offsets are the connection's.
      let offsets = scene.hub.storageRequests.map(\.offset)
      #expect(offsets.count >= 3 && offsets == offsets.sorted() && offsets[1] > 0)
    }
  }

  @Test func theNextFetchGoesOnWhereTheLastGaveUp() throws {
    try withScene { scene in
      scene.hub.interceptStorage { request, response in
        var response = response
        response.cutsAfter = request.offset == 0 ? 100_000 : 0
        return response
      }
      guard case .cut("model.safetensors", let received, 300_000, _)? = hubError({ try scene.fetch() }) else {
        Issue.record("the fetch was not cut")
        return
      }
      #expect(received > 0 && received <= 100_000)
      #expect(scene.names(in: "refs") == [] && !scene.names(in: "snapshots/\(commit)").contains("model.safetensors"))
      let tries = scene.hub.storageRequests.count
      #expect(tries <= 5)
      scene.hub.interceptStorage { $1 }
      let folder = try scene.fetch()
      #expect(scene.hub.storageRequests.dropFirst(tries).map(\.offset) == [received])
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
    }
  }

  @Test func aServerWithoutRangesSendsAllAgain() throws {
    try withScene { scene in
      let count = Counter()
      scene.hub.interceptStorage { _, response in
        var whole = Response(200, body: noise(300_000))
        if count.next() == 1 { whole.cutsAfter = 100_000 }
        return whole
      }
      let folder = try scene.fetch()
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
    }
  }

  @Test func aWrongPartIsNotTaken() throws {
    try withScene { scene in
      scene.hub.interceptStorage { request, response in
        var response = response
        if request.offset == 0 {
          response.cutsAfter = 100_000
        } else {
          response.headers["Content-Range"] = "bytes 7-8/9"
        }
        return response
      }
      guard case .cut? = hubError({ try scene.fetch() }) else {
        Issue.record("a part with another range was taken")
        return
      }
    }
  }

  @Test func bytesWithAWrongChecksumAreThrownAway() throws {
    try withScene { scene in
      scene.hub.interceptStorage { _, response in
        var response = response
        response.body[1000] ^= 1
        return response
      }
      let expected = try scene.weightsBlob().lastPathComponent
      guard case .wrongChecksum("model.safetensors", expected, _)? = hubError({ try scene.fetch() }) else {
        Issue.record("a wrong byte went unnoticed")
        return
      }
      #expect(!scene.names(in: "blobs").contains { $0.hasPrefix(expected) })
      #expect(scene.names(in: "refs") == [])
    }
  }

  @Test func aSmallFileIsCheckedToo() throws {
    try withScene { scene in
      scene.hub.intercept { request in
        guard request.method == "GET", request.path.hasSuffix("/config.json") else { return nil }
        return Response(200, body: Data(#"{"model_type": "BLIP"}"#.utf8))
      }
      guard case .wrongChecksum("config.json", _, _)? = hubError({ try scene.fetch() }) else {
        Issue.record("another configuration went unnoticed")
        return
      }
    }
  }

  @Test func aDamagedPartOfAnEarlierFetchIsFetchedAgain() throws {
    try withScene { scene in
      let blob = try scene.weightsBlob()
      try FileManager.default.createDirectory(
        at: blob.deletingLastPathComponent(), withIntermediateDirectories: true)
      try noise(50_000, seed: 9).write(to: blob.appendingPathExtension("incomplete"))
      let folder = try scene.fetch()
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
      #expect(scene.hub.storageRequests.map(\.offset) == [50_000, 0])
    }
  }

  @Test func moreThanAnnouncedIsNotTaken() throws {
    try withScene { scene in
      scene.hub.interceptStorage { _, _ in Response(200, body: noise(300_001)) }
      guard case .notAHub(_, let reason)? = hubError({ try scene.fetch() }) else {
        Issue.record("a byte too many was taken")
        return
      }
      #expect(reason == "it sends more than the 300.0 kB it announced")
    }
  }

  @Test func aServerThatFallsSilentIsGivenUpAndAskedAgain() throws {
    try withScene { scene in
      let count = Counter()
      scene.hub.interceptStorage { _, response in
        var response = response
        if count.next() <= 2 { response.hangsAfter = 100_000 }
        return response
      }
      let start = ContinuousClock.now
      let folder = try scene.fetch()
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
      // Two silences of half a second each.
      #expect((.seconds(1)...(.seconds(8))).contains(ContinuousClock.now - start))
    }
  }

  @Test func aServerThatNeverAnswersIsGivenUp() throws {
    try withScene { scene in
      scene.hub.intercept { _ in
        Thread.sleep(forTimeInterval: 1.5)
        return Response(500)
      }
      guard case .unreachable(_, let reason)? = hubError({ try scene.fetch(attempts: 2) }) else {
        Issue.record("there was an answer")
        return
      }
      #expect(reason == "no sign of life for 0.5 s")
    }
  }

  @Test func aSlowServerIsWaitedFor() throws {
    try withScene { scene in
      // 300 kB in 19 pieces: longer than the limit of silence in all, but never silent so long.
      scene.hub.interceptStorage { _, response in
        var response = response
        response.pause = 0.05
        return response
      }
      _ = try scene.fetch()
      #expect(scene.hub.storageRequests.count == 1)
    }
  }

  @Test func aServerThatIsBusyIsAskedAgain() throws {
    try withScene { scene in
      let count = Counter()
      scene.hub.intercept { _ in [Response(429), nil, Response(503), nil][count.next() % 4] }
      let counts = Counter()
      scene.hub.interceptStorage { _, response in counts.next() == 1 ? Response(502) : response }
      _ = try scene.fetch()
      #expect(scene.hub.storageRequests.count == 2)
    }
  }

  @Test func noServerAtAll() throws {
    try withScene { scene in
      var scene = scene
      scene.settings.endpoint = "http://127.0.0.1:1"
      guard
        case .unreachable("http://127.0.0.1:1/owner/captioner/resolve/main/config.json", _)? =
          hubError({ try scene.fetch(attempts: 2) })
      else {
        Issue.record("nobody answered, but that went unnoticed")
        return
      }
    }
  }
}
