// A module's tree as text, as PyTorch 2.1.1 prints it.

extension Module {
  /// The tree of modules, each with its details: PyTorch's text.
  public final var description: String {
    var path: Set<ObjectIdentifier> = []
    return tree(path: &path)
  }

  /// The text of this module; one that holds itself, which PyTorch could not print, stands there without its parts.
  func tree(path: inout Set<ObjectIdentifier>) -> String {
    guard path.insert(ObjectIdentifier(self)).inserted else { return typeName + "(...)" }
    defer { path.remove(ObjectIdentifier(self)) }
    let childLines = childLines(path: &path)
    if childLines.isEmpty, !details.contains("\n") { return "\(typeName)(\(details))" }
    let lines = (details.isEmpty ? [] : details.split(separator: "\n").map(String.init)) + childLines
    return "\(typeName)(\n" + lines.map { "  " + $0 + "\n" }.joined() + ")"
  }

  private func childLines(path: inout Set<ObjectIdentifier>) -> [String] {
    let texts = members().children.map { (name: $0.name, text: $0.module.tree(path: &path)) }
    let lines = self is ModuleList ? grouped(texts) : texts.map { "(\($0.name)): \($0.text)" }
    return lines.map { $0.replacingNewlines(with: "\n  ") }
  }
}

/// One line for each run of neighbours with the same text: `(0-2): 3 x Linear(...)`.
private func grouped(_ children: [(name: String, text: String)]) -> [String] {
  var lines: [String] = []
  var start = 0
  while start < children.count {
    let text = children[start].text
    let end = children[start...].firstIndex { $0.text != text } ?? children.count
    let count = end - start
    lines.append(count == 1 ? "(\(start)): \(text)" : "(\(start)-\(end - 1)): \(count) x \(text)")
    start = end
  }
  return lines
}

extension String {
  func replacingNewlines(with replacement: String) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: replacement)
  }
}
