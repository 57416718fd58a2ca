// A model hub in the test process: the addresses, headers and redirects of huggingface.co, as far as fetching needs them.

import Foundation

/// A hub that has the models which a test publishes.
///
/// As on the real one, small files come from the hub itself, named by git's checksum, and large ones (here those that
/// end in `.safetensors` or `.bin`) from another host, named by their SHA-256.
public final class FakeHub: @unchecked Sendable {
  private struct File {
    var bytes: Data
    var etag: String
    var isLarge: Bool
  }

  private struct Model {
    /// By commit, then by name.
    var commits: [String: [String: File]] = [:]
    /// By branch or tag.
    var refs: [String: String] = [:]
  }

  private let lock = NSLock()
  private var models: [String: Model] = [:]
  private var rule: @Sendable (Request) -> Response? = { _ in nil }
  private var storageRule: @Sendable (Request, Response) -> Response = { $1 }
  private var hub: LoopbackServer!
  private var storage: LoopbackServer!

  public init() throws {
    hub = try LoopbackServer { [weak self] in self?.answer($0) ?? Response(500) }
    storage = try LoopbackServer { [weak self] in self?.stored($0) ?? Response(500) }
  }

  public var endpoint: String { "http://127.0.0.1:\(hub.port)" }
  /// What the hub was asked, and what the host of the large files was asked.
  public var requests: [Request] { hub.requests }
  public var storageRequests: [Request] { storage.requests }

  /// Answers some requests otherwise.
  public func intercept(_ rule: @escaping @Sendable (Request) -> Response?) { lock.withLock { self.rule = rule } }

  /// Changes answers that carry large files.
  public func interceptStorage(_ rule: @escaping @Sendable (Request, Response) -> Response) {
    lock.withLock { storageRule = rule }
  }

  /// Publishes a commit of a model, and lets a branch point to it.
  public func publish(_ files: [String: Data], as name: String, commit: String, branch: String = "main") throws {
    var published: [String: File] = [:]
    for (file, bytes) in files {
      let isLarge = file.hasSuffix(".safetensors") || file.hasSuffix(".bin")
      let etag = isLarge ? try checksum("sha256sum", of: bytes) : try gitChecksum(of: bytes)
      published[file] = File(bytes: bytes, etag: etag, isLarge: isLarge)
    }
    lock.withLock {
      models[name, default: Model()].commits[commit] = published
      models[name]?.refs[branch] = commit
    }
  }

  private func answer(_ request: Request) -> Response {
    if let response = lock.withLock({ rule })(request) { return response }
    let parts = request.path.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
    guard let resolve = parts.firstIndex(of: "resolve"), resolve + 2 < parts.count else { return Response(404) }
    let name = parts[..<resolve].joined(separator: "/")
    guard let model = lock.withLock({ models[name] }) else { return refusal(404, "RepoNotFound") }
    let commit = model.refs[parts[resolve + 1]] ?? parts[resolve + 1]
    guard let files = model.commits[commit] else { return refusal(404, "RevisionNotFound") }
    guard let file = files[parts[(resolve + 2)...].joined(separator: "/")] else {
      return refusal(404, "EntryNotFound", ["X-Repo-Commit": commit])
    }
    return file.isLarge ? elsewhere(file, commit) : plain(file, commit, request)
  }

  private func refusal(_ status: Int, _ code: String, _ headers: [String: String] = [:]) -> Response {
    Response(status, headers: headers.merging(["X-Error-Code": code]) { $1 }, body: Data(code.utf8))
  }

  private func plain(_ file: File, _ commit: String, _ request: Request) -> Response {
    var response = part(of: file.bytes, request)
    response.headers["ETag"] = "\"\(file.etag)\""
    response.headers["X-Repo-Commit"] = commit
    return response
  }

  /// To another host: the same machine by another name.
  private func elsewhere(_ file: File, _ commit: String) -> Response {
    Response(
      302,
      headers: [
        "Location": "http://localhost:\(storage.port)/\(file.etag)?signature=abc", "X-Repo-Commit": commit,
        "X-Linked-Etag": "\"\(file.etag)\"", "X-Linked-Size": String(file.bytes.count), "ETag": "\"of-this-answer\"",
      ], body: Data("Found".utf8))
  }

  private func stored(_ request: Request) -> Response {
    let files = lock.withLock { models.values.flatMap { $0.commits.values.flatMap(\.values) } }
    guard let file = files.first(where: { "/\($0.etag)" == request.path }) else { return Response(404) }
    return lock.withLock { storageRule }(request, part(of: file.bytes, request))
  }

  private func part(of bytes: Data, _ request: Request) -> Response {
    guard request.headers["range"] != nil else { return Response(200, body: bytes) }
    let (first, last) = (request.offset, min(request.range.dropFirst().first ?? .max, bytes.count - 1))
    guard first <= last else { return Response(416) }
    return Response(
      206, headers: ["Content-Range": "bytes \(first)-\(last)/\(bytes.count)"],
      body: Data(bytes[(bytes.startIndex + first)...(bytes.startIndex + last)]))
  }
}

/// A checksum by a program of the system, so that the one under test is not its own witness.
public func checksum(_ program: String, of bytes: Data) throws -> String {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("checksum-\(UUID().uuidString)")
  try bytes.write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program, file.path]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return String(text.prefix { $0 != " " })
}

/// git's checksum of a file. Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects.
public func gitChecksum(of bytes: Data) throws -> String {
  try checksum("sha1sum", of: Data("blob \(bytes.count)\0".utf8) + bytes)
}
