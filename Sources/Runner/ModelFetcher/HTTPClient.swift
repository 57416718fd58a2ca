// HTTP as the hub needs it: one request at a time, no redirects followed unseen, bodies in pieces.

import Dispatch
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The head of an answer.
struct HTTPHead: Sendable {
  var status: Int
  /// By lower-case name.
  var headers: [String: String]

  subscript(header: String) -> String? { headers[header.lowercased()] }
}

/// A request that got no answer, or only part of one.
struct TransferFailure: Error {
  var reason: String
}

/// One question to a server.
struct HTTPRequest {
  var method = "GET"
  var url: URL
  var headers: [String: String] = [:]
  /// Seconds without a sign of life after which the request has failed.
  var timeout: Double
}

/// Sends requests and waits for their answers.
///
/// Foundation's own redirects would take the token along to other hosts, so none are followed here.
final class HTTPClient: Sendable {
  private let session: URLSession
  private let transfers = Transfers()

  init() {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.httpShouldSetCookies = false
    configuration.httpAdditionalHeaders = ["User-Agent": "lesson/0.1.0"]
    session = URLSession(configuration: configuration, delegate: transfers, delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  /// Sends a request. Its answer's body is handed over piece by piece, if `accept` says so of the head.
  ///
  /// What arrives faster than it is taken waits in memory: Foundation for Linux cannot hold a transfer back (suspending
  /// starts it anew). So large files are to be asked for in parts.
  ///
  /// - Throws: `TransferFailure`, and whatever `accept` and `take` throw; the rest of the body is then given up.
  func send(
    _ request: HTTPRequest, accept: (HTTPHead) throws -> Bool = { _ in false }, take: (Data) throws -> Void = { _ in }
  ) throws -> HTTPHead {
    var urlRequest = URLRequest(url: request.url)
    urlRequest.httpMethod = request.method
    // Foundation's limit also ends transfers that go on; the one below does not.
    urlRequest.timeoutInterval = 86_400
    // A compressed body would have another length and other offsets than the file.
    urlRequest.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    for (name, value) in request.headers { urlRequest.setValue(value, forHTTPHeaderField: name) }
    let task = session.dataTask(with: urlRequest)
    let events = TransferEvents()
    transfers.add(events, of: task)
    task.resume()
    defer {
      task.cancel()
      transfers.remove(task)
    }
    return try receive(events, timeout: request.timeout, accept: accept, take: take)
  }

  private func receive(
    _ events: TransferEvents, timeout: Double, accept: (HTTPHead) throws -> Bool, take: (Data) throws -> Void
  ) throws -> HTTPHead {
    var head: HTTPHead?
    while let event = events.next(within: timeout) {
      switch event {
      case .head(let received):
        head = received
        guard try accept(received) else { return received }
      case .body(let data): try take(data)
      case .end(let failure?): throw failure
      case .end(nil):
        guard let head else { throw TransferFailure(reason: "the answer is empty") }
        return head
      }
    }
    let silence = timeout == timeout.rounded() ? String(Int(timeout)) : String(timeout)
    throw TransferFailure(reason: "no sign of life for \(silence) s")
  }
}

/// What happens to one transfer, in order, from Foundation's queue to the thread that waits.
private final class TransferEvents: @unchecked Sendable {
  enum Event {
    case head(HTTPHead)
    case body(Data)
    case end(TransferFailure?)
  }

  private let condition = NSCondition()
  private var events: [Event] = []

  /// The next event; nil when there is none for so many seconds.
  func next(within seconds: Double) -> Event? {
    let deadline = Date() + seconds
    condition.lock()
    defer { condition.unlock() }
    while events.isEmpty {
      guard condition.wait(until: deadline) || !events.isEmpty else { return nil }
    }
    return events.removeFirst()
  }

  func add(_ event: Event) {
    condition.lock()
    defer { condition.unlock() }
    events.append(event)
    condition.signal()
  }
}

/// Sorts what Foundation reports to the transfers that it concerns: Foundation for Linux tells the session's delegate
/// alone, and one session keeps its connections from one request to the next.
private final class Transfers: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private let lock = NSLock()
  private var events: [Int: TransferEvents] = [:]

  func add(_ transfer: TransferEvents, of task: URLSessionTask) {
    lock.withLock { events[task.taskIdentifier] = transfer }
  }

  func remove(_ task: URLSessionTask) { lock.withLock { events[task.taskIdentifier] = nil } }

  private func report(_ event: TransferEvents.Event, of task: URLSessionTask) {
    lock.withLock { events[task.taskIdentifier] }?.add(event)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse {
      var headers: [String: String] = [:]
      for (name, value) in response.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
      report(.head(HTTPHead(status: response.statusCode, headers: headers)), of: dataTask)
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    report(.body(data), of: dataTask)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    report(.end(error.map { TransferFailure(reason: Self.reason(of: $0 as NSError)) }), of: task)
  }

  /// Foundation has no words for a connection that ends too early.
  private static func reason(of error: NSError) -> String {
    error.code == URLError.unknown.rawValue ? "the connection was cut" : error.localizedDescription
  }
}
