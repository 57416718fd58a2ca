// Which earlier declarations a step sees, and the imports that make it so.

/// What the steps before one have declared.
///
/// A later declaration of a name wins over earlier ones, as the author meant when writing it again; functions
/// that differ in their parameters are overloads and stay.
struct VisibleNames {
  private struct Winner {
    var step: Int
    var declaration: StepSyntax.Declaration
  }

  private var steps: [Int] = []
  private var imports: [String] = []
  private var winners: [String: [Winner]] = [:]
  /// Steps all of whose visible declarations have names, so that they can be imported one by one.
  private var nameable: Set<Int> = []
  /// Steps with a function that a later step replaced. Two functions that differ in their results alone would be
  /// ambiguous, were the whole step imported.
  private var outdated: Set<Int> = []

  /// Adds the declarations of a step that later ones may import.
  mutating func add(_ syntax: StepSyntax, ofStep step: Int) {
    for line in syntax.imports where !imports.contains(line) { imports.append(line) }
    guard syntax.isVisibleToLaterSteps else { return }
    steps.append(step)
    if !syntax.hasUnnamedDeclarations { nameable.insert(step) }
    for declaration in syntax.declarations where !declaration.isConditional {
      add(Winner(step: step, declaration: declaration))
    }
  }

  private mutating func add(_ new: Winner) {
    let old = winners[new.declaration.name] ?? []
    let isReplaced = { (old: Winner) in old.step != new.step && !old.declaration.isOverload(of: new.declaration) }
    winners[new.declaration.name] = old.filter { !isReplaced($0) } + [new]
    for old in old where isReplaced(old) && old.declaration.kind == .func { outdated.insert(old.step) }
  }

  /// The steps whose declarations a step uses by names that have only one meaning.
  func steps(declaring names: Set<String>) -> Set<Int> {
    Set(names.compactMap { name in winners[name].flatMap { $0.count == 1 ? $0[0].step : nil } })
  }

  /// Whether a step before this one declared the name.
  func declares(_ name: String) -> Bool { winners[name] != nil }

  /// The steps whose interfaces the imports need.
  var importedSteps: [Int] { steps }

  /// The import lines, without positions: the runtime, what earlier steps imported, the earlier steps, and one line
  /// for each visible name, which makes it win over the same name of another module.
  var importLines: [String] {
    let modules = steps.filter { !outdated.contains($0) || !nameable.contains($0) }
      .map { "@testable import \(stepModuleName($0))" }
    let scoped = winners.values.joined().filter { $0.declaration.kind != .guard }.map { winner in
      "@testable import \(winner.declaration.kind.rawValue) \(stepModuleName(winner.step)).\(winner.declaration.name)"
    }
    return ["import LessonKit"] + imports + modules + Set(scoped).sorted()
  }

  /// Lines that declare once more what `guard let` bound in earlier steps and this one uses.
  func guardLines(for syntax: StepSyntax) -> [String] {
    syntax.mentionedNames.subtracting(syntax.declaredNames).sorted().compactMap { name in
      guard let winner = winners[name]?.first, winner.declaration.kind == .guard else { return nil }
      return "let \(name) = \(stepModuleName(winner.step)).\(StepSource.handedOnName(name))"
    }
  }
}

/// The name of the module that a step is compiled to.
func stepModuleName(_ step: Int) -> String { "Step\(step)" }

extension StepSyntax.Declaration {
  fileprivate func isOverload(of other: Self) -> Bool {
    kind == .func && other.kind == .func && signature != other.signature
  }

}
