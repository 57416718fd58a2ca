// How a step ended, as it was observed, before it is put into words.

/// What ended a step.
enum StepEnding: Sendable {
  case finished(otherThreads: Int)
  case loadFailed(String)
  case thrown(type: String, description: String, stack: [StackFrame])
  case trap(signal: Int32, isStackOverflow: Bool, stack: [StackFrame])
  case exit(status: Int32)
  case closedStream(Int32)
  case deadlock
  /// It ran longer than its limit of seconds.
  case timeout(Double)
  /// It printed more bytes than its limit.
  case tooMuchOutput(Int)
  /// It wrote to the session's control socket.
  case nonsense
  /// Its process, or the whole session, was gone: a `waitpid` status where there is one.
  case vanished(status: Int32?, peakBytes: Int)
  /// The session could not be started.
  case noSession(String)
  case interrupted
}

/// Everything that was observed of one step.
struct Observation: Sendable {
  var ending: StepEnding
  var recorder = Recorder()
  var defaultDType: String?
  var seconds: Double = 0
  /// The largest resident size of a step whose process has ended.
  var peakBytes = 0
}
