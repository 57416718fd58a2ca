// The YAML between `---` lines at the head of a lesson.

import LessonModel

/// What the front matter may say. Documentation/Authoring.md lists it; a test compares the two.
enum FrontMatterFields {
  static let all: [OptionField<FrontMatter>] = [
    .text("title") { $1.title = $0 },
    .text("subtitle") { $1.subtitle = $0 },
    .text("description") { $1.description = $0 },
    OptionField("author", wants: "a name or a list of names") { value, matter in
      guard let names = value.texts else { return false }
      matter.authors = names
      return true
    },
    .text("date") { $1.date = $0 },
    OptionField("lang", wants: "a language tag such as `en` or `de-CH`") { value, matter in
      guard let tag = value.text, isLanguageTag(tag) else { return false }
      matter.lang = tag
      return true
    },
    OptionField("swift", wants: "a language mode, 5 or 6") { value, matter in
      guard let mode = value.text, ["5", "6"].contains(mode) else { return false }
      matter.swiftMode = mode
      return true
    },
    .flag("raw-html") { $1.rawHTML = $0 },
    .flag("toc") { $1.toc = $0 },
    StepOptionFields.timeout.forAllSteps,
    StepOptionFields.optimize.forAllSteps,
    OptionField("memory", wants: "a size such as `512 MB` or `2 GB`") { value, matter in
      guard let size = value.size else { return false }
      matter.memoryLimit = size
      return true
    },
    OptionField("params", wants: "names of Swift constants with text, numbers, true or false") { value, matter in
      guard let parameters = value.parameters else { return false }
      matter.parameters = parameters
      return true
    },
    OptionField("execute", StepOptionFields.defaults.map(\.forAllSteps)),
  ]
}

extension OptionField<StepOptions> {
  fileprivate var forAllSteps: OptionField<FrontMatter> { lifted { matter, set in set(&matter.stepDefaults) } }
}

extension OptionValue {
  fileprivate var parameters: [Parameter]? {
    guard let mapping = node.mapping else { return nil }
    let parameters = mapping.compactMap { key, value in
      key.string.flatMap { name in
        isIdentifier(name) ? OptionValue(node: value).parameterValue.map { Parameter(name: name, value: $0) } : nil
      }
    }
    return parameters.count == mapping.count ? parameters : nil
  }

  /// Quoted values are text; others are what they look like.
  private var parameterValue: Parameter.Value? {
    guard let plain else { return text.map { .text($0) } }
    if let flag { return .flag(flag) }
    if let integer = Int(plain) { return .integer(integer) }
    if let number = Double(plain), number.isFinite { return .number(number) }
    return .text(plain)
  }
}

private func isIdentifier(_ name: String) -> Bool {
  let isWord = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  return isWord && name != "_" && name != "init" && name != "self" && !(name.first?.isNumber ?? true)
}

/// Whether a text has the form of a BCP 47 tag: letters and digits in parts of 1 to 8, the first of letters.
private func isLanguageTag(_ text: String) -> Bool {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  let isWord = parts.allSatisfy {
    (1...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }
  return isWord && text.utf8.count <= 64 && (parts.first?.allSatisfy(\.isLetter) ?? false)
}

/// Reads the front matter, if there is one, and tells how many lines it takes.
func readFrontMatter(_ lines: [[UInt8]], _ findings: inout Findings) -> (FrontMatter, lineCount: Int) {
  var matter = FrontMatter()
  guard let first = lines.first, isFence(first, "---") else { return (matter, 0) }
  guard let close = lines.dropFirst().firstIndex(where: { isFence($0, "---") || isFence($0, "...") }) else {
    let span = SourceSpan(line: 1, column: 1, length: 3)
    findings.report(
      "unclosed-front-matter", "The front matter that starts here is never closed.", at: span,
      hint: "End it with a line `---`; a rule at the head of a lesson can be written `***`.")
    return (matter, lines.count)
  }
  let yaml = YAMLSource(
    lines: (1..<close).map {
      YAMLSource.Line(text: lines[$0].text, position: SourcePosition(line: $0 + 1, column: 1))
    })
  yaml.read(FrontMatterFields.all, into: &matter, what: "The front matter", &findings)
  return (matter, close + 1)
}

private func isFence(_ line: [UInt8], _ fence: String) -> Bool {
  var line = line[...]
  while let last = line.last, isSpace(last) { line.removeLast() }
  return line.elementsEqual(fence.utf8)
}
