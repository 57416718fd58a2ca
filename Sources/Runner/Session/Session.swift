// Running a lesson: its steps are built ahead, and run one after the other in a session.

import Foundation
import LessonModel
import Processes
import StepBuilder

/// What a run is allowed and where its parts are.
public struct SessionSettings: Sendable {
  /// The host program with all that goes before `serve`, such as the sandbox.
  public var host: [String]
  /// The runtime that steps are linked with.
  public var runtimeLibrary: String
  public var environment: [String: String]
  /// Where relative paths of a step start.
  public var workingFolder: String
  /// The toolchain's `llvm-symbolizer` and `swift-demangle`.
  public var symbolizer, demangler: String
  /// Seconds a step may take that does not say so itself.
  public var timeout: Double
  /// Bytes of memory a step may hold; the sandbox enforces it, the session only names it.
  public var memoryLimit: Int
  /// Bytes a step may print and display.
  public var outputLimit: Int
  /// Asked when a step wants a model of the hub.
  public var findModel: ModelFinder

  public init(
    host: [String], runtimeLibrary: String, environment: [String: String], workingFolder: String, symbolizer: String,
    demangler: String, timeout: Double, memoryLimit: Int, outputLimit: Int = 16 << 20,
    findModel: @escaping ModelFinder
  ) {
    self.host = host
    self.runtimeLibrary = runtimeLibrary
    self.environment = environment
    self.workingFolder = workingFolder
    self.symbolizer = symbolizer
    self.demangler = demangler
    self.timeout = timeout
    self.memoryLimit = memoryLimit
    self.outputLimit = outputLimit
    self.findModel = findModel
  }
}

/// How far a run has come.
public enum RunProgress: Sendable {
  /// The step is being compiled.
  case building(Step)
  case running(Step)
  case done(Step, StepOutcome)
}

/// Why not a single step can run on this machine.
public struct SessionUnavailable: Error {
  public let reason: String
}

/// Runs lessons.
public struct Session: Sendable {
  private let settings: SessionSettings
  private let builder: StepBuilder

  public init(_ settings: SessionSettings, builder: StepBuilder) {
    self.settings = settings
    self.builder = builder
  }

  /// Runs all steps of a lesson, in order. When the task is cancelled, the step that runs is ended, and what has
  /// been done so far is the result.
  ///
  /// - Throws: `SpawnError` when this process is out of descriptors; `SessionUnavailable`.
  public func run(_ lesson: Lesson, observe: @Sendable (RunProgress) -> Void) async throws -> LessonRun {
    let interruption = try makePipe()
    defer {
      close(interruption.read)
      close(interruption.write)
    }
    return try await withTaskCancellationHandler {
      var run = LessonBeingRun(lesson, settings: settings, builder: builder, interruption: interruption.read)
      return try await run.run(observe)
    } onCancel: {
      _ = write(interruption.write, [0], 1)
    }
  }
}

/// The state of running one lesson.
private struct LessonBeingRun {
  private let builder: StepBuilder
  private let settings: SessionSettings
  private let driver: SessionDriver
  private let isAsync: Bool
  private var run: LessonRun
  private var report: FailureReport
  /// Steps block while they are watched; they must not hold up the tasks that build.
  private let queue = DispatchQueue(label: "session")

  init(_ lesson: Lesson, settings: SessionSettings, builder: StepBuilder, interruption: Int32) {
    self.settings = settings
    self.builder = builder
    isAsync = builder.awaits(lesson)
    driver = SessionDriver(
      command: settings.host + [
        "serve", String(HostConnection.controlDescriptor), settings.runtimeLibrary, settings.workingFolder,
      ],
      environment: settings.environment, interruption: interruption, outputLimit: settings.outputLimit,
      findModel: settings.findModel)
    run = LessonRun(lesson: lesson, outcomes: [])
    report = FailureReport(
      lesson: lesson, builder: builder,
      symbolizer: Symbolizer(program: settings.symbolizer, demangler: settings.demangler),
      memoryLimit: settings.memoryLimit)
  }

  mutating func run(_ observe: @Sendable (RunProgress) -> Void) async throws -> LessonRun {
    var steps = run.lesson.runSteps.makeIterator()
    for await building in builder.build(run.lesson) {
      guard let step = steps.next() else { break }
      if step.index == 0 {
        guard try await outcome(of: step, await building.value, { _ in }) != nil else { break }
        continue
      }
      observe(.building(step))
      let built = await building.value
      guard !Task.isCancelled, let outcome = try await outcome(of: step, built, observe) else { break }
      observe(.done(step, outcome))
      run.outcomes.append(outcome)
    }
    run.isInterrupted = run.outcomes.count < run.lesson.steps.count
    return run
  }

  private mutating func outcome(
    of step: Step, _ built: BuiltStep, _ observe: (RunProgress) -> Void
  ) async throws -> StepOutcome? {
    var outcome: StepOutcome
    var seconds = 0.0
    if let culprit = built.uses.intersection(report.failed).min() {
      report.failed.insert(step.index)
      return .skipped(needing: culprit)
    }
    switch built.result {
    case .notEvaluated: return StepOutcome(status: .skipped, skippedBecause: "is not evaluated (`eval: false`)")
    case .needs(let culprit): outcome = .skipped(needing: culprit)
    case .refused(let errors): outcome = refusal(errors, built.warnings)
    case .broken(let reason):
      outcome = StepOutcome(status: .error, error: StepError(.internal, "The step cannot be built: \(reason)"))
    case .unusableRuntime(let reason):
      throw SessionUnavailable(reason: "the runtime's modules cannot be imported: \(reason)")
    case .library(let path, let entryPoint):
      observe(.running(step))
      report.libraries[step.index] = path
      let observation = await observation(of: step, library: path, entryPoint: entryPoint)
      if case .noSession(let reason) = observation.ending, !driver.hasStarted {
        throw SessionUnavailable(reason: "no session starts: \(reason)")
      }
      seconds = observation.seconds
      guard let ran = await report.outcome(of: step, observation, warnings: built.warnings) else { return nil }
      outcome = ran
    }
    if outcome.status != .ok { report.failed.insert(step.index) }
    outcome.timing = StepOutcome.Timing(build: built.seconds, run: seconds)
    return outcome
  }

  private func observation(of step: Step, library: String, entryPoint: String) async -> Observation {
    let command = StepCommand(
      step: step.index, library: library, entryPoint: entryPoint, isAsync: isAsync,
      timeout: step.options.timeout ?? settings.timeout)
    nonisolated(unsafe) let driver = driver
    return await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(returning: driver.run(command))
      }
    }
  }

  /// The first error is the step's, the others are its notes.
  private func refusal(_ errors: [Diagnostic], _ warnings: [Diagnostic]) -> StepOutcome {
    let first = errors[0]
    let error = StepError(
      .compile, first.message, at: first.span?.start, notes: first.notes + errors.dropFirst())
    return StepOutcome(status: .error, warnings: warnings, error: error)
  }
}
