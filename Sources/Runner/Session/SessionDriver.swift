// Commands one session: runs steps in it, and brings it back when a step has taken it down.

import Foundation
import Processes
import WireFormat

/// What a step needs to run.
struct StepCommand {
  var step: Int
  var library: String
  var entryPoint: String
  var isAsync: Bool
  var timeout: Double

  var payload: [UInt8] {
    var bytes: [UInt8] = []
    withUnsafeBytes(of: wire_run(step: UInt32(step), is_async: isAsync ? 1 : 0)) { bytes += $0 }
    return bytes + library.utf8 + [0] + entryPoint.utf8 + [0]
  }
}

/// Runs steps in a session and keeps its state true: the steps that succeeded, and nothing else.
///
/// A failed step usually ends only its own process, and the snapshot before it wakes. A step can do more harm, such
/// as killing the snapshots, or leave threads that forbid snapshots; then the steps that succeeded run again,
/// unseen, in what is left of the session or in a new one.
final class SessionDriver {
  private let command: [String]
  private let environment: [String: String]
  private let interruption: Int32
  private let outputLimit: Int
  private let findModel: ModelFinder
  private var connection: HostConnection?
  /// The steps whose effects are part of the lesson's state, in order.
  private var succeeded: [StepCommand] = []
  /// How many of them the session has run.
  private var present = 0
  /// Whether there ever was a session.
  private(set) var hasStarted = false

  init(
    command: [String], environment: [String: String], interruption: Int32, outputLimit: Int,
    findModel: @escaping ModelFinder
  ) {
    self.findModel = findModel
    self.command = command
    self.environment = environment
    self.interruption = interruption
    self.outputLimit = outputLimit
  }

  /// Runs a step after all that succeeded before it.
  func run(_ step: StepCommand) -> Observation {
    if let failure = restore() { return Observation(ending: failure) }
    let observation = observe(step)
    if case .finished = observation.ending {
      succeeded.append(step)
      present = succeeded.count
    }
    return observation
  }

  /// Brings the session to the state after all steps that succeeded; gives what went wrong.
  private func restore() -> StepEnding? {
    if connection == nil, let failure = start() { return failure }
    while present < succeeded.count {
      let observation = observe(succeeded[present])
      switch observation.ending {
      case .finished: present += 1
      case .interrupted, .noSession: return observation.ending
      default:
        let step = succeeded[present].step
        return .noSession("step \(step) did not succeed when it was run again to restore the session")
      }
      if connection == nil, let failure = start() { return failure }
    }
    return nil
  }

  /// The wait for a new session: loading the runtime takes milliseconds, but the machine may be busy.
  private static let startTimeout = Duration.seconds(60)

  private func start() -> StepEnding? {
    present = 0
    let connection: HostConnection
    do {
      connection = try HostConnection(command, environment: environment, interruption: interruption)
    } catch {
      return .noSession(String(describing: error))
    }
    var printed = Recorder()
    while true {
      switch connection.next(until: .now + Self.startTimeout) {
      case .event(.ready):
        self.connection = connection
        hasStarted = true
        return nil
      case .event(.unusable(let reason)): return .noSession(reason)
      case .output(let stream, let bytes): printed.print(bytes, on: stream)
      case .interrupted: return .interrupted
      case .timeout: return .noSession("it did not start within a minute")
      case .event, .nonsense, .closed: return .noSession("the host ended at once. \(printed.text)")
      }
    }
  }

  /// Runs one step and watches it to its end.
  private func observe(_ step: StepCommand) -> Observation {
    guard let connection else { return Observation(ending: .noSession("there is none")) }
    let start = ContinuousClock.now
    var watch = StepWatch(step, connection: connection, outputLimit: outputLimit) { [findModel, interruption] in
      findModel($0, interruption)
    }
    var observation = watch.run()
    observation.seconds = (ContinuousClock.now - start) / .seconds(1)
    if case .finished = observation.ending { return observation }
    if let woken = watch.wokenAt {
      // Snapshots of later steps are gone; of the earlier ones, those before the woken one's step are intact.
      present = min(present, succeeded.firstIndex { $0.step >= woken } ?? succeeded.count)
    } else {
      self.connection = nil
      present = 0
    }
    return observation
  }
}
