// A run as JSON, for programs that check or compare runs.

import Foundation
import LessonModel

/// The JSON that `--record` writes.
struct RunRecord: Encodable {
  struct StepRecord: Encodable {
    struct Failure: Encodable {
      var kind: String
      var type: String?
      var message: String
      var line: Int?
      var column: Int?
      var notes: [Note]
    }

    struct Note: Encodable {
      var message: String
      var line: Int?
      var column: Int?
    }

    var index: Int
    var label: String?
    /// Of the opening fence, 1-based.
    var line: Int
    var status: String
    var stdout: String
    var stderr: String
    /// As in Jupyter: text as it is, bytes in base64.
    var displays: [[String: String]]
    var warnings: [Note]
    var error: Failure?
    var skippedBecause: String?
    var defaultDType: String?
    var buildSeconds: Double?
    var runSeconds: Double?
  }

  var lesson: String
  var isInterrupted: Bool
  /// By name, as text.
  var params: [String: String]
  var steps: [StepRecord]

  init(_ run: LessonRun, showsTimings: Bool) {
    lesson = run.lesson.source.fileName
    isInterrupted = run.isInterrupted
    params = Dictionary(
      run.lesson.frontMatter.parameters.map { ($0.name, $0.value.description) }, uniquingKeysWith: { $1 })
    steps = zip(run.lesson.steps, run.outcomes).map { StepRecord($0, $1, showsTimings: showsTimings) }
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

extension RunRecord.StepRecord {
  init(_ step: Step, _ outcome: StepOutcome, showsTimings: Bool) {
    index = step.index
    label = step.options.label
    line = step.fenceLine
    status = outcome.status.rawValue
    stdout = outcome.outputs.map { if case .stdout(let text) = $0 { text } else { "" } }.joined()
    stderr = outcome.outputs.map { if case .stderr(let text) = $0 { text } else { "" } }.joined()
    displays = outcome.outputs.compactMap { if case .display(let bundle) = $0 { bundle.asText } else { nil } }
    warnings = outcome.warnings.map(Note.init)
    error = outcome.error.map(Failure.init)
    skippedBecause = outcome.skippedBecause
    defaultDType = outcome.defaultDType
    buildSeconds = showsTimings ? outcome.timing?.build : nil
    runSeconds = showsTimings ? outcome.timing?.run : nil
  }
}

extension RunRecord.StepRecord.Failure {
  fileprivate init(_ error: StepError) {
    kind = error.kind.rawValue
    type = error.type
    message = error.message
    line = error.position?.line
    column = error.position?.column
    notes = error.notes.map(RunRecord.StepRecord.Note.init)
  }
}

extension RunRecord.StepRecord.Note {
  fileprivate init(_ diagnostic: Diagnostic) {
    message = diagnostic.message
    line = diagnostic.span?.start.line
    column = diagnostic.span?.start.column
  }
}

extension MIMEBundle {
  fileprivate var asText: [String: String] {
    Dictionary(
      uniqueKeysWithValues: data.map { type, bytes in
        let isText = type.hasPrefix("text/") || type == "image/svg+xml" || type == "application/json"
        return (type, isText ? String(decoding: bytes, as: UTF8.self) : Data(bytes).base64EncodedString())
      })
  }
}

// What there is none of is `null`, so that every record has the same keys; only timings come when they are asked for.

extension RunRecord.StepRecord {
  private enum CodingKeys: String, CodingKey {
    case index, label, line, status, stdout, stderr, displays, warnings, error, skippedBecause, defaultDType
    case buildSeconds, runSeconds
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(label, forKey: .label)
    try values.encode(line, forKey: .line)
    try values.encode(status, forKey: .status)
    try values.encode(stdout, forKey: .stdout)
    try values.encode(stderr, forKey: .stderr)
    try values.encode(displays, forKey: .displays)
    try values.encode(warnings, forKey: .warnings)
    try values.encode(error, forKey: .error)
    try values.encode(skippedBecause, forKey: .skippedBecause)
    try values.encode(defaultDType, forKey: .defaultDType)
    try values.encodeIfPresent(buildSeconds, forKey: .buildSeconds)
    try values.encodeIfPresent(runSeconds, forKey: .runSeconds)
  }
}

extension RunRecord.StepRecord.Failure {
  private enum CodingKeys: String, CodingKey { case kind, type, message, line, column, notes }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(kind, forKey: .kind)
    try values.encode(type, forKey: .type)
    try values.encode(message, forKey: .message)
    try values.encode(line, forKey: .line)
    try values.encode(column, forKey: .column)
    try values.encode(notes, forKey: .notes)
  }
}

extension RunRecord.StepRecord.Note {
  private enum CodingKeys: String, CodingKey { case message, line, column }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(message, forKey: .message)
    try values.encode(line, forKey: .line)
    try values.encode(column, forKey: .column)
  }
}
