// Redirects, and whom the token is shown to.

import Foundation
import LoopbackHub
import Testing

@testable import ModelFetcher
@testable import ModelHub

@Suite struct RedirectTests {
  @Test func theTokenIsForTheHubAlone() throws {
    try withScene(token: "hf_secret") { scene in
      _ = try scene.fetch()
      #expect(scene.hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
      #expect(scene.hub.storageRequests.count == 1)
      #expect(scene.hub.storageRequests.allSatisfy { $0.headers["authorization"] == nil })
      #expect(scene.hub.storageRequests.allSatisfy { !$0.headers.values.contains { $0.contains("hf_secret") } })
    }
  }

  @Test func withoutATokenNoneIsSent() throws {
    try withScene { scene in
      _ = try scene.fetch()
      #expect(scene.hub.requests.allSatisfy { $0.headers["authorization"] == nil })
    }
  }

  @Test func aModelThatWasRenamedIsFollowed() throws {
    try withScene(token: "hf_secret") { scene in
      let old = "/old-owner/captioner/"
      scene.hub.intercept { request in
        guard request.path.hasPrefix(old) else { return nil }
        return Response(307, headers: ["Location": "/owner/captioner/" + request.path.dropFirst(old.count)])
      }
      let fetcher = ModelFetcher(
        try ModelReference("old-owner/captioner"), settings: scene.settings, progress: .silent)
      let folder = URL(fileURLWithPath: try fetcher.fetch())
      #expect(folder.path.contains("/models--old-owner--captioner/"))
      #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == noise(300_000))
    }
  }

  @Test func aCircleOfRedirectsIsLeft() throws {
    try withScene { scene in
      scene.hub.intercept { Response(302, headers: ["Location": $0.path]) }
      guard case .notAHub(_, "it redirects without end")? = hubError({ try scene.fetch() }) else {
        Issue.record("the circle was not left")
        return
      }
      #expect(scene.hub.requests.count < 20)
    }
  }

  @Test func otherHostsAreNotAskedWithFileAddresses() throws {
    try withScene { scene in
      scene.hub.intercept { request in
        request.method == "GET" ? Response(302, headers: ["Location": "file:///etc/passwd"]) : nil
      }
      #expect(hubError { try scene.fetch() } != nil)
    }
  }
}
