// Models for steps: what is in the cache of the hub, and what may be fetched into it (Documentation/Safety.md).

import Foundation
import ModelHub
import Session

/// What the person who runs a lesson lets be fetched on its behalf.
struct ModelAgreement: Sendable {
  /// `--allow models`: whatever the lesson names.
  var isForAll = false
  /// What stood on the command line as a parameter's value: a model of this name was asked for.
  var named: [String] = []

  /// Names and revisions travel to the hub, so a step must not be free to choose them: they could carry what it read.
  func covers(_ model: ModelReference) -> Bool {
    isForAll || (named.contains(model.name) && (model.revision == "main" || named.contains(model.revision)))
  }
}

/// Answers steps that want a model.
struct ModelProvider: Sendable {
  private let fetch: FetchProgram
  private let agreement: ModelAgreement
  private let settings = HubSettings(environment: ProcessInfo.processInfo.environment)

  /// Where steps may read models. A rule of the sandbox cannot name what is not there, so the folder is made if
  /// something may come to lie in it.
  var folder: String { settings.cacheFolder }

  init(fetch: FetchProgram, agreement: ModelAgreement) {
    self.fetch = fetch
    self.agreement = agreement
    guard agreement.isForAll || !agreement.named.isEmpty, !settings.isOffline else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Finds a model in the cache or, if it is not whole there and may be fetched, fetches it.
  func find(_ request: ModelRequest, interruption: Int32) -> ModelAnswer {
    let model: ModelReference
    do {
      model = try ModelReference(request.name, revision: request.revision)
    } catch {
      return .unavailable(error.description)
    }
    let cache = HubCache(root: settings.cacheFolder, model: model)
    if let folder = cache.wholeSnapshot { return .folder(folder) }
    if let obstacle = obstacle(to: model) {
      // Part of a model may be all that the step wants, such as its tokenizer.
      return cache.snapshot.map { .folder($0) } ?? .unavailable(obstacle)
    }
    return fetch.fetch(model, interruption: interruption)
  }

  /// Why a model is not to be fetched.
  private func obstacle(to model: ModelReference) -> String? {
    if settings.isOffline { return HubError.offline(model: model.name, revision: model.revision).description }
    if agreement.covers(model) { return nil }
    let revision = model.revision == "main" ? "" : " --revision \(model.revision)"
    return """
      It is not in the cache of models, and fetching it from \(settings.endpoint) needs your agreement: run the lesson \
      with `--allow models`, or run `lesson fetch \(model.name)\(revision)` first.
      """
  }
}
