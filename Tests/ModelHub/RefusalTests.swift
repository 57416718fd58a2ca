// Answers that are no success: each has its own error, and each error its way out.

import Foundation
import LoopbackHub
import Testing

@testable import ModelFetcher
@testable import ModelHub

@Suite struct RefusalTests {
  private func refusal(
    _ status: Int, _ headers: [String: String] = [:], token: String? = nil
  ) throws -> HubError? {
    var error: HubError?
    try withScene(token: token) { scene in
      scene.hub.intercept { _ in Response(status, headers: headers) }
      error = hubError { try scene.fetch(attempts: 2) }
      #expect(scene.names(in: "") == [])
    }
    return error
  }

  @Test func noSuchModel() throws {
    try withScene { scene in
      let error = hubError { try scene.fetch("owner/captoiner") }
      #expect(error == .noSuchModel("owner/captoiner", endpoint: scene.hub.endpoint, hasToken: false))
      #expect(
        error?.description
          == "\(scene.hub.endpoint) has no model owner/captoiner. Check the name; for a private model set HF_TOKEN "
          + "or run `hf auth login`.")
    }
  }

  @Test func theHubHidesWhatOneMayNotSee() throws {
    guard case .noSuchModel(_, _, false)? = try refusal(401, ["X-Error-Code": "RepoNotFound"]) else {
      Issue.record("a hidden model has another error")
      return
    }
    guard case .noSuchModel(_, _, true)? = try refusal(404, ["X-Error-Code": "RepoNotFound"], token: "t") else {
      Issue.record("a hidden model has another error with a token")
      return
    }
  }

  @Test func noSuchRevision() throws {
    try withScene { scene in
      let error = hubError { try scene.fetch(revision: "v9") }
      #expect(error == .noSuchRevision("v9", model: "owner/captioner"))
      #expect(error?.description == "owner/captioner has no branch, tag or commit v9.")
    }
  }

  @Test(arguments: [401, 403]) func gated(status: Int) throws {
    let error = try refusal(status, ["X-Error-Code": "GatedRepo"])
    #expect(error?.description.contains("ask for access at http://127.0.0.1") == true)
    #expect(error?.description.hasSuffix("and then set HF_TOKEN or run `hf auth login`.") == true)
    let known = try refusal(status, ["X-Error-Code": "GatedRepo"], token: "t")
    #expect(known?.description.hasSuffix("with the account of your token.") == true)
  }

  @Test func aTokenThatIsNoLongerGood() throws {
    let error = try refusal(401, ["X-Error-Message": "Invalid credentials in Authorization header"], token: "t")
    guard case .tokenRefused? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test func otherStatus() throws {
    guard case .refused(_, 418)? = try refusal(418), case .refused(_, 500)? = try refusal(500) else {
      Issue.record("another error")
      return
    }
  }

  @Test func aPageThatIsNoHub() throws {
    guard case .notAHub(_, "it names no commit")? = try refusal(200, ["ETag": "\"abc\""]) else {
      Issue.record("any page is taken for a hub")
      return
    }
    for etag in ["\"../../refs/main\"", "\"\"", "\"a b\"", "\".x\""] {
      guard case .notAHub(_, "it names no checksum")? = try refusal(200, ["X-Repo-Commit": commit, "ETag": etag]) else {
        Issue.record("the checksum \(etag) is taken for a file name")
        return
      }
    }
    guard case .notAHub? = try refusal(200, ["X-Repo-Commit": "../../../x", "ETag": "\"abc\""]) else {
      Issue.record("a path is taken for a commit")
      return
    }
  }

  @Test func offlineAsksNobody() throws {
    try withScene { scene in
      var scene = scene
      scene.settings.isOffline = true
      let error = hubError { try scene.fetch() }
      #expect(error == .offline(model: "owner/captioner", revision: "main"))
      #expect(scene.hub.requests.isEmpty)
    }
  }

  @Test func namesThatLeadElsewhere() {
    for name in ["", "a/b/c", "../a", "a/..", "/etc", "a//b", "a--b/c", "a/b\u{0}", ".a/b", "a b"] {
      #expect(throws: HubError.notAModelName(name)) { try ModelReference(name) }
    }
    for revision in ["", "../main", "a/../b", "/a", "a\\b", "a b", ".git"] {
      #expect(throws: HubError.notARevision(revision)) { try ModelReference("a/b", revision: revision) }
    }
  }
}
