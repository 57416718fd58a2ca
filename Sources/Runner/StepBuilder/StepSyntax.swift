// What the builder must know of a step's text before the compiler sees it.

import LessonModel
/// A step's text as far as other steps and the builder are concerned. Kept in the cache: parsing costs more than
/// everything else in a warm run.
struct StepSyntax: Sendable, Codable, Hashable {
  /// The kinds that an import of one declaration can name; and what `guard let` binds, which is in no interface.
  enum Kind: String, Sendable, Codable {
    case `struct`, `class`, `enum`, `protocol`, `typealias`, `func`, `let`, `var`, `guard`
  }

  struct Declaration: Sendable, Codable, Hashable {
    var name: String
    var kind: Kind
    /// For functions, what tells overloads apart: argument labels and the text of parameter types.
    var signature: String?
    /// Whether it stands inside `#if`, so that it may not exist.
    var isConditional: Bool
  }

  /// Names that later steps can use, in order.
  var declarations: [Declaration] = []
  /// Whether later steps must import the step although it declares no name: extensions, operators.
  var hasUnnamedDeclarations = false
  /// Names that the step's extensions add to other types.
  var extensionMembers: Set<String> = []
  /// The structs and enumerations of the top level, and the extensions that add conformances.
  var layouts: [Layout] = []
  var conformances: [Conformance] = []
  /// Operators that the step declares or implements.
  var operators: Set<String> = []
  /// The step's import declarations, for the steps after it.
  var imports: [String] = []
  /// Names that the step uses without a qualifier.
  var mentionedNames: Set<String> = []
  /// Those of them that it does not itself bind anywhere.
  var usedNames: Set<String> = []
  /// The UTF-8 range of a bare expression at the end, whose value is shown.
  var trailingExpression: Range<Int>?
  /// The line, from 1, of a bare expression at the end that a `;` keeps from being shown.
  var hiddenExpressionLine: Int?
  /// Whether the top level awaits.
  var awaits = false
  /// Whether `private` or `fileprivate` occurs.
  var restrictsAccess = false
  var highlights: [HighlightSpan] = []

  var isVisibleToLaterSteps: Bool { !declarations.isEmpty || hasUnnamedDeclarations }

  var declaredNames: Set<String> { Set(declarations.map(\.name)) }

  /// All names that are missing when the compiler refuses the step.
  var lostNames: Set<String> { declaredNames.union(extensionMembers).union(operators) }

  /// What `guard let` binds at the top level.
  var guardedNames: [String] { declarations.filter { $0.kind == .guard }.map(\.name) }
}
