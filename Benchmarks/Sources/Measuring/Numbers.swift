// Medians, and tables of plain text.

/// The value in the middle, the mean of both where there are two; nil where there is none.
public func median(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted(), middle = values.count / 2
  return values.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Lines of text: the first column is left-aligned, the others are right-aligned.
public func table(_ rows: [[String]]) -> String {
  let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    zip(row, widths).enumerated().map { column, cell in
      let blank = String(repeating: " ", count: cell.1 - cell.0.count)
      return column == 0 ? cell.0 + blank : blank + cell.0
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}
