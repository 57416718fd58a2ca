// Fetching a model: which files it has, which of them are needed and not here yet, and then those.

import Foundation
import ModelHub

/// Fetches models into the cache.
public struct ModelFetcher {
  private let model: ModelReference
  private let settings: HubSettings
  private let client: HubClient
  private let cache: HubCache
  private let progress: FetchProgress

  /// - Parameter partSize: The most bytes that are asked for at once.
  public init(
    _ model: ModelReference, settings: HubSettings, retries: RetryPolicy = RetryPolicy(), partSize: Int = 64 << 20,
    progress: FetchProgress
  ) {
    self.model = model
    self.settings = settings
    self.progress = progress
    client = HubClient(model: model, settings: settings, retries: retries, partSize: partSize)
    cache = HubCache(root: settings.cacheFolder, model: model)
  }

  /// Brings all that is needed of the model into the cache. Only then does its revision stand for the new commit.
  ///
  /// - Returns: The folder of the model's files.
  /// - Throws: `HubError`.
  public func fetch() throws -> String {
    guard !settings.isOffline else {
      throw HubError.offline(model: model.name, revision: model.revision)
    }
    var plan = try Plan(commit: commit())
    for file in ModelFiles.small { _ = try add(file, to: &plan) }
    try addCheckpoint(to: &plan)
    try fetch(plan)
    try cache.setCommit(plan.commit)
    return cache.snapshot(plan.commit)
  }

  /// What is to be fetched.
  private struct Plan {
    var commit: String
    var files: [RemoteFile] = []
  }

  /// The commit that the revision stands for on the hub.
  private func commit() throws -> String {
    if model.isPinned, isHere("config.json", at: model.revision) { return model.revision }
    switch try client.ask(for: "config.json") {
    case .file(let file): return file.commit
    case .absent(let commit?) where ModelReference.isCommit(commit): return commit
    case .absent:
      throw HubError.noSuchModel(model.name, endpoint: settings.endpoint, hasToken: settings.token != nil)
    }
  }

  private func isHere(_ file: String, at commit: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(cache.snapshot(commit))/\(file)")
  }

  /// Adds a file unless it is here already; whether the model has it. A commit never changes, so what is known of it,
  /// also that it lacks a file, is not asked again.
  private func add(_ file: String, to plan: inout Plan) throws -> Bool {
    if isHere(file, at: plan.commit) { return true }
    if FileManager.default.fileExists(atPath: cache.absenceMark(file, at: plan.commit)) { return false }
    switch try client.ask(for: file, at: plan.commit) {
    case .file(let found):
      plan.files.append(found)
      return true
    case .absent:
      try cache.noteAbsence(of: file, at: plan.commit)
      return false
    }
  }

  private func addCheckpoint(to plan: inout Plan) throws {
    guard let checkpoint = try ModelFiles.checkpoints.first(where: { try add($0, to: &plan) }),
      ModelFiles.isIndex(checkpoint)
    else { return }
    if let index = plan.files.firstIndex(where: { $0.name == checkpoint }) {
      try fetch(plan.files.remove(at: index), at: plan.commit, .silent)
    }
    for shard in try shards(inIndex: checkpoint, at: plan.commit) {
      guard try add(shard, to: &plan) else { throw HubError.noSuchFile(shard, model: model.name) }
    }
  }

  private func shards(inIndex name: String, at commit: String) throws -> [String] {
    let bytes = FileManager.default.contents(atPath: "\(cache.snapshot(commit))/\(name)") ?? Data()
    guard let shards = ModelFiles.shards(inIndex: bytes) else {
      throw HubError.notAHub(address: "\(settings.endpoint)/\(model.name)", reason: "its \(name) is no index of shards")
    }
    return shards
  }

  private func fetch(_ plan: Plan) throws {
    guard !plan.files.isEmpty else { return }
    let total = plan.files.reduce(0) { $0.addingClamped($1.size) }
    try checkRoom(for: plan.files)
    let revision = model.isPinned ? String(model.revision.prefix(7)) : model.revision
    progress.begin("\(model.name) (\(revision))", count: plan.files.count, total: total)
    do {
      // The checkpoint comes last: what is beside it tells soon whether the model can be used at all.
      for file in plan.files { try fetch(file, at: plan.commit, progress) }
    } catch {
      progress.abandon()
      throw error
    }
    progress.end()
  }

  private func fetch(_ file: RemoteFile, at commit: String, _ progress: FetchProgress) throws {
    try BlobDownload(client: client, cache: cache, file: file, progress: progress).run()
    try cache.link(file.name, toBlob: file.etag, at: commit)
  }

  private func checkRoom(for files: [RemoteFile]) throws {
    let missing = files.filter { !FileManager.default.fileExists(atPath: cache.blob($0.etag)) }
    let needed = missing.reduce(0) { sum, file in
      let part = try? FileManager.default.attributesOfItem(atPath: cache.blob(file.etag) + ".incomplete")[.size] as? Int
      return sum.addingClamped(max(0, file.size - (part ?? 0)))
    }
    try makeFolder(of: settings.cacheFolder + "/.")
    var status = statvfs()
    guard statvfs(settings.cacheFolder, &status) == 0 else { return }
    let free = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    if needed > free { throw HubError.noRoom(folder: settings.cacheFolder, needed: needed, free: free) }
  }
}

extension Int {
  /// A sum of sizes that a server made up must not trap.
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
