// Questions to the hub: the token goes along, redirects are followed, lost answers are asked for again.

import Foundation
import ModelHub

/// How often a request that was lost is sent again.
public struct RetryPolicy: Sendable {
  /// Failures in a row, without a byte in between, before giving up.
  public var attempts: Int
  /// Seconds before the second attempt; doubled for each further one, up to `longestPause`.
  public var firstPause: Double
  public var longestPause: Double

  public init(attempts: Int = 5, firstPause: Double = 0.5, longestPause: Double = 30) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// Waits after a number of failures; `asked` is what the server wants, in seconds.
  func pause(after failures: Int, asked: Double? = nil) {
    let pause = firstPause * Double(1 << min(failures - 1, 16))
    Thread.sleep(forTimeInterval: min(max(pause, asked ?? 0), longestPause))
  }
}

/// What the hub says of a file without sending it.
struct RemoteFile {
  var name: String
  var commit: String
  /// The checksum under which the hub knows the bytes, fit for a file name.
  var etag: String
  var size: Int
  var url: URL
}

/// Asks the hub about one model.
struct HubClient {
  let model: ModelReference
  let settings: HubSettings
  let retries: RetryPolicy
  /// The most bytes that are asked for at once, and thus wait in memory when the disk is slower than the network.
  let partSize: Int
  private let http = HTTPClient()

  init(model: ModelReference, settings: HubSettings, retries: RetryPolicy, partSize: Int) {
    self.partSize = partSize
    self.model = model
    self.settings = settings
    self.retries = retries
  }

  /// The answer to the question for a file: it, or the commit in which it is missing.
  enum Answer {
    case file(RemoteFile)
    case absent(commit: String?)
  }

  /// Asks for a file's checksum, size and commit.
  ///
  /// - Parameter revision: The model's own revision unless given.
  /// - Throws: `HubError`.
  func ask(for file: String, at revision: String? = nil) throws -> Answer {
    let url = try address(of: file, at: revision ?? model.revision)
    let (head, last) = try answer(to: url)
    switch head.status {
    case 200..<400: return .file(try remoteFile(file, head, at: last, origin: url))
    case 404 where isMissingEntry(head, isPinned: revision != nil): return .absent(commit: head["X-Repo-Commit"])
    default: throw error(for: head, at: url)
    }
  }

  /// Without a code the answer is a mirror's; then a commit that is known to exist lacks the file.
  private func isMissingEntry(_ head: HTTPHead, isPinned: Bool) -> Bool {
    let code = head["X-Error-Code"]
    return code == "EntryNotFound" || (code == nil && (isPinned || head["X-Repo-Commit"] != nil))
  }

  private func remoteFile(_ name: String, _ head: HTTPHead, at last: URL, origin: URL) throws -> RemoteFile {
    func missing(_ what: String) -> HubError { .notAHub(address: display(origin), reason: "it names no \(what)") }
    guard let commit = head["X-Repo-Commit"], ModelReference.isCommit(commit) else { throw missing("commit") }
    let isRedirect = (300..<400).contains(head.status)
    guard let etag = (head["X-Linked-Etag"] ?? (isRedirect ? nil : head["ETag"])).flatMap(fileName(ofETag:)) else {
      throw missing("checksum")
    }
    let length = head["X-Linked-Size"] ?? (isRedirect ? nil : head["Content-Length"])
    guard let size = length.flatMap({ Int($0) }), size >= 0 else { throw missing("size") }
    return RemoteFile(name: name, commit: commit, etag: etag, size: size, url: origin)
  }

  /// `W/"abc"` and `"abc"` are `abc`; nil when that could not name a file.
  private func fileName(ofETag header: String) -> String? {
    let weak = header.hasPrefix("W/") ? header.dropFirst(2) : header[...]
    let name = weak.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    let isFit = name.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    return isFit && (1...128).contains(name.utf8.count) ? name : nil
  }

  private func address(of file: String, at revision: String) throws -> URL {
    var unreserved = CharacterSet.alphanumerics
    unreserved.insert(charactersIn: "-._~")
    let revision = revision.addingPercentEncoding(withAllowedCharacters: unreserved) ?? revision
    let file = file.addingPercentEncoding(withAllowedCharacters: unreserved.union(["/"])) ?? file
    let text = "\(settings.endpoint)/\(model.name)/resolve/\(revision)/\(file)"
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil else {
      throw HubError.notAHub(address: settings.endpoint, reason: "it is no http address")
    }
    return url
  }
}

extension HubClient {
  /// The answer to HEAD: redirects are followed as long as they stay on the hub's host, because what leads away from
  /// it carries the file's metadata itself.
  private func answer(to url: URL) throws -> (HTTPHead, URL) {
    var url = url
    for _ in 0..<Self.longestChain {
      let head = try question(url)
      guard let next = redirect(of: head, from: url), isSameHost(next, url) else { return (head, url) }
      url = next
    }
    throw HubError.notAHub(address: display(url), reason: "it redirects without end")
  }

  private static let longestChain = 8

  private func question(_ url: URL) throws -> HTTPHead {
    let request = HTTPRequest(method: "HEAD", url: url, headers: headers(for: url), timeout: settings.answerTimeout)
    let attempts = min(retries.attempts, 3)
    for failures in 1...attempts {
      do {
        let head = try http.send(request)
        guard isPassing(head.status), failures < attempts else { return head }
        retries.pause(after: failures, asked: head["Retry-After"].flatMap(Double.init))
      } catch let failure as TransferFailure {
        guard failures < attempts else { throw HubError.unreachable(address: display(url), reason: failure.reason) }
        retries.pause(after: failures)
      }
    }
    throw HubError.unreachable(address: display(url), reason: "no attempt was made")
  }

  /// Gets some of a file's bytes, following redirects to wherever they lie.
  ///
  /// - Parameter accept: Whether to take the body of the last answer, by its head.
  /// - Throws: `HubError`, `TransferFailure`, and what `accept` and `take` throw.
  func get(
    _ file: RemoteFile, _ range: Range<Int>, accept: (HTTPHead) throws -> Bool, take: (Data) throws -> Void
  ) throws -> HTTPHead {
    var url = file.url
    for _ in 0..<Self.longestChain {
      var headers = headers(for: url)
      if range != 0..<file.size { headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)" }
      let request = HTTPRequest(url: url, headers: headers, timeout: settings.transferTimeout)
      var next: URL?
      let head = try http.send(
        request,
        accept: { head in
          next = redirect(of: head, from: url)
          return try next == nil && accept(head)
        }, take: take)
      guard let next else { return head }
      guard url.scheme != "https" || next.scheme == "https" else {
        throw HubError.notAHub(address: display(url), reason: "it redirects to an address without encryption")
      }
      url = next
    }
    throw HubError.notAHub(address: display(url), reason: "it redirects without end")
  }

  private func redirect(of head: HTTPHead, from url: URL) -> URL? {
    guard [301, 302, 303, 307, 308].contains(head.status), let location = head["Location"],
      let next = URL(string: location, relativeTo: url)?.absoluteURL, ["http", "https"].contains(next.scheme)
    else { return nil }
    return next
  }

  /// The token is for the hub alone: other hosts, such as those that keep large files, do not see it.
  private func headers(for url: URL) -> [String: String] {
    guard let token = settings.token, let hub = URL(string: settings.endpoint), isSameHost(url, hub) else { return [:] }
    return ["Authorization": "Bearer \(token)"]
  }

  private func isSameHost(_ a: URL, _ b: URL) -> Bool {
    func port(_ url: URL) -> Int { url.port ?? (url.scheme == "https" ? 443 : 80) }
    return a.scheme == b.scheme && a.host?.lowercased() == b.host?.lowercased() && port(a) == port(b)
  }
}

extension HubClient {
  /// The error that an answer without success stands for. Source of the codes:
  /// https://huggingface.co/docs/huggingface_hub/package_reference/utilities#handle-http-errors.
  func error(for head: HTTPHead, at url: URL) -> HubError {
    let hasToken = settings.token != nil
    switch (head.status, head["X-Error-Code"]) {
    case (_, "GatedRepo"), (403, _):
      return .gated(model: model.name, endpoint: settings.endpoint, hasToken: hasToken)
    case (_, "RevisionNotFound"): return .noSuchRevision(model.revision, model: model.name)
    case (401, _) where hasToken && head["X-Error-Message"] == "Invalid credentials in Authorization header":
      return .tokenRefused(endpoint: settings.endpoint)
    case (401, _), (404, _): return .noSuchModel(model.name, endpoint: settings.endpoint, hasToken: hasToken)
    default: return .refused(address: display(url), status: head.status)
    }
  }

  /// Whether the same question may be answered a little later.
  func isPassing(_ status: Int) -> Bool { status == 408 || status == 429 || (500..<600).contains(status) }

  /// An address without what follows its `?`, which may be a signature.
  func display(_ url: URL) -> String { String(url.absoluteString.prefix { $0 != "?" }) }
}

extension UInt8 {
  fileprivate var isASCIILetterOrDigit: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
