// A failed step in words: the kind of the failure, its message, its place in the lesson, and what led there.

import Foundation
import LessonModel
import StepBuilder

/// Puts what was observed of a step into words.
struct FailureReport {
  let lesson: Lesson
  let builder: StepBuilder
  let symbolizer: Symbolizer
  let memoryLimit: Int
  /// For each step with a library, that library's path.
  var libraries: [Int: String] = [:]
  /// Steps that failed so far.
  var failed: Set<Int> = []

  /// The outcome of a step; nil when the run was interrupted in it.
  func outcome(of step: Step, _ observation: Observation, warnings: [Diagnostic]) async -> StepOutcome? {
    var outcome = StepOutcome(
      status: .ok, outputs: observation.recorder.outputs, warnings: warnings,
      defaultDType: observation.defaultDType)
    switch observation.ending {
    case .interrupted: return nil
    case .finished(let threads):
      if threads > 0 { outcome.warnings.append(threadWarning(threads, at: step)) }
      return outcome
    case .loadFailed(let message):
      if let culprit = missingStep(in: message) { return .skipped(needing: culprit) }
      outcome.error = await loadError(message)
    default: outcome.error = await error(of: step, observation, &outcome.outputs)
    }
    outcome.status = .error
    return outcome
  }

  private func threadWarning(_ threads: Int, at step: Step) -> Diagnostic {
    let subject = threads == 1 ? "a thread" : "\(threads) threads"
    return Diagnostic(
      .note, "The step left \(subject) running: if a later step fails, the steps up to it run again.", at: nil)
  }

  /// The failed step whose symbol the dynamic linker misses. Swift's mangled names hold `5Step3` for module `Step3`:
  /// the digit is the length, and what follows may begin with a digit too.
  private func missingStep(in message: String) -> Int? {
    message.matches(of: #/([5-9])Step/#).compactMap { match in
      let digits = message[match.range.upperBound...].prefix((Int(match.1) ?? 0) - "Step".count)
      return Int(digits)
    }.first { failed.contains($0) }
  }

  /// The dynamic linker's message without the library's path, which is this machine's.
  private func loadError(_ message: String) async -> StepError {
    let mark = "undefined symbol: "
    guard let symbol = message.range(of: mark).map({ message[$0.upperBound...].prefix { !$0.isWhitespace } }) else {
      let reason = message.range(of: ".so: ").map { String(message[$0.upperBound...]) } ?? message
      return StepError(.internal, "The step's library cannot be loaded: \(reason)")
    }
    let name = withoutStepModules(await symbolizer.demangled(String(symbol)))
    return StepError(.compile, "The step uses \(name), which is not public in its library.")
  }

  private func error(of step: Step, _ observation: Observation, _ outputs: inout [Output]) async -> StepError {
    switch observation.ending {
    case .thrown(let type, let description, let stack):
      var error = await placed(
        StepError(.thrown, type: type.replacing(#/\bmain\./#, with: ""), description), stack)
      if isDenial(description) { error.notes.append(Self.denialNote) }
      return error
    case .vanished(let status?, let peakBytes) where [SIGILL, SIGTRAP, SIGABRT].contains(status & 0x7f):
      return await trap(status & 0x7f, false, [], &outputs, peakBytes: peakBytes)
    case .trap(let signal, let isStackOverflow, let stack):
      return await trap(signal, isStackOverflow, stack, &outputs, peakBytes: observation.peakBytes)
    default: return plainError(observation.ending, peakBytes: observation.peakBytes)
    }
  }

  private func isDenial(_ description: String) -> Bool {
    description.contains("Permission denied") || description.contains("Operation not permitted")
  }

  /// Most denials are the sandbox's, and nothing in the system's words says so.
  private static let denialNote = Diagnostic(
    .note,
    "Steps run in a sandbox: they read the lesson's folder, write to FileManager.default.temporaryDirectory, start no "
      + "programs and have no network.", at: nil)

  /// Errors that have no place in the lesson.
  private func plainError(_ ending: StepEnding, peakBytes: Int) -> StepError {
    switch ending {
    case .exit(let status): StepError(.exit, "The step called exit(\(status)), which ends a program.")
    case .closedStream(let stream):
      StepError(.output, "The step closed or replaced \(stream == 1 ? "standard output" : "standard error").")
    case .deadlock: StepError(.timeout, "Every task of the step waits for something that can no longer happen.")
    case .timeout(let seconds):
      StepError(
        .timeout,
        "The step ran longer than its limit of \(inWords(seconds)). `//| timeout:` or `--timeout` sets another.")
    case .tooMuchOutput(let bytes):
      StepError(.output, "The step printed more than \(inMegabytes(bytes)); what came before that is kept.")
    case .nonsense:
      StepError(.sandbox, "The step disturbed the socket through which its session is commanded.")
    case .vanished(let status, let peak): vanished(status, peakBytes: peak)
    case .noSession(let reason): StepError(.internal, "There is no session for the step: \(reason).")
    default: StepError(.internal, "The step ended in a way that has no words: \(ending).")
    }
  }

  private func vanished(_ status: Int32?, peakBytes: Int) -> StepError {
    guard let status else {
      return StepError(.signal, "The step ended all processes of its session.")
    }
    if isNearMemoryLimit(peakBytes) { return memoryError }
    if status & 0x7f != 0 {
      return StepError(.signal, "The step's process was ended by \(signalName(status & 0x7f)).")
    }
    return StepError(.exit, "The step ended its process with status \((status >> 8) & 0xff).")
  }

  private var memoryError: StepError {
    StepError(.memory, "The step needs more memory than its limit of \(inMegabytes(memoryLimit)).")
  }

  private func isNearMemoryLimit(_ bytes: Int) -> Bool { bytes > memoryLimit / 10 * 9 }

  private func trap(
    _ signal: Int32, _ isStackOverflow: Bool, _ stack: [StackFrame], _ outputs: inout [Output], peakBytes: Int
  ) async -> StepError {
    let message = FatalError(takenFrom: &outputs)?.message
    if message?.hasPrefix("failed to allocate") == true || isNearMemoryLimit(peakBytes) {
      return await placed(memoryError, stack)
    }
    if isStackOverflow {
      return await placed(StepError(.trap, "The step ran out of stack space: its calls never come to an end."), stack)
    }
    if let message { return await placed(StepError(.trap, message), stack) }
    if signal == SIGABRT { return await placed(StepError(.signal, "The step called abort()."), stack) }
    let isTrap = signal == SIGILL || signal == SIGTRAP
    return await placed(
      StepError(.trap, isTrap ? "The step reached a trap." : "The step was stopped by \(signalName(signal))."), stack)
  }

  /// Adds the places of the stack that lie in the lesson: the innermost is the error's own, the others are notes.
  private func placed(_ error: StepError, _ stack: [StackFrame]) async -> StepError {
    var error = error
    var places: [(place: StackPlace, step: Step)] = []
    for frame in stack {
      guard let index = libraries.first(where: { $0.value == frame.library })?.key,
        let step = lesson.steps.first(where: { $0.index == index })
      else { continue }
      let found = await symbolizer.places(
        of: [frame.offset], in: frame.library, fileName: lesson.source.fileName)
      places += found.joined().map { ($0, step) }
      if places.count >= Self.maximalPlaces { break }
    }
    if places.isEmpty { return error }
    if error.message == "The step reached a trap.", let failure = places[0].place.runtimeFailure {
      error.message = failure.prefix(1).uppercased() + failure.dropFirst()
    }
    var positions = places.map { builder.lessonPosition(line: $0.place.line, column: $0.place.column, in: $0.step) }
    error.position = positions.removeFirst()
    var seen: Set = [error.position]
    for position in positions where seen.insert(position).inserted {
      error.notes.append(Diagnostic(.note, "called here", at: SourceSpan(at: position)))
    }
    return error
  }

  /// Enough to see where an endless recursion turns.
  private static let maximalPlaces = 8

  private func inWords(_ seconds: Double) -> String {
    let number = seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    return number == "1" ? "1 second" : "\(number) seconds"
  }

  private func inMegabytes(_ bytes: Int) -> String {
    bytes >= 1 << 30 ? "\(bytes >> 30) GB" : "\(bytes >> 20) MB"
  }

  private func signalName(_ signal: Int32) -> String {
    let names = [
      SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
      SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGPIPE: "SIGPIPE", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
      SIGSYS: "SIGSYS", SIGALRM: "SIGALRM", SIGQUIT: "SIGQUIT", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}

/// What the Swift runtime prints before it stops a program: `Step8/03-dtypes.md:12: Fatal error: message`, also with
/// `Precondition failed` or `Assertion failed`, or `Could not cast value of type ...` by itself.
struct FatalError {
  var message: String

  /// Finds the message in the last thing that was printed on standard error and takes it out of there: it is told as
  /// the step's error.
  init?(takenFrom outputs: inout [Output]) {
    guard case .stderr(let text)? = outputs.last,
      let match = text.matches(of: Self.beginning).last
    else { return nil }
    // With its own backtracer off, the Swift runtime lists addresses, which say nothing to an author.
    let said = (text[match.range.upperBound...].components(separatedBy: "\nCurrent stack trace:\n").first ?? "")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let kind = match.1.map(String.init) ?? ""
    let isPlain = kind == "Fatal error" && !said.isEmpty
    let whole = isPlain ? said : [kind, said].filter { !$0.isEmpty }.joined(separator: ": ")
    message = withoutStepModules(whole).replacing(Self.address, with: "")
    outputs.removeLast()
    let before = String(text[..<match.range.lowerBound])
    if !before.isEmpty { outputs.append(.stderr(before)) }
  }

  private static var beginning: Regex<(Substring, Substring?)> {
    #/(?m)^(?:(?:[^\n]*:[0-9]+: )?(Fatal error|Precondition failed|Assertion failed)(?:: )?|(?=Could not cast value of type '))/#
  }

  /// Where the runtime names an object or a type by its address, which differs from run to run.
  private static var address: Regex<Substring> { #/ \(0x[0-9a-f]+\)| 0x[0-9a-f]+(?= was already destroyed)/# }
}

extension StepOutcome {
  static func skipped(needing step: Int) -> StepOutcome {
    // The parameters are declared by a step 0, which is not the author's.
    let culprit = step == 0 ? "the lesson's parameters, which cannot be set" : "step \(step), which failed"
    return StepOutcome(status: .skipped, skippedBecause: "needs \(culprit)")
  }
}
