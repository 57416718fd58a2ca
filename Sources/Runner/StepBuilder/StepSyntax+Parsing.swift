// Reading a step's text with SwiftParser.

import LessonModel
import SwiftParser
import SwiftSyntax

extension StepSyntax {
  init(parsing code: String) {
    let tree = Parser.parse(source: code)
    highlights = HighlightSpan.spans(of: tree)
    for item in tree.statements { addItem(item, isConditional: false) }
    trailingExpression = Self.trailingExpression(of: tree)
    hiddenExpressionLine = Self.hiddenExpressionLine(of: tree)
    let names = NameCollector(viewMode: .sourceAccurate)
    names.walk(tree)
    mentionedNames = names.used
    usedNames = names.used.subtracting(names.bound)
    restrictsAccess = names.restrictsAccess
    let awaiting = TopLevelAwaitFinder(viewMode: .sourceAccurate)
    awaiting.walk(tree)
    awaits = awaiting.found
  }

  private mutating func addItem(_ item: CodeBlockItemSyntax, isConditional: Bool) {
    switch item.item {
    case .decl(let declaration): addDeclaration(declaration, isConditional: isConditional)
    case .stmt(let statement): addGuardedNames(of: statement)
    case .expr: break
    }
  }

  /// A `guard var` stays the step's own: later steps would change a copy of it.
  private mutating func addGuardedNames(of statement: StmtSyntax) {
    for condition in statement.as(GuardStmtSyntax.self)?.conditions ?? [] {
      let names = ConstantCollector(viewMode: .sourceAccurate)
      names.walk(condition)
      declarations += names.found.map { Declaration(name: $0, kind: .guard, isConditional: false) }
    }
  }

  private mutating func addDeclaration(_ syntax: DeclSyntax, isConditional: Bool) {
    func add(_ name: TokenSyntax, _ kind: Kind) {
      declarations.append(Declaration(name: name.text, kind: kind, isConditional: isConditional))
    }
    switch syntax.as(DeclSyntaxEnum.self) {
    case .structDecl(let decl):
      add(decl.name, .struct)
      addLayout(of: decl)
    case .classDecl(let decl): add(decl.name, .class)
    case .actorDecl(let decl): add(decl.name, .class)
    case .enumDecl(let decl):
      add(decl.name, .enum)
      addLayout(of: decl)
    case .protocolDecl(let decl): add(decl.name, .protocol)
    case .typeAliasDecl(let decl): add(decl.name, .typealias)
    case .functionDecl(let decl): addFunction(decl, isConditional: isConditional)
    case .variableDecl(let decl):
      let kind: Kind = decl.bindingSpecifier.tokenKind == .keyword(.let) ? .let : .var
      for binding in decl.bindings { binding.pattern.boundNames.forEach { add($0, kind) } }
    case .importDecl(let decl): imports.append(decl.trimmedDescription)
    case .extensionDecl(let decl):
      hasUnnamedDeclarations = true
      extensionMembers.formUnion(decl.memberBlock.members.flatMap(\.decl.memberNames).filter { $0 != "init(from:)" })
      addConformances(of: decl)
    case .operatorDecl(let decl):
      hasUnnamedDeclarations = true
      operators.insert(decl.name.text)
    case .precedenceGroupDecl, .macroDecl, .macroExpansionDecl: hasUnnamedDeclarations = true
    case .ifConfigDecl(let decl): addConditional(decl)
    default: break
    }
  }

  private mutating func addFunction(_ decl: FunctionDeclSyntax, isConditional: Bool) {
    guard case .identifier = decl.name.tokenKind else {
      hasUnnamedDeclarations = true
      operators.insert(decl.name.text)
      return
    }
    let parameters = decl.signature.parameterClause.parameters
    let signature = parameters.map { "\($0.firstName.text):\($0.type.trimmedDescription)" }.joined(separator: ",")
    let constraints = decl.genericWhereClause?.trimmedDescription ?? ""
    declarations.append(
      Declaration(name: decl.name.text, kind: .func, signature: signature + constraints, isConditional: isConditional))
  }

  private mutating func addConditional(_ decl: IfConfigDeclSyntax) {
    hasUnnamedDeclarations = true
    for clause in decl.clauses {
      guard case .statements(let items) = clause.elements else { continue }
      for item in items { addItem(item, isConditional: true) }
    }
  }

  private static func hiddenExpressionLine(of tree: SourceFileSyntax) -> Int? {
    guard let item = tree.statements.last, item.semicolon != nil, case .expr(let expression) = item.item else {
      return nil
    }
    return SourceLocationConverter(fileName: "", tree: tree)
      .location(for: expression.positionAfterSkippingLeadingTrivia).line
  }

  /// The last item's range when it is an expression whose value an author expects to see: not an assignment, not a
  /// control-flow expression, not ended by `;`, and free of syntax errors.
  private static func trailingExpression(of tree: SourceFileSyntax) -> Range<Int>? {
    guard let item = tree.statements.last, item.semicolon == nil, !tree.hasError,
      case .expr(let expression) = item.item, !expression.isStatementLike
    else { return nil }
    return expression.positionAfterSkippingLeadingTrivia
      .utf8Offset..<expression.endPositionBeforeTrailingTrivia.utf8Offset
  }
}

extension ExprSyntax {
  /// Whether the expression is one only by grammar: an assignment, control flow, or a diagnostic macro.
  fileprivate var isStatementLike: Bool {
    switch self.as(ExprSyntaxEnum.self) {
    case .ifExpr, .switchExpr, .assignmentExpr, .discardAssignmentExpr: true
    case .sequenceExpr(let sequence): sequence.elements.contains { $0.isAssignmentOperator }
    case .tryExpr(let expr): expr.expression.isStatementLike
    case .awaitExpr(let expr): expr.expression.isStatementLike
    case .unsafeExpr(let expr): expr.expression.isStatementLike
    case .macroExpansionExpr(let macro): ["warning", "error", "sourceLocation"].contains(macro.macroName.text)
    default: false
    }
  }

  private var isAssignmentOperator: Bool {
    if self.is(AssignmentExprSyntax.self) { return true }
    guard let text = self.as(BinaryOperatorExprSyntax.self)?.operator.text else { return false }
    return text.hasSuffix("=")
      && !["==", "!=", "<=", ">=", "===", "!==", "~=", ".==", ".!=", ".<=", ".>="].contains(text)
  }
}

extension PatternSyntax {
  /// The names that the pattern binds.
  fileprivate var boundNames: [TokenSyntax] {
    switch self.as(PatternSyntaxEnum.self) {
    case .identifierPattern(let pattern): [pattern.identifier]
    case .tuplePattern(let pattern): pattern.elements.flatMap(\.pattern.boundNames)
    case .valueBindingPattern(let pattern): pattern.pattern.boundNames
    default: []
    }
  }
}

extension DeclSyntax {
  /// The names that the declaration adds to the type it stands in.
  var memberNames: [String] {
    switch self.as(DeclSyntaxEnum.self) {
    case .functionDecl(let decl): [decl.name.text]
    case .variableDecl(let decl): decl.bindings.flatMap { $0.pattern.boundNames.map(\.text) }
    case .structDecl(let decl): [decl.name.text]
    case .classDecl(let decl): [decl.name.text]
    case .enumDecl(let decl): [decl.name.text]
    case .typeAliasDecl(let decl): [decl.name.text]
    case .initializerDecl(let decl):
      decl.signature.parameterClause.parameters.map(\.firstName.text) == ["from"] ? ["init(from:)"] : []
    default: []
    }
  }
}

/// Collects the names that a step refers to without a qualifier, and those that it binds in any scope.
private final class NameCollector: SyntaxVisitor {
  var used: Set<String> = []
  var bound: Set<String> = []
  var restrictsAccess = false

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    let isMember =
      node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == node.id
      || node.parent?.is(KeyPathPropertyComponentSyntax.self) == true
    if !isMember { used.insert(node.baseName.text) }
    return .visitChildren
  }

  override func visit(_ node: IdentifierTypeSyntax) -> SyntaxVisitorContinueKind {
    used.insert(node.name.text)
    return .visitChildren
  }

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    // `if let x` reads the x outside; that it also binds one must not hide this.
    let condition = node.parent?.as(OptionalBindingConditionSyntax.self)
    let isShorthand = condition != nil && condition?.initializer == nil
    if isShorthand { used.insert(node.identifier.text) } else { bound.insert(node.identifier.text) }
    return .visitChildren
  }

  override func visit(_ node: FunctionParameterSyntax) -> SyntaxVisitorContinueKind {
    bound.insert((node.secondName ?? node.firstName).text)
    return .visitChildren
  }

  override func visit(_ node: ClosureShorthandParameterSyntax) -> SyntaxVisitorContinueKind {
    bound.insert(node.name.text)
    return .visitChildren
  }

  override func visit(_ node: ClosureParameterSyntax) -> SyntaxVisitorContinueKind {
    bound.insert((node.secondName ?? node.firstName).text)
    return .visitChildren
  }

  override func visit(_ node: GenericParameterSyntax) -> SyntaxVisitorContinueKind {
    bound.insert(node.name.text)
    return .visitChildren
  }

  override func visit(_ node: TokenSyntax) -> SyntaxVisitorContinueKind {
    if node.tokenKind == .keyword(.private) || node.tokenKind == .keyword(.fileprivate) { restrictsAccess = true }
    return .skipChildren
  }

  override func visitPost(_ node: FunctionDeclSyntax) { bound.insert(node.name.text) }
  override func visitPost(_ node: StructDeclSyntax) { bound.insert(node.name.text) }
  override func visitPost(_ node: ClassDeclSyntax) { bound.insert(node.name.text) }
  override func visitPost(_ node: ActorDeclSyntax) { bound.insert(node.name.text) }
  override func visitPost(_ node: EnumDeclSyntax) { bound.insert(node.name.text) }
  override func visitPost(_ node: ProtocolDeclSyntax) { bound.insert(node.name.text) }
  override func visitPost(_ node: TypeAliasDeclSyntax) { bound.insert(node.name.text) }
}

/// Collects the constants that a condition binds: `let (a, b) = f()`, `case .some(let c) = d`.
private final class ConstantCollector: SyntaxVisitor {
  var found: [String] = []

  override func visit(_ node: OptionalBindingConditionSyntax) -> SyntaxVisitorContinueKind {
    if node.bindingSpecifier.tokenKind == .keyword(.let) { walk(node.pattern) }
    return .skipChildren
  }

  override func visit(_ node: MatchingPatternConditionSyntax) -> SyntaxVisitorContinueKind {
    walk(node.pattern)
    return .skipChildren
  }

  override func visit(_ node: ValueBindingPatternSyntax) -> SyntaxVisitorContinueKind {
    node.bindingSpecifier.tokenKind == .keyword(.let) ? .visitChildren : .skipChildren
  }

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    found.append(node.identifier.text)
    return .skipChildren
  }

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}

/// Looks for an `await` that belongs to the top level: not inside a function, a closure or a type.
private final class TopLevelAwaitFinder: SyntaxVisitor {
  var found = false

  override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind {
    found = true
    return .skipChildren
  }

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
    if node.awaitKeyword != nil { found = true }
    return .visitChildren
  }

  override func visit(_ node: DeclModifierSyntax) -> SyntaxVisitorContinueKind {
    if node.name.tokenKind == .keyword(.async), node.parent?.parent?.is(VariableDeclSyntax.self) == true {
      found = true
    }
    return .skipChildren
  }

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: MemberBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}
