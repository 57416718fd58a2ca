// The author's guide and the reader say the same.

import Foundation
import LessonModel
import Testing

@testable import LessonReader

private let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Documentation/Authoring.md")

@Suite struct AuthoringTests {
  private let blocks: [Block]

  init() throws {
    blocks = try LessonReader.read(Array(try Data(contentsOf: guide)), fileName: "Authoring.md").blocks
  }

  /// The rows of the first table below a heading, cell by cell.
  private func table(under heading: String) -> [[[Inline]]] {
    var isThere = false
    for block in blocks {
      if case .heading(_, let title) = block.kind { isThere = title.plainText == heading }
      if isThere, case .table(let table) = block.kind { return table.rows }
    }
    return []
  }

  @Test func everyFrontMatterOptionIsDescribed() {
    #expect(table(under: "Front matter").map { $0[0] } == FrontMatterFields.all.map { [.code($0.name)] })
  }

  @Test func everyStepOptionIsDescribed() {
    let names = StepOptionFields.all.map(\.name)
    #expect(table(under: "Step options").map { $0[0] } == names.map { [.code($0)] })
  }

  @Test func everyDefaultForAllStepsIsDescribed() {
    let row = table(under: "Front matter").last ?? []
    let codes = (row.last ?? []).compactMap { if case .code(let code) = $0 { code } else { nil } }
    #expect(codes == StepOptionFields.defaults.map(\.name))
  }

  @Test func examplesAreLessons() throws {
    let examples = blocks.compactMap { block in
      if case .code("markdown", let text) = block.kind { text } else { nil }
    }
    #expect(examples.count == 7)
    for example in examples { #expect(try errors(in: example) == []) }
  }
}
