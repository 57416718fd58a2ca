// The runner's end of one session: its process, the control socket, and the pipes of its output.

import Foundation
import Processes
import WireFormat

/// Something that came from the session, or that ended the wait for it.
enum Arrival {
  case event(SessionEvent)
  case output(stream: Int32, [UInt8])
  /// Bytes on the control socket that no host sends.
  case nonsense
  /// The control socket is closed: no process of the session is left that could be commanded.
  case closed
  case timeout
  case interrupted
}

/// A running session.
final class HostConnection {
  private let pid: pid_t
  private let control: Int32
  private let outputs: [(stream: Int32, descriptor: Int32)]
  private let interruption: Int32
  private var received: [UInt8] = []
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)

  /// - Parameters:
  ///   - command: The host, up to the descriptor of its control socket, which is `controlDescriptor`.
  ///   - interruption: A descriptor that becomes readable when waiting is to end.
  /// - Throws: `SpawnError`.
  init(_ command: [String], environment: [String: String], interruption: Int32) throws {
    self.interruption = interruption
    let sockets = try makeSocketPair()
    let (out, err) = (try makePipe(), try makePipe())
    let nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let theirs = [sockets.theirs, out.write, err.write, nowhere]
    defer { theirs.forEach { close($0) } }
    control = sockets.ours
    outputs = [(1, out.read), (2, err.read)]
    for descriptor in [control, out.read, err.read] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    do {
      pid = try spawn(
        command, environment: environment,
        descriptors: [
          0: nowhere, 1: out.write, 2: err.write, Self.controlDescriptor: sockets.theirs,
        ])
    } catch {
      for descriptor in [control, out.read, err.read] { close(descriptor) }
      throw error
    }
  }

  static let controlDescriptor: Int32 = 3

  /// Ends all processes of the session: those that wait for a command obey, those that watch a step see the socket
  /// close. The first process ends last.
  deinit {
    _ = send(WIRE_QUIT, [])
    for descriptor in [control, outputs[0].descriptor, outputs[1].descriptor] { close(descriptor) }
    if waitForExit(of: pid, atMost: .seconds(2)) { return }
    kill(-pid, SIGKILL)
    waitForExit(of: pid)
  }

  /// Sends a command; false when the session does not take it.
  func send(_ command: wire_command, _ payload: [UInt8]) -> Bool {
    var frame: [UInt8] = []
    withUnsafeBytes(of: wire_header(length: UInt32(payload.count), kind: UInt32(command.rawValue))) { frame += $0 }
    frame += payload
    return write(control, frame, frame.count) == frame.count
  }

  func acknowledge() -> Bool { send(WIRE_ACKNOWLEDGE, []) }

  /// Ends a step's process group. The session itself gave the identifier, so it is believed only if the process is
  /// one of the session's.
  func endStep(_ step: pid_t) {
    guard step > 1, isDescendant(step, of: pid) else { return }
    kill(-step, SIGKILL)
    kill(step, SIGKILL)
  }

  /// The next thing from the session. Output comes before events that were sent after it.
  func next(until deadline: ContinuousClock.Instant) -> Arrival {
    while true {
      if hasWholeFrame, let arrival = takeOutput() ?? wholeFrame() { return arrival }
      var polled = ([control, interruption] + outputs.map(\.descriptor)).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      let ready = poll(&polled, nfds_t(polled.count), milliseconds(until: deadline))
      if ready < 0 { continue }
      if polled[1].revents != 0 { return .interrupted }
      if let arrival = takeOutput() { return arrival }
      if polled[0].revents != 0, let arrival = takeFrame() { return arrival }
      if ready == 0, ContinuousClock.now >= deadline { return .timeout }
    }
  }

  private func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = (deadline - .now) / .milliseconds(1)
    return Int32(max(0, min(left.rounded(.up), 60_000)))
  }

  /// What has been printed; standard output first, because a session that prints on standard error waits until all
  /// of its standard output has been taken.
  private func takeOutput() -> Arrival? {
    for output in outputs {
      let count = read(output.descriptor, &chunk, chunk.count)
      if count > 0 { return .output(stream: output.stream, Array(chunk[..<count])) }
    }
    return nil
  }

  private func takeFrame() -> Arrival? {
    let count = recv(control, &chunk, chunk.count, 0)
    if count > 0 {
      received += chunk[..<count]
      return wholeFrame()
    }
    let mayComeLater = count < 0 && (errno == EAGAIN || errno == EINTR)
    return mayComeLater ? nil : .closed
  }

  private var header: wire_header? {
    guard received.count >= headerSize else { return nil }
    return received.withUnsafeBytes { $0.loadUnaligned(as: wire_header.self) }
  }

  /// Also true for a header that no host sends: the rest of that frame need not be waited for.
  private var hasWholeFrame: Bool {
    header.map { $0.length > WIRE_MAX_PAYLOAD || received.count >= headerSize + Int($0.length) } ?? false
  }

  private func wholeFrame() -> Arrival? {
    guard let header else { return nil }
    guard header.length <= WIRE_MAX_PAYLOAD else { return .nonsense }
    guard hasWholeFrame else { return nil }
    let end = headerSize + Int(header.length)
    let payload = Array(received[headerSize..<end])
    received.removeFirst(end)
    return SessionEvent(kind: header.kind, payload: payload).map { .event($0) } ?? .nonsense
  }
}

private let headerSize = MemoryLayout<wire_header>.size
