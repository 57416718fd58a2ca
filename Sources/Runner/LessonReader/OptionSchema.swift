// The closed schema of YAML options: names, what each wants, and where its value goes.

import LessonModel
import Yams

/// One option and how its value gets into `Target`.
struct OptionField<Target>: Sendable {
  enum Content: Sendable {
    /// `wants` completes "`name` wants …". `set` returns false for a value of another type.
    case value(wants: String, set: @Sendable (OptionValue, inout Target) -> Bool)
    case group([OptionField<Target>])
  }

  let name: String
  let content: Content

  init(_ name: String, wants: String, _ set: @escaping @Sendable (OptionValue, inout Target) -> Bool) {
    self.name = name
    content = .value(wants: wants, set: set)
  }

  init(_ name: String, _ fields: [OptionField<Target>]) {
    self.name = name
    content = .group(fields)
  }
}

extension OptionField {
  static func flag(_ name: String, _ store: @escaping @Sendable (Bool, inout Target) -> Void) -> Self {
    Self(name, wants: "true or false") { $0.flag.store(in: &$1, store) }
  }

  static func text(_ name: String, _ store: @escaping @Sendable (String, inout Target) -> Void) -> Self {
    Self(name, wants: "text") { $0.text.store(in: &$1, store) }
  }

  static func seconds(_ name: String, _ store: @escaping @Sendable (Double, inout Target) -> Void) -> Self {
    Self(name, wants: "a number of seconds above 0") { $0.seconds.store(in: &$1, store) }
  }

  /// The same option of a value inside another one.
  func lifted<Outer>(_ access: @escaping @Sendable (inout Outer, (inout Target) -> Bool) -> Bool) -> OptionField<Outer>
  {
    switch content {
    case .group(let fields): OptionField<Outer>(name, fields.map { $0.lifted(access) })
    case .value(let wants, let set):
      OptionField<Outer>(name, wants: wants) { value, outer in access(&outer) { set(value, &$0) } }
    }
  }
}

extension Optional {
  fileprivate func store<Target>(in target: inout Target, _ store: (Wrapped, inout Target) -> Void) -> Bool {
    guard let self else { return false }
    store(self, &target)
    return true
  }
}

/// An option's value, asked for as one type or another.
struct OptionValue {
  let node: Node

  /// The text of a scalar as it is written; nil for lists, mappings and empty values.
  var text: String? {
    guard let scalar = node.scalar, isQuoted || !["", "~", "null"].contains(scalar.string) else { return nil }
    return scalar.string
  }

  /// The text of a scalar without quotation marks.
  var plain: String? { isQuoted ? nil : text }

  var flag: Bool? {
    switch plain {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  var seconds: Double? {
    guard let number = plain.flatMap(Double.init), number > 0, number <= 1e9 else { return nil }
    return number
  }

  var texts: [String]? {
    if let text { return [text] }
    guard let sequence = node.sequence, !sequence.isEmpty else { return nil }
    let texts = sequence.compactMap { OptionValue(node: $0).text }
    return texts.count == sequence.count ? texts : nil
  }

  /// Bytes: a number with a unit of 1024s (`512 MB`, `2 GiB`), or a bare number of megabytes.
  var size: Int? {
    guard let text else { return nil }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).trimmingPrefix { $0 == " " }.uppercased()
    let shifts = ["": 20, "KB": 10, "MB": 20, "GB": 30, "TB": 40, "KIB": 10, "MIB": 20, "GIB": 30, "TIB": 40]
    guard let number = Double(digits), let shift = shifts[unit] else { return nil }
    let bytes = number * Double(1 << shift)
    return bytes >= 1 && bytes <= 0x1p60 ? Int(bytes) : nil
  }

  private var isQuoted: Bool { node.scalar.map { $0.style == .singleQuoted || $0.style == .doubleQuoted } ?? false }
}

extension YAMLSource {
  /// Reads a mapping into `target`; every unknown name and wrong type is reported. `what` names the mapping.
  func read<Target>(
    _ fields: [OptionField<Target>], into target: inout Target, what: String, _ findings: inout Findings
  ) {
    guard let mapping = mapping(&findings, what: what) else { return }
    read(mapping, fields, into: &target, &findings)
  }

  private func read<Target>(
    _ mapping: Node.Mapping, _ fields: [OptionField<Target>], into target: inout Target, _ findings: inout Findings
  ) {
    for (key, value) in mapping {
      guard !Self.isMasked(key.string ?? "") else { continue }
      let name = key.string ?? ""
      let start = key.mark.map { position($0) } ?? SourcePosition(line: 1, column: 1)
      let span = SourceSpan(line: start.line, column: start.column, length: name.utf8.count)
      guard let field = fields.first(where: { $0.name == name }) else {
        let hint = hint(for: name, among: fields.map(\.name))
        findings.report("unknown-option", "There is no option `\(name)` here.", at: span, hint: hint)
        continue
      }
      set(field, to: value, keyAt: span, &target, &findings)
    }
  }

  private func set<Target>(
    _ field: OptionField<Target>, to node: Node, keyAt key: SourceSpan, _ target: inout Target,
    _ findings: inout Findings
  ) {
    let value = OptionValue(node: node)
    let place = node.scalar?.string.isEmpty == true ? key : node.mark.map { SourceSpan(at: position($0)) } ?? key
    switch field.content {
    case .value(let wants, let set):
      guard !set(value, &target) else { return }
      findings.report("wrong-type", "`\(field.name)` wants \(wants), not \(description(of: node)).", at: place)
    case .group(let fields):
      if let mapping = node.mapping { return read(mapping, fields, into: &target, &findings) }
      let names = fields.map(\.name).joined(separator: ", ")
      findings.report("wrong-type", "`\(field.name)` wants options of its own (\(names)).", at: place)
    }
  }

  private func description(of node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      scalar.string.isEmpty ? "nothing" : "`\(scalar.string.prefix(40).replacing("\n", with: " "))`"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }
}
