// A small HTTP server on 127.0.0.1 for tests, which can be as faulty as a test wants.

import Foundation

/// What a client asked.
public struct Request: Sendable {
  public var method: String
  /// As it came, with its escapes, but without what follows `?`.
  public var path: String
  /// By lower-case name.
  public var headers: [String: String]

  /// The first byte that is asked for.
  public var offset: Int { range.first ?? 0 }

  /// The numbers of `bytes=5-9` or `bytes=5-`.
  var range: [Int] {
    (headers["range"] ?? "").split { $0 == "=" || $0 == "-" }.compactMap { Int($0) }
  }
}

/// What the server answers.
public struct Response: Sendable {
  public var status: Int
  public var headers: [String: String]
  public var body: Data
  /// The connection is cut after so many bytes of the body.
  public var cutsAfter: Int?
  /// After so many bytes of the body the server falls silent, but stays connected.
  public var hangsAfter: Int?
  /// Seconds between one piece of 16 kB and the next.
  public var pause = 0.0

  public init(_ status: Int, headers: [String: String] = [:], body: Data = Data()) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Listens until it is released.
public final class LoopbackServer: @unchecked Sendable {
  public let port: Int
  private let listener: Int32
  private let respond: @Sendable (Request) -> Response
  private let lock = NSLock()
  private var seen: [Request] = []

  public struct CannotListen: Error {}

  public init(respond: @escaping @Sendable (Request) -> Response) throws {
    self.respond = respond
    #if canImport(Darwin)
      listener = socket(AF_INET, SOCK_STREAM, 0)
    #else
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    #endif
    guard let port = Self.listen(listener) else { throw CannotListen() }
    self.port = port
    Thread.detachNewThread { [weak self, listener] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else {
          close(listener)
          return
        }
        Thread.detachNewThread { self.serve(connection) }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// All requests so far, in the order of their arrival.
  public var requests: [Request] { lock.withLock { seen } }

  /// The port that the system chose.
  private static func listen(_ listener: Int32) -> Int? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && Foundation.listen(listener, 64) == 0
          && getsockname(listener, address, &size) == 0
      } ? Int(UInt16(bigEndian: pointer.pointee.sin_port)) : nil
    }
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    guard let request = readRequest(connection) else { return }
    lock.withLock { seen.append(request) }
    send(respond(request), to: connection, isHead: request.method == "HEAD")
  }

  private func readRequest(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    let path = words[1].prefix { $0 != "?" }
    return Request(method: String(words[0]), path: String(path), headers: headers)
  }

  private func send(_ response: Response, to connection: Int32, isHead: Bool) {
    var headers = response.headers
    headers["Connection"] = "close"
    headers["Content-Length"] = headers["Content-Length"] ?? String(response.body.count)
    let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
    guard write(Data("HTTP/1.1 \(response.status) Status\r\n\(lines)\r\n".utf8), to: connection), !isHead else {
      return
    }
    let end = min(response.cutsAfter ?? .max, response.hangsAfter ?? .max, response.body.count)
    var sent = 0
    while sent < end {
      let piece = response.body.dropFirst(sent).prefix(min(1 << 14, end - sent))
      guard write(piece, to: connection) else { return }
      sent += piece.count
      if response.pause > 0 { Thread.sleep(forTimeInterval: response.pause) }
    }
    if response.hangsAfter != nil { waitForHangUp(connection) }
  }

  private func waitForHangUp(_ connection: Int32) {
    var byte: UInt8 = 0
    while recv(connection, &byte, 1, 0) > 0 {}
  }

  private func write(_ data: Data, to connection: Int32) -> Bool {
    data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Bool in
      var left = bytes[...]
      while !left.isEmpty {
        #if canImport(Darwin)
          let flags: Int32 = 0
        #else
          let flags = Int32(MSG_NOSIGNAL)
        #endif
        let sent = Foundation.send(connection, UnsafeRawBufferPointer(rebasing: left).baseAddress!, left.count, flags)
        guard sent > 0 else { return false }
        left = left.dropFirst(sent)
      }
      return true
    }
  }
}
