// What happened when a lesson ran: one outcome for each step.

/// A lesson together with what its steps did.
public struct LessonRun: Sendable {
  public var lesson: Lesson
  /// One for each step that was reached; fewer than `lesson.steps` when the run was interrupted.
  public var outcomes: [StepOutcome]
  public var isInterrupted: Bool
  /// What a reader of the page must know about how it was run, such as a sandbox that the kernel lacks.
  public var notices: [String]

  public init(lesson: Lesson, outcomes: [StepOutcome], isInterrupted: Bool = false, notices: [String] = []) {
    self.lesson = lesson
    self.outcomes = outcomes
    self.isInterrupted = isInterrupted
    self.notices = notices
  }
}

public struct StepOutcome: Sendable, Hashable {
  public enum Status: String, Sendable, Codable { case ok, error, skipped }

  public var status: Status
  /// What the step printed and displayed, in the order it happened.
  public var outputs: [Output]
  /// Compiler warnings, and notes about how the step ran.
  public var warnings: [Diagnostic]
  /// Set when `status` is `error`.
  public var error: StepError?
  /// Set when `status` is `skipped`: a phrase such as `needs step 3, which failed`.
  public var skippedBecause: String?
  /// The default dtype in force when the step started, by its Swift name (`bfloat16`); nil when it did not start.
  public var defaultDType: String?
  /// Left out of pages and records unless timings are asked for.
  public var timing: Timing?

  public init(
    status: Status, outputs: [Output] = [], warnings: [Diagnostic] = [], error: StepError? = nil,
    skippedBecause: String? = nil, defaultDType: String? = nil, timing: Timing? = nil
  ) {
    self.status = status
    self.outputs = outputs
    self.warnings = warnings
    self.error = error
    self.skippedBecause = skippedBecause
    self.defaultDType = defaultDType
    self.timing = timing
  }

  public struct Timing: Sendable, Hashable {
    /// Seconds of compiling and linking; 0 when the step came from the cache.
    public var build: Double
    /// Seconds of running.
    public var run: Double

    public init(build: Double, run: Double) {
      self.build = build
      self.run = run
    }
  }
}

public enum Output: Sendable, Hashable {
  /// Neighbouring pieces of one stream are joined.
  case stdout(String)
  case stderr(String)
  case display(MIMEBundle)
}

/// One displayed value in one or more forms, as in Jupyter's `display_data`.
public struct MIMEBundle: Sendable, Hashable {
  /// Data by MIME type: UTF-8 text, or bytes for `image/png` and `image/jpeg`. Always has `text/plain`.
  public var data: [String: [UInt8]]

  public init(_ data: [String: [UInt8]]) { self.data = data }

  public func text(_ type: String) -> String? { data[type].map { String(decoding: $0, as: UTF8.self) } }
}

/// Why a step failed.
public struct StepError: Sendable, Hashable {
  public enum Kind: String, Sendable, Codable {
    /// The compiler refused it.
    case compile
    /// An error left its top level.
    case thrown
    /// The process was stopped by a trap: a failed precondition, an overflow, a bad access.
    case trap
    /// It called `exit`.
    case exit
    /// It was ended by a signal from elsewhere, or by `abort()`.
    case signal
    case timeout
    case memory
    /// It printed more than a run keeps.
    case output
    /// The sandbox refused something and the step ended for it.
    case sandbox
    /// The tool failed, not the lesson.
    case `internal`
  }

  public var kind: Kind
  /// The Swift type of a thrown error.
  public var type: String?
  public var message: String
  public var position: SourcePosition?
  /// Further places and explanations: all compiler diagnostics of a `compile` error after the first; the lesson's
  /// own calls that led to a trap or a throw.
  public var notes: [Diagnostic]

  public init(
    _ kind: Kind, type: String? = nil, _ message: String, at position: SourcePosition? = nil, notes: [Diagnostic] = []
  ) {
    self.kind = kind
    self.type = type
    self.message = message
    self.position = position
    self.notes = notes
  }
}

/// A stretch of Swift code that is shown in one colour. Offsets count UTF-8 bytes from the code's start.
public struct HighlightSpan: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case keyword, identifier, type, string, number, comment, docComment, `operator`, attribute, directive, regex,
      argumentLabel, interpolation, plain
  }

  public var start: Int
  public var length: Int
  public var kind: Kind

  public init(start: Int, length: Int, kind: Kind) {
    self.start = start
    self.length = length
    self.kind = kind
  }
}
