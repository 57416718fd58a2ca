// Running programs and taking their time.

import Foundation
import Measuring

/// Seconds on the clock, and seconds of processor time of the program and all that it started and waited for.
struct Cost {
  var elapsed: Double
  var processor: Double

  static func + (a: Cost, b: Cost) -> Cost {
    Cost(elapsed: a.elapsed + b.elapsed, processor: a.processor + b.processor)
  }
}

/// Starts programs, without a shell, and waits for them.
struct Programs {
  /// Where what they print goes; read only when one fails.
  let log: URL

  /// - Parameter accepted: The exit statuses that are no failure.
  /// - Throws: `Problem` when the program cannot be started or fails, with the end of what it printed.
  func run(_ arguments: [String], environment: [String: String], accepted: Set<Int32> = [0]) throws -> Cost {
    let start = ContinuousClock.now
    let pid = try spawn(arguments, environment)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    guard status & 0x7f == 0, accepted.contains(status >> 8 & 0xff) else {
      let printed = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      let name = (arguments[0] as NSString).lastPathComponent
      throw Problem(description: "\(name) failed (status \(status)):\n\(printed.suffix(2000))")
    }
    return Cost(elapsed: elapsed, processor: usage.ru_utime.seconds + usage.ru_stime.seconds)
  }

  private func spawn(_ arguments: [String], _ environment: [String: String]) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, log.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let variables = environment.map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    let code = withCStrings(arguments) { argv in
      withCStrings(variables) { envp in posix_spawnp(&pid, arguments[0], &actions, nil, argv, envp) }
    }
    guard code == 0 else {
      throw Problem(description: "\(arguments[0]) cannot be started: \(String(cString: strerror(code)))")
    }
    return pid
  }
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
  let pointers = strings.map { strdup($0) }
  defer { pointers.forEach { free($0) } }
  return body(pointers + [nil])
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
