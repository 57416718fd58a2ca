// Starting programs: with chosen descriptors, in a process group of their own.

import Dispatch
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that could not be started.
public struct SpawnError: Error, CustomStringConvertible {
  public let program: String
  public let code: Int32
  public var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
}

/// Starts a program, and gives its process identifier.
///
/// - Parameters:
///   - descriptors: For each descriptor that the program is to have, the one of this process it comes from; all
///     other descriptors of this process must be close-on-exec.
/// - Throws: `SpawnError` with the reason of `posix_spawn`.
public func spawn(
  _ arguments: [String], environment: [String: String], descriptors: [Int32: Int32]
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (target, source) in descriptors.sorted(by: { $0.key < $1.key }) {
    posix_spawn_file_actions_adddup2(&actions, source, target)
  }
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  // Its own group: Ctrl-C reaches this process alone, which then ends its children in order.
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
  var defaults = sigset_t()
  sigfillset(&defaults)
  posix_spawnattr_setsigdefault(&attributes, &defaults)
  var mask = sigset_t()
  sigemptyset(&mask)
  posix_spawnattr_setsigmask(&attributes, &mask)
  let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
  var pid: pid_t = 0
  let code = withCStrings(arguments) { argv in
    withCStrings(variables) { envp in posix_spawn(&pid, arguments[0], &actions, &attributes, argv, envp) }
  }
  guard code == 0 else { throw SpawnError(program: arguments[0], code: code) }
  return pid
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
  let pointers = strings.map { strdup($0) }
  defer { pointers.forEach { free($0) } }
  return body(pointers + [nil])
}

/// How a program ended.
public struct ProcessResult: Sendable {
  /// The exit status, or nil when a signal ended it.
  public var exitStatus: Int32?
  public var signal: Int32?
  /// Standard output and standard error together.
  public var output: [UInt8]
  /// Whether it was ended because it ran longer than it may.
  public var isTimedOut = false

  public var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs a program to its end without standard input.
///
/// Cancelling the task ends the program's process group.
/// - Parameter timeout: Seconds after which the program's process group is ended.
/// - Throws: `SpawnError`; `CancellationError` when the task was cancelled.
public func run(
  _ arguments: [String], environment: [String: String], timeout: Double = .infinity
) async throws -> ProcessResult {
  let pipe = try makePipe()
  defer { close(pipe.read) }
  let nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC)
  defer { close(nowhere) }
  let pid: pid_t
  do {
    defer { close(pipe.write) }
    pid = try spawn(arguments, environment: environment, descriptors: [0: nowhere, 1: pipe.write, 2: pipe.write])
  }
  let end = ContinuousClock.now + .seconds(min(timeout, 1e9))
  var result = await withTaskCancellationHandler {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let output = readToEnd(pipe.read, until: end) { kill(-pid, SIGKILL) }
        continuation.resume(returning: waitForEnd(of: pid, output: output))
      }
    }
  } onCancel: {
    kill(-pid, SIGKILL)
  }
  try Task.checkCancellation()
  result.isTimedOut = result.exitStatus == nil && ContinuousClock.now >= end
  return result
}

private func waitForEnd(of pid: pid_t, output: [UInt8]) -> ProcessResult {
  let status = waitForExit(of: pid)
  return ProcessResult(
    exitStatus: exitStatus(of: status), signal: terminatingSignal(of: status), output: output)
}

/// Waits until a child has ended; gives its status as `waitpid` does.
@discardableResult
public func waitForExit(of pid: pid_t) -> Int32 {
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  return status
}

/// Waits for a child for a limited time; whether it has ended.
public func waitForExit(of pid: pid_t, atMost limit: Duration) -> Bool {
  let deadline = ContinuousClock.now + limit
  var status: Int32 = 0
  while waitpid(pid, &status, WNOHANG) == 0 {
    if ContinuousClock.now > deadline { return false }
    usleep(1000)
  }
  return true
}

/// The exit status in a `waitpid` status, or nil when a signal ended the process.
public func exitStatus(of status: Int32) -> Int32? { status & 0x7f == 0 ? (status >> 8) & 0xff : nil }

/// The signal in a `waitpid` status that ended the process.
public func terminatingSignal(of status: Int32) -> Int32? { status & 0x7f == 0 ? nil : status & 0x7f }

/// A pipe whose ends no child inherits unless told to.
public func makePipe() throws -> (read: Int32, write: Int32) {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { throw SpawnError(program: "pipe", code: errno) }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}

/// A pair of connected sockets that no child inherits unless told to.
public func makeSocketPair() throws -> (ours: Int32, theirs: Int32) {
  #if canImport(Darwin)
    let type = SOCK_STREAM
  #else
    let type = Int32(SOCK_STREAM.rawValue)
  #endif
  var ends: [Int32] = [-1, -1]
  guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SpawnError(program: "socketpair", code: errno) }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}

/// All that comes before the other end is closed. `stop` is called once when that takes longer than until `end`.
private func readToEnd(_ descriptor: Int32, until end: ContinuousClock.Instant, stop: () -> Void) -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  var isStopped = false
  while true {
    let left = min(max(0, (end - .now) / .milliseconds(1)), 60_000)
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let isReady = poll(&polled, 1, isStopped ? -1 : Int32(left.rounded(.up))) > 0
    if !isStopped, ContinuousClock.now >= end {
      isStopped = true
      stop()
    }
    guard isReady else { continue }
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 && errno == EINTR { continue }
    if count <= 0 { return bytes }
    bytes += buffer[..<count]
  }
}

/// Whether a process is another, or a child of it, or a child's child, and so on.
public func isDescendant(_ process: pid_t, of ancestor: pid_t) -> Bool {
  var process = process
  while process != ancestor {
    guard let parent = parent(of: process), parent > 1 else { return false }
    process = parent
  }
  return true
}

#if os(Linux)
  /// Source: proc(5), the fourth field of `/proc/PID/stat`; the second, in parentheses, may contain anything.
  private func parent(of process: pid_t) -> pid_t? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[end...].split(separator: " ")
    return fields.count > 2 ? pid_t(fields[2]) : nil
  }
#else
  private func parent(of process: pid_t) -> pid_t? {
    var info = proc_bsdinfo()
    let size = Int32(MemoryLayout<proc_bsdinfo>.size)
    guard proc_pidinfo(process, PROC_PIDTBSDINFO, 0, &info, size) == size else { return nil }
    return pid_t(info.pbi_ppid)
  }
#endif
