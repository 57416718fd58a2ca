// The tables of Documentation/Runtime.md that the tests of the reference files obey: what differs and what is left out.

import Foundation

enum DeliberateDifferences {
  /// The cases of a reference file that differ on purpose: what stands in backquotes in the table's second column.
  static func load(file: String, section: String = "Deliberate differences") throws -> Set<String> {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Documentation/Runtime.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let rows =
      text.components(separatedBy: "## \(section)").last?.components(separatedBy: "\n## ").first ?? ""
    return Set(
      rows.split(separator: "\n").filter { $0.hasPrefix("| \(file) |") }.flatMap { row in
        let cell = row.components(separatedBy: " | ").dropFirst().first ?? ""
        return cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      })
  }
}
