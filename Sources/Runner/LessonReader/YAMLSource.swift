// A stretch of YAML inside a lesson, and where its characters stand there.

import LessonModel
import Yams

struct YAMLSource {
  /// The longest YAML that is read, in bytes, and the most aliases in it: the parser's time and memory may grow
  /// with the square of the first and as a power of the second.
  static let sizeLimit = 64 << 10
  static let aliasLimit = 16

  struct Line {
    var text: String
    /// Where `text` starts in the lesson.
    var position: SourcePosition
  }

  var lines: [Line]

  var text: String { lines.map { $0.text + "\n" }.joined() }

  /// The place in the lesson of one of Yams' marks, whose columns count Unicode scalars.
  func position(_ mark: Mark) -> SourcePosition { position(line: mark.line, column: mark.column) }

  private func position(line number: Int, column: Int) -> SourcePosition {
    guard let last = lines.last else { return SourcePosition(line: 1, column: 1) }
    guard lines.indices.contains(number - 1) else {
      return SourcePosition(line: last.position.line, column: last.position.column + last.text.utf8.count)
    }
    let line = lines[number - 1]
    let before = line.text.unicodeScalars.prefix(max(0, column - 1))
    let bytes = before.reduce(0) { $0 + UTF8.width($1) }
    return SourcePosition(line: line.position.line, column: line.position.column + bytes)
  }

  /// The place of a character by its distance from the start of `text`.
  func position(offset: Int) -> SourcePosition {
    let before = text.prefix(offset).split(separator: "\n", omittingEmptySubsequences: false)
    return position(line: before.count, column: (before.last?.unicodeScalars.count ?? 0) + 1)
  }
}

extension YAMLSource {
  /// Reads a mapping. Invalid YAML, and YAML that is no mapping, is reported and gives nil.
  func mapping(_ findings: inout Findings, what: String) -> Node.Mapping? {
    guard let start = lines.first?.position else { return nil }
    guard text.utf8.count <= Self.sizeLimit, aliasCount <= Self.aliasLimit else {
      findings.report("invalid-yaml", "\(what) is too long or has too many aliases.", at: SourceSpan(at: start))
      return nil
    }
    do {
      guard let root = try composeAll(&findings) else { return nil }
      if let mapping = root.mapping { return mapping }
      let position = root.mark.map { self.position($0) } ?? start
      findings.report(
        "invalid-yaml", "\(what) must be lines of the form `name: value`.", at: SourceSpan(at: position))
    } catch let error as YamlError {
      report(error, &findings, what: what)
    } catch {
      findings.report("invalid-yaml", "\(what) is not valid YAML: \(error).", at: SourceSpan(at: start))
    }
    return nil
  }

  /// The characters that could start an alias (`*name`).
  private var aliasCount: Int {
    var count = 0
    var previous: UInt8 = 0x20
    for byte in text.utf8 {
      if byte == UInt8(ascii: "*"), isSpace(previous) || "[{,:-?".utf8.contains(previous) { count += 1 }
      previous = byte
    }
    return count
  }

  /// Yams refuses a mapping with a repeated key and names only its first place. So each time it does, the key there
  /// is masked, which brings the next one to light; at the end all places are known and reported.
  private func composeAll(_ findings: inout Findings) throws -> Node? {
    var masked = self
    var repeated: [(name: String, mark: Mark)] = []
    while true {
      do {
        let root = try Yams.compose(yaml: masked.text, .default, .default, .utf8)
        if let root { reportRepeats(repeated, in: root, &findings) }
        return root
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        guard let name = names.first, repeated.count < 100, masked.mask(at: context.mark, repeated.count) else {
          throw YamlError.duplicatedKeysInMapping(duplicates: names, context: context)
        }
        repeated.append((name, context.mark))
      }
    }
  }

  /// Replaces the character at `mark`, or the one after it where that is a quotation mark.
  private mutating func mask(at mark: Mark, _ number: Int) -> Bool {
    guard lines.indices.contains(mark.line - 1), let replacement = Unicode.Scalar(Self.firstMask + UInt32(number))
    else { return false }
    var scalars = Array(lines[mark.line - 1].text.unicodeScalars)
    var index = mark.column - 1
    if scalars.indices.contains(index), scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
    guard scalars.indices.contains(index) else { return false }
    scalars[index] = replacement
    lines[mark.line - 1].text = String(String.UnicodeScalarView(scalars))
    return true
  }

  private static let firstMask: UInt32 = 0xE000

  /// Whether a key was masked by `mask`.
  static func isMasked(_ name: String) -> Bool {
    name.unicodeScalars.first.map { (firstMask..<firstMask + 100).contains($0.value) } ?? false
  }

  private func reportRepeats(_ masked: [(name: String, mark: Mark)], in root: Node, _ findings: inout Findings) {
    let nested = root.mapping.map { $0.compactMap(\.value.mapping) } ?? []
    for mapping in [root.mapping].compactMap({ $0 }) + nested {
      var places: [String: [SourcePosition]] = [:]
      for key in mapping.keys {
        guard let mark = key.mark, let text = key.string else { continue }
        let name = masked.first { $0.mark.line == mark.line && $0.mark.column == mark.column }?.name ?? text
        places[name, default: []].append(position(mark))
      }
      for (name, positions) in places { reportRepeats(of: name, at: positions.sorted(), &findings) }
    }
  }

  private func reportRepeats(of name: String, at positions: [SourcePosition], _ findings: inout Findings) {
    for position in positions.dropFirst() {
      let span = SourceSpan(line: position.line, column: position.column, length: name.utf8.count)
      let first = Diagnostic(.note, "`\(name)` is first given here.", at: SourceSpan(at: positions[0]))
      findings.report(
        "duplicate-key", "`\(name)` is given twice, first on line \(positions[0].line).", at: span, notes: [first])
    }
  }

  private func report(_ error: YamlError, _ findings: inout Findings, what: String) {
    let (problem, position): (String, SourcePosition?) =
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        (problem, self.position(mark))
      case .duplicatedKeysInMapping(let names, let context):
        ("`\(names.first ?? "")` is given twice", self.position(context.mark))
      case .reader(let problem, let offset, _, _): (problem, offset.map { self.position(offset: $0) })
      default: ("\(error)", nil)
      }
    let start = position ?? lines.first?.position ?? SourcePosition(line: 1, column: 1)
    findings.report("invalid-yaml", "\(what) is not valid YAML: \(problem).", at: SourceSpan(at: start))
  }
}
