// The one diagnostic type of all phases: reading, building, running.

/// Something to tell the author about a place in the lesson.
public struct Diagnostic: Sendable, Hashable, Codable {
  public enum Severity: String, Sendable, Codable { case error, warning, note }

  public var severity: Severity
  /// A stable identifier such as `unknown-option`; empty for the Swift compiler's own.
  public var id: String
  public var message: String
  /// Nil where the reason has no place in the lesson.
  public var span: SourceSpan?
  public var notes: [Diagnostic]
  /// The way out, as a sentence.
  public var hint: String?

  public init(
    _ severity: Severity, id: String = "", _ message: String, at span: SourceSpan?, notes: [Diagnostic] = [],
    hint: String? = nil
  ) {
    self.severity = severity
    self.id = id
    self.message = message
    self.span = span
    self.notes = notes
    self.hint = hint
  }
}

/// A lesson that cannot be run as it stands: every error found in its markup, in order of position.
public struct LessonErrors: Error, Sendable {
  public var diagnostics: [Diagnostic]
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// The nearest of `names` to a misspelt one, by edit distance; nil when none is near.
public func nearestName(to name: String, in names: some Sequence<String>) -> String? {
  let limit = max(1, name.count / 3)
  return names.map { (distance: editDistance(name.lowercased(), $0.lowercased()), name: $0) }
    .filter { $0.distance <= limit }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// The number of single-character insertions, deletions, substitutions and swaps of neighbours between two
/// words (optimal string alignment distance).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a), b = Array(b)
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
