// Every public call that takes a size, an index or a count, with integers that nobody should pass: it returns or throws.

import Foundation
import LessonKit
import Testing

/// A call with a tensor and two integers. Its name begins with the function's or the type's.
struct MisusedCall: Sendable {
  let name: String
  let takesTensor: Bool
  let body: @Sendable (Tensor, Int, Int) throws -> Any

  init(_ name: String, _ body: @escaping @Sendable (Tensor, Int, Int) throws -> Any) {
    (self.name, self.body, takesTensor) = (name, body, true)
  }

  init(_ name: String, _ body: @escaping @Sendable (Int, Int) throws -> Any) {
    self.name = name
    self.body = { try body($1, $2) }
    takesTensor = false
  }
}

enum Misuse {
  static let integers = [Int.min, .min + 1, -(1 << 40), -2, -1, 0, 1, 2, 3, 5, (1 << 31) - 1, 1 << 40, 1 << 62, .max]

  /// A number, a vector, matrices (one empty), images, and one number that pretends to be 2^40.
  static func inputs() throws -> [Tensor] {
    [
      try Tensor(2.5), try Tensor([1.0, 0.5, 2]), try .ones([2, 3]), try .zeros([0, 3]), try .ones([1, 2, 4, 4]),
      try Tensor([1.0]).expand([1 << 40]), try .zeros([2, 0, 1]),
    ]
  }

  /// Makes the call with every combination. What is no error of the runtime ends the process, as a trap would.
  static func run(_ call: MisusedCall) throws {
    for (place, x) in try inputs().enumerated() where call.takesTensor || place == 0 {
      for a in integers {
        for b in integers {
          LastCall.note("\(call.name) of input \(place) with \(a), \(b)")
          do {
            inspect(try call.body(x, a, b))
          } catch let error as TensorError {
            precondition(!error.description.isEmpty)
          } catch let error as ModuleError {
            precondition(!error.description.isEmpty)
          }
        }
      }
    }
  }

  /// A result may carry what traps only when somebody looks at it.
  private static func inspect(_ result: Any) {
    switch result {
    case let tensor as Tensor: _ = (tensor.debugDescription, tensor.byteCount, tensor.isContiguous)
    case let tensors as [Tensor]: tensors.prefix(3).forEach { inspect($0) }
    case let module as Module: _ = (module.description, module.parameterCount, module.memoryFootprint)
    case let value as any Displayable: _ = value.mimeBundle
    default: _ = String(describing: result)
    }
  }
}

extension Misuse {
  /// Each call in a process of its own, of limited memory and time; prints the calls that ended theirs.
  static func report(_ calls: [MisusedCall]) {
    for call in calls {
      let child = fork()
      if child == 0 {
        LastCall.printWhenKilled()
        var memory = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
        // Of the processor's time; by the clock only for a call that waits for ever.
        var time = rlimit(rlim_cur: 20, rlim_max: 30)
        setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time)
        alarm(300)
        do { try run(call) } catch { LastCall.printAndExit() }
        _exit(0)
      }
      var status: Int32 = 0
      waitpid(child, &status, 0)
      if status != 0 { print(call.name, "ended its process with status", status) }
    }
  }
}

/// What is being called, in memory that a signal handler may read.
enum LastCall {
  nonisolated(unsafe) private static let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)

  static func note(_ name: String) { _ = name.withCString { strncpy(text, $0, 511) } }

  static func printAndExit() -> Never {
    write(1, text, strlen(text))
    write(1, "\n", 1)
    _exit(0)
  }

  static func printWhenKilled() {
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM, SIGXCPU] {
      signal(number) { _ in LastCall.printAndExit() }
    }
  }
}

@Suite struct MisuseTests {
  @Test func tensorsNeverTrap() async throws {
    let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      Misuse.report(Misuse.tensors)
    }
    #expect(String(decoding: result.standardOutputContent, as: UTF8.self) == "", "these calls end the process")
  }

  @Test func modulesNeverTrap() async throws {
    let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      Misuse.report(Misuse.modules)
    }
    #expect(String(decoding: result.standardOutputContent, as: UTF8.self) == "", "these calls end the process")
  }

  @Test func displaysNeverTrap() async throws {
    let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      Misuse.report(Misuse.displays)
    }
    #expect(String(decoding: result.standardOutputContent, as: UTF8.self) == "", "these calls end the process")
  }
}
