// Fetching one file into the cache: under a lock, going on where an earlier fetch was cut, checked before it is named.

import Foundation
import ModelHub

/// Fetches one file.
struct BlobDownload {
  let client: HubClient
  let cache: HubCache
  let file: RemoteFile
  let progress: FetchProgress

  /// - Throws: `HubError`.
  func run() throws {
    let path = cache.blob(file.etag)
    try makeFolder(of: path)
    let lock = try FileLock(cache.lock(file.etag)) { progress.note("waiting for another fetch of \(file.name)") }
    defer { lock.release() }
    guard !FileManager.default.fileExists(atPath: path) else { return progress.skip(file.size) }
    let incomplete = try IncompleteFile(path + ".incomplete", of: file)
    progress.skip(incomplete.count)
    try fill(incomplete)
    try incomplete.rename(to: path)
  }

  /// A part that an earlier fetch left may be damaged; then everything is fetched once more.
  private func fill(_ incomplete: IncompleteFile) throws {
    var isPatchwork = incomplete.count > 0
    try fetchRest(of: incomplete, &isPatchwork)
    if isPatchwork, !isSound(incomplete) {
      try restart(incomplete)
      try fetchRest(of: incomplete, &isPatchwork)
    }
    guard isSound(incomplete) else {
      incomplete.remove()
      throw HubError.wrongChecksum(file: file.name, expected: file.etag, found: incomplete.found ?? "")
    }
  }

  private func isSound(_ incomplete: IncompleteFile) -> Bool {
    incomplete.found == nil || incomplete.found == file.etag
  }

  /// So much more than ever before must have arrived for earlier failures to be forgotten.
  private static let worthwhile = 1 << 16

  private func fetchRest(of incomplete: IncompleteFile, _ isPatchwork: inout Bool) throws {
    var (failures, most) = (0, incomplete.count)
    while incomplete.count < file.size {
      do {
        try fetchPart(of: incomplete)
      } catch let failure as TransferFailure {
        failures = incomplete.count - most >= Self.worthwhile ? 1 : failures + 1
        most = max(most, incomplete.count)
        isPatchwork = true
        guard failures < client.retries.attempts else {
          throw HubError.cut(file: file.name, received: incomplete.count, size: file.size, reason: failure.reason)
        }
        client.retries.pause(after: failures)
      }
    }
  }

  private func fetchPart(of incomplete: IncompleteFile) throws {
    let end = min(incomplete.count + client.partSize, file.size)
    let head = try client.get(
      file, incomplete.count..<end,
      accept: { try isUsable($0, for: incomplete) },
      take: { data in
        guard incomplete.count + data.count <= file.size else {
          incomplete.remove()
          throw HubError.notAHub(
            address: client.display(file.url), reason: "it sends more than the \(ByteCount(file.size)) it announced")
        }
        try incomplete.append(data)
        progress.add(data.count)
      })
    guard head.status != 416, incomplete.count >= end else {
      throw TransferFailure(reason: "the answer ended too early")
    }
  }

  /// Whether the body of an answer continues what has arrived; starts anew where it is the whole file.
  private func isUsable(_ head: HTTPHead, for incomplete: IncompleteFile) throws -> Bool {
    switch head.status {
    case 206 where (head["Content-Range"] ?? "").hasPrefix("bytes \(incomplete.count)-"): return true
    case 200:
      if incomplete.count > 0 { try restart(incomplete) }
      return true
    case 206, 416:
      try restart(incomplete)
      throw TransferFailure(reason: "the server sent another part than was asked for")
    case let status where client.isPassing(status): throw TransferFailure(reason: "the server answered \(status)")
    case 404: throw HubError.noSuchFile(file.name, model: client.model.name)
    default: throw client.error(for: head, at: file.url)
    }
  }

  private func restart(_ incomplete: IncompleteFile) throws {
    progress.skip(-incomplete.count)
    try incomplete.restart()
  }
}
