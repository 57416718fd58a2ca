// The runner's end of the wire, as small as these tests need it.

#if os(Linux)

  import Foundation
  import Processes
  import WireFormat

  /// A host, and what came from it.
  final class HostSession {
    /// How a step went.
    struct Run: Equatable {
      /// The kinds of the frames, but for those that only keep order.
      var events: String
      /// Standard output and standard error.
      var text: String
      /// Threads that the finished step left running.
      var otherThreads: UInt32 = 0
      /// The type and the description of the error that left the step.
      var thrown = ""
      /// The status given to `exit`.
      var exitStatus: UInt32?
    }

    struct Ended: Error {}

    let host: pid_t
    /// The process that runs, or ran, the latest step.
    private(set) var stepProcess: pid_t = 0
    private let control: Int32, output: Int32
    private let libraries: StepLibraries

    /// Starts a host; `prefix` is put before its command line.
    init(_ libraries: StepLibraries, prefix: [String] = []) throws {
      self.libraries = libraries
      var ends: [Int32] = [-1, -1]
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends)
      let pipe = try makePipe()
      let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
      defer { for descriptor in [ends[1], pipe.write, input] { close(descriptor) } }
      control = ends[0]
      // A host that hangs fails its test.
      var patience = timeval(tv_sec: 30, tv_usec: 0)
      setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      output = pipe.read
      _ = fcntl(output, F_SETFL, O_NONBLOCK)
      host = try spawn(
        prefix + [hostProgram, "serve", "3", libraries.runtime, "/"],
        environment: ["LD_LIBRARY_PATH": "\(swiftLibraryFolder):\(libraries.folder.path)"],
        descriptors: [0: input, 1: pipe.write, 2: pipe.write, 3: ends[1]])
      guard try receive().kind == WIRE_READY.rawValue else { throw Ended() }
    }

    deinit {
      close(control)
      close(output)
    }

    /// Runs a step to its end, or to the end of its process.
    func run(_ step: Int, isAsync: Bool = true) throws -> Run {
      try start(step, isAsync: isAsync)
      var run = Run(events: "", text: "")
      while true {
        let (kind, payload) = try receive()
        run.text += drain()
        switch wire_event(rawValue: kind) {
        case WIRE_SYNC: try send(WIRE_ACKNOWLEDGE)
        case WIRE_STARTED: stepProcess = payload.word(at: 4)
        default:
          run.events.unicodeScalars.append(Unicode.Scalar(UInt8(kind)))
          run.note(kind, payload)
        }
        if kind == WIRE_FINISHED.rawValue || kind == WIRE_WOKE.rawValue { return run }
      }
    }

    /// Starts a step, and waits no longer than until its first line of output.
    func startUntilFirstOutput(_ step: Int) throws -> String {
      try start(step, isAsync: true)
      let (kind, payload) = try receive()
      guard kind == WIRE_STARTED.rawValue else { throw Ended() }
      stepProcess = payload.word(at: 4)
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      poll(&ready, 1, 20_000)
      return drain()
    }

    func quit() throws {
      try send(WIRE_QUIT)
      waitForExit(of: host)
    }

    /// What remains of the runner when it is killed: nothing that holds its end of the wire.
    func vanish() {
      shutdown(control, Int32(SHUT_RDWR))
      waitForExit(of: host)
    }

    private func start(_ step: Int, isAsync: Bool) throws {
      let order = wire_run(step: UInt32(step), is_async: isAsync ? 1 : 0)
      let names = "\(libraries.library(step))\0Step\(step)_main\0"
      try send(WIRE_RUN, withUnsafeBytes(of: order, Array.init) + Array(names.utf8))
    }

    private func send(_ kind: wire_command, _ payload: [UInt8] = []) throws {
      let header = wire_header(length: UInt32(payload.count), kind: kind.rawValue)
      let bytes = withUnsafeBytes(of: header, Array.init) + payload
      guard Glibc.send(control, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Ended() }
    }

    private func receive() throws -> (kind: UInt32, payload: [UInt8]) {
      let header = try receive(count: 8)
      return (header.word(at: 4), try receive(count: Int(header.word(at: 0) as UInt32)))
    }

    private func receive(count: Int) throws -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: count)
      // To receive nothing would wait for something.
      guard count > 0 else { return bytes }
      guard recv(control, &bytes, count, Int32(MSG_WAITALL)) == count else { throw Ended() }
      return bytes
    }

    private func drain() -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = read(output, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  extension HostSession.Run {
    fileprivate mutating func note(_ kind: UInt32, _ payload: [UInt8]) {
      switch wire_event(rawValue: kind) {
      case WIRE_FINISHED: otherThreads = payload.word(at: 0)
      case WIRE_EXIT: exitStatus = payload.word(at: 0)
      case WIRE_THROWN:
        let length = Int(payload.word(at: 0) as UInt32), rest = Int(payload.word(at: 4) as UInt32)
        let type = String(decoding: payload[8..<8 + length], as: UTF8.self)
        thrown = "\(type): \(String(decoding: payload[(8 + length)..<(8 + length + rest)], as: UTF8.self))"
      default: break
      }
    }
  }

  extension [UInt8] {
    fileprivate func word<Word: FixedWidthInteger>(at offset: Int) -> Word {
      withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Word.self) }
    }
  }

#endif
