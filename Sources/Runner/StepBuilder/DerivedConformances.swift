// Conformances that Swift derives, for types of earlier steps.
//
// `extension Point: Hashable {}` is enough where `Point` stands in the same file; from another module the compiler
// refuses to derive `==` and `hash(into:)`. To an author all steps are one file. So the prologue declares a type of the
// same layout inside `Point`, lets the compiler derive the conformance for that, and hands `Point`'s members on to it.

import LessonModel

/// The layouts of the types that steps declare, and which protocols they conform to so far.
struct DerivedConformances {
  private var layouts: [String: StepSyntax.Layout] = [:]
  private var protocols: [String: Set<String>] = [:]

  mutating func add(_ syntax: StepSyntax) {
    for name in syntax.declaredNames { layouts[name] = nil }
    for layout in syntax.layouts {
      layouts[layout.name] = layout
      protocols[layout.name] = layout.inherited
    }
    for conformance in syntax.conformances {
      protocols[conformance.typeName, default: []].formUnion(conformance.protocols)
    }
  }

  /// The prologue's lines for the extensions of a step. What the compiler says of them is said of the extension.
  func lines(for syntax: StepSyntax, of step: Step, fileName: String) -> [String] {
    syntax.conformances.flatMap { conformance -> [String] in
      guard !syntax.declaredNames.contains(conformance.typeName), let layout = layouts[conformance.typeName],
        let declarations = declarations(for: conformance, layout, typeName: "_Derived\(step.index)")
      else { return [] }
      let line = step.firstLine + conformance.line - 1
      return ["#sourceLocation(file: \(Lesson.swiftLiteral(fileName)), line: \(line))", declarations]
    }
  }

  private func declarations(
    for conformance: StepSyntax.Conformance, _ layout: StepSyntax.Layout, typeName: String
  ) -> String? {
    let name = layout.name
    let derived = derivable(conformance, layout)
    let given = layout.memberNames.union(conformance.memberNames)
    let members = derived.flatMap { Self.members(for: $0, by: typeName) }.filter { !given.contains($0.name) }
    guard !members.isEmpty else { return nil }
    let condition = conformance.condition.isEmpty ? "" : " \(conformance.condition)"
    let keys = layout.memberNames.contains("CodingKeys") ? ["typealias CodingKeys = \(name).CodingKeys"] : []
    let body = (keys + layout.members).joined(separator: "; ")
    return [
      "extension \(name) { \(layout.keyword) \(typeName) { \(body) } }",
      "extension \(name).\(typeName): \(derived.joined(separator: ", "))\(condition) {}",
      "extension \(name)\(condition) { \(members.map(\.text).joined(separator: "; ")) }",
    ].joined(separator: "; ")
  }

  /// The protocols of a conformance that Swift would derive, with those that they refine and the type lacks.
  private func derivable(_ conformance: StepSyntax.Conformance, _ layout: StepSyntax.Layout) -> [String] {
    let known = protocols[layout.name] ?? []
    var wanted = Set(conformance.protocols)
    if wanted.remove("Codable") != nil { wanted.formUnion(["Decodable", "Encodable"]) }
    if !wanted.isDisjoint(with: ["Hashable", "Comparable"]), known.isDisjoint(with: ["Equatable", "Hashable"]) {
      wanted.insert("Equatable")
    }
    let ofStructs: Set = ["Equatable", "Hashable", "Decodable", "Encodable"]
    let ofEnumerations: Set = layout.hasRawValues ? ["CaseIterable"] : ofStructs.union(["CaseIterable", "Comparable"])
    return wanted.intersection(layout.isEnumeration ? ofEnumerations : ofStructs).sorted()
  }

  private static func members(for name: String, by type: String) -> [(name: String, text: String)] {
    func comparing(_ operation: String) -> String {
      "static func \(operation) (a: Self, b: Self) -> Bool "
        + "{ unsafeBitCast(a, to: \(type).self) \(operation) unsafeBitCast(b, to: \(type).self) }"
    }
    let asDerived = "unsafeBitCast(self, to: \(type).self)"
    return switch name {
    case "Equatable": [("==", comparing("=="))]
    case "Comparable": [("<", comparing("<"))]
    case "Hashable": [("hash", "func hash(into hasher: inout Hasher) { \(asDerived).hash(into: &hasher) }")]
    case "CaseIterable":
      [("allCases", "static var allCases: [Self] { \(type).allCases.map { unsafeBitCast($0, to: Self.self) } }")]
    case "Encodable":
      [("encode", "func encode(to encoder: any Encoder) throws { try \(asDerived).encode(to: encoder) }")]
    case "Decodable":
      [
        (
          "init(from:)",
          "init(from decoder: any Decoder) throws "
            + "{ self = unsafeBitCast(try \(type)(from: decoder), to: Self.self) }"
        )
      ]
    default: []
    }
  }
}
