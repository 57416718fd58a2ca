// What a conformance of a struct or an enumeration is derived from.

import SwiftSyntax

extension StepSyntax {
  /// The stored properties of a struct, or the cases of an enumeration, as declarations without bodies.
  struct Layout: Sendable, Codable, Hashable {
    var name: String
    /// `struct`, `enum` or `indirect enum`.
    var keyword: String
    var members: [String]
    /// The names of all members; an initializer's with its labels.
    var memberNames: Set<String>
    /// The protocols, and the type of raw values, after the type's name.
    var inherited: Set<String>

    var isEnumeration: Bool { keyword.hasSuffix("enum") }
    /// Whether the cases stand for numbers or texts; of those Swift derives conformances by their raw values.
    var hasRawValues: Bool {
      isEnumeration
        && inherited.contains { $0 == "String" || $0 == "Character" || $0.contains(#/^U?Int[0-9]*$|^Float$|^Double$/#) }
    }
  }

  /// An extension that adds conformances.
  struct Conformance: Sendable, Codable, Hashable {
    var typeName: String
    var protocols: [String]
    /// The `where` clause, or nothing.
    var condition: String
    var memberNames: Set<String>
    /// The extension's line in the step, from 1.
    var line: Int
  }

  mutating func addLayout(of decl: StructDeclSyntax) {
    addLayout(decl.name, "struct", decl.memberBlock, decl.inheritanceClause) { $0.storedProperty }
  }

  mutating func addLayout(of decl: EnumDeclSyntax) {
    let isIndirect = decl.modifiers.contains { $0.name.tokenKind == .keyword(.indirect) }
    addLayout(decl.name, isIndirect ? "indirect enum" : "enum", decl.memberBlock, decl.inheritanceClause) { $0.cases }
  }

  /// A type has no layout to go by where `member` gives nil for one of its members.
  private mutating func addLayout(
    _ name: TokenSyntax, _ keyword: String, _ block: MemberBlockSyntax, _ inheritance: InheritanceClauseSyntax?,
    member: (DeclSyntax) -> String?
  ) {
    let members = block.members.map { member($0.decl) }
    let inherited = inheritance?.names ?? []
    guard !members.contains(nil), !inherited.contains("~Copyable") else { return }
    layouts.append(
      Layout(
        name: name.text, keyword: keyword, members: members.compactMap { $0 }.filter { !$0.isEmpty },
        memberNames: block.allNames, inherited: Set(inherited)))
  }

  mutating func addConformances(of decl: ExtensionDeclSyntax) {
    guard let type = decl.extendedType.as(IdentifierTypeSyntax.self), let inheritance = decl.inheritanceClause else {
      return
    }
    let tree = decl.root
    let converter = SourceLocationConverter(fileName: "", tree: tree)
    conformances.append(
      Conformance(
        typeName: type.name.text, protocols: inheritance.names,
        condition: decl.genericWhereClause?.trimmedDescription ?? "", memberNames: decl.memberBlock.allNames,
        line: converter.location(for: decl.positionAfterSkippingLeadingTrivia).line))
  }
}

extension InheritanceClauseSyntax {
  /// The inherited types without attributes such as `@retroactive`.
  fileprivate var names: [String] {
    inheritedTypes.flatMap { inherited -> [String] in
      let type = inherited.type.as(AttributedTypeSyntax.self)?.baseType ?? inherited.type
      let parts = type.as(CompositionTypeSyntax.self)?.elements.map(\.type) ?? [type]
      return parts.map(\.trimmedDescription)
    }
  }
}

extension MemberBlockSyntax {
  fileprivate var allNames: Set<String> {
    Set(members.flatMap { $0.decl.memberNames })
  }
}

extension DeclSyntax {
  /// What the member stores: the declaration without bodies and access, nothing where it stores nothing, nil where
  /// that cannot be told from its text.
  fileprivate var storedProperty: String? {
    guard let decl = self.as(VariableDeclSyntax.self) else { return self.is(IfConfigDeclSyntax.self) ? nil : "" }
    let modifiers = decl.modifiers.map { $0.name.text }
    if modifiers.contains("static") { return "" }
    guard decl.attributes.isEmpty, !modifiers.contains("lazy") else { return nil }
    let bindings = decl.bindings.filter { !$0.isComputed }
    guard !bindings.isEmpty else { return "" }
    let references = decl.modifiers.filter { ["weak", "unowned"].contains($0.name.text) }.map(\.trimmedDescription)
    let texts = bindings.map { $0.with(\.accessorBlock, nil).with(\.trailingComma, nil).trimmedDescription }
    return (references + [decl.bindingSpecifier.text, texts.joined(separator: ", ")]).joined(separator: " ")
  }

  fileprivate var cases: String? {
    guard let decl = self.as(EnumCaseDeclSyntax.self) else { return self.is(IfConfigDeclSyntax.self) ? nil : "" }
    let isIndirect = decl.modifiers.contains { $0.name.tokenKind == .keyword(.indirect) }
    let texts = decl.elements.map { $0.name.text + ($0.parameterClause?.trimmedDescription ?? "") }
    return (isIndirect ? "indirect " : "") + "case " + texts.joined(separator: ", ")
  }
}

extension PatternBindingSyntax {
  /// Whether it has a getter; `willSet` and `didSet` only watch what is stored.
  fileprivate var isComputed: Bool {
    switch accessorBlock?.accessors {
    case .getter: true
    case .accessors(let accessors):
      !accessors.allSatisfy { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
    case nil: false
    }
  }
}
