// Watching one step from its command to its end.

import Foundation
import WireFormat

/// Watches one step from its command to its end.
struct StepWatch {
  private let step: StepCommand
  private let connection: HostConnection
  private let outputLimit: Int
  private let findModel: (ModelRequest) -> ModelAnswer
  private var deadline: ContinuousClock.Instant
  private var observation = Observation(ending: .nonsense)
  private var pid: pid_t?
  /// What the step or this watch gave as the reason, before the step's process ended.
  private var reason: StepEnding?
  /// The step whose snapshot woke after the failure; nil when none did.
  private(set) var wokenAt: Int?

  /// Once a step has failed, the snapshot before it must wake within this time.
  private static let grace = Duration.seconds(10)

  init(
    _ step: StepCommand, connection: HostConnection, outputLimit: Int,
    findModel: @escaping (ModelRequest) -> ModelAnswer
  ) {
    self.findModel = findModel
    self.step = step
    self.connection = connection
    self.outputLimit = outputLimit
    deadline = .now + .seconds(step.timeout)
  }

  mutating func run() -> Observation {
    guard connection.send(WIRE_RUN, step.payload) else { return ended(.vanished(status: nil, peakBytes: 0)) }
    while true {
      switch connection.next(until: deadline) {
      case .event(let event):
        if let ending = take(event) { return ended(ending) }
      case .output(let stream, let bytes):
        record { $0.print(bytes, on: stream) }
      case .nonsense: return ended(reason ?? .nonsense)
      case .closed: return ended(reason ?? .vanished(status: nil, peakBytes: 0))
      case .interrupted: return ended(.interrupted)
      case .timeout:
        guard reason == nil, pid != nil else { return ended(reason ?? .timeout(step.timeout)) }
        stop(for: .timeout(step.timeout))
      }
    }
  }

  private mutating func ended(_ ending: StepEnding) -> Observation {
    observation.recorder.cut(to: outputLimit)
    observation.ending = ending
    return observation
  }

  private mutating func record(_ add: (inout Recorder) -> Void) {
    guard observation.recorder.size <= outputLimit else { return }
    add(&observation.recorder)
    if observation.recorder.size > outputLimit { stop(for: .tooMuchOutput(outputLimit)) }
  }

  /// Ends the step's process group; its snapshot then wakes.
  private mutating func stop(for reason: StepEnding) {
    note(reason)
    if let pid { connection.endStep(pid) }
  }

  /// Takes note of an event; gives the ending when it is the last of the step.
  private mutating func take(_ event: SessionEvent) -> StepEnding? {
    switch event {
    case .started(let pid, _, let dtype):
      self.pid = pid
      observation.defaultDType = dtype
    case .sync: return connection.acknowledge() ? nil : .nonsense
    case .display(let data):
      record { $0.display(data) }
      return connection.acknowledge() ? nil : .nonsense
    case .findModel(let request): return answer(request)
    case .finished(let threads): return reason == nil ? .finished(otherThreads: threads) : nil
    case .woke(let step, let status, let peakBytes):
      wokenAt = step
      // Of a process that had steps of its own running after it, the system tells the peak of them all.
      observation.peakBytes = step == self.step.step ? peakBytes : 0
      return reason ?? .vanished(status: status, peakBytes: observation.peakBytes)
    case .loadFailed(let message): note(.loadFailed(message))
    case .thrown(let type, let description, let stack):
      note(.thrown(type: type, description: description, stack: stack))
    case .trap(let signal, let isStackOverflow, let stack):
      note(.trap(signal: signal, isStackOverflow: isStackOverflow, stack: stack))
    case .exit(let status): note(.exit(status: status))
    case .closedStream(let stream): note(.closedStream(stream))
    case .deadlock: note(.deadlock)
    case .ready, .unusable: return .nonsense
    }
    return nil
  }

  /// The step's time does not run while it waits for a model.
  private mutating func answer(_ request: ModelRequest) -> StepEnding? {
    guard reason == nil else { return nil }
    let start = ContinuousClock.now
    guard let payload = findModel(request).payload else { return .interrupted }
    deadline += .now - start
    return connection.send(WIRE_MODEL, payload) ? nil : .nonsense
  }

  private mutating func note(_ ending: StepEnding) {
    guard reason == nil else { return }
    reason = ending
    deadline = .now + Self.grace
  }
}
