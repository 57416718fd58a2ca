// Rows of values as a table.

import Tensors

/// A table of texts; ``table(_:caption:)`` makes one from rows of any kind.
public struct Table: Displayable, Equatable, Sendable {
  /// The columns' names; empty for a table without a header.
  public var header: [String]
  /// The cells; a row may be shorter than the header.
  public var rows: [[Cell]]
  /// What the table shows; empty for none.
  public var caption: String

  /// One value of a table.
  public struct Cell: Equatable, Sendable {
    /// The value's description.
    public var text: String
    /// Numbers stand at the right of their column.
    public var isNumber: Bool

    /// The cell of any value: its description, nothing for nil.
    public init(_ value: Any) {
      let shown = unwrapped(value)
      text = shown.map { String(describing: $0) } ?? ""
      isNumber = shown is any Numeric || shown is Scalar
    }
  }

  /// A table of cells that are there already; ``table(_:caption:)`` makes them from values.
  public init(header: [String], rows: [[Cell]], caption: String = "") {
    self.header = header
    self.rows = rows
    self.caption = caption
  }

  public var mimeBundle: MIMEBundle {
    MIMEBundle(plain: plainText, html: html)
  }
}

/// A table with one row per value: the columns are the properties of a struct, the labels of a tuple, the keys of a
/// dictionary (sorted) or the positions of an array.
///
///     struct Size { let dtype: String; let bytes: Int }
///     table([Size(dtype: "float32", bytes: 4), Size(dtype: "bfloat16", bytes: 2)])
@_disfavoredOverload
public func table<Row>(_ rows: some Sequence<Row>, caption: String = "") -> Table {
  Table(named: rows.map(namedCells), caption: caption)
}

/// A table whose rows name their cells, the columns in the order in which the names first appear.
///
///     table([["dtype": "float32", "bytes": 4], ["dtype": "bfloat16", "bytes": 2, "note": "same range"]])
public func table(_ rows: [KeyValuePairs<String, Any>], caption: String = "") -> Table {
  Table(named: rows.map { $0.map { (name: $0, cell: Table.Cell($1)) } }, caption: caption)
}

/// A table with a header and rows of cells.
///
///     table(["dtype", "bytes"], [["float32", 4], ["bfloat16", 2]])
public func table(_ header: [String], _ rows: [[Any]], caption: String = "") -> Table {
  Table(header: header, rows: rows.map { $0.map { Table.Cell($0) } }, caption: caption)
}

private typealias NamedCell = (name: String, cell: Table.Cell)

extension Table {
  /// A cell without a name keeps its place in a table without a header.
  fileprivate init(named rows: [[NamedCell]], caption: String) {
    var header: [String] = []
    for cell in rows.joined() where !header.contains(cell.name) { header.append(cell.name) }
    let cells = rows.map { row in
      header.map { name in row.first { $0.name == name }?.cell ?? Cell("") }
    }
    let isNameless = header.allSatisfy { Int($0) != nil }
    self.init(header: isNameless ? [] : header, rows: cells, caption: caption)
  }
}

/// The cells of one row of unknown kind; positions name what has no name.
private func namedCells(of row: Any) -> [NamedCell] {
  let mirror = Mirror(reflecting: row)
  switch mirror.displayStyle {
  case .dictionary:
    return mirror.children.compactMap { entry in
      let pair = Mirror(reflecting: entry.value).children.map(\.value)
      return pair.count == 2 ? (name: String(describing: pair[0]), cell: Table.Cell(pair[1])) : nil
    }
    .sorted { $0.name < $1.name }
  case .struct, .class, .tuple, .collection:
    return mirror.children.enumerated().map { index, child in
      (name: columnName(child.label, index), cell: Table.Cell(child.value))
    }
  default:
    return [(name: "0", cell: Table.Cell(row))]
  }
}

/// A property's or label's name; an unlabelled element of a tuple is called `.0` there.
private func columnName(_ label: String?, _ index: Int) -> String {
  guard let label, !label.hasPrefix(".") else { return String(index) }
  return label
}

// MARK: - Forms

extension Table {
  private var columnCount: Int {
    max(header.count, rows.map(\.count).max() ?? 0)
  }

  private var plainText: String {
    let lines = (header.isEmpty ? [] : [header]) + rows.map { $0.map(\.text) }
    let widths = (0..<columnCount).map { column in
      lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    var text = rows.map { aligned($0.map(\.text), widths, isNumber: $0.map(\.isNumber)) }
    if !header.isEmpty {
      text.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 0)
      text.insert(aligned(header, widths, isNumber: (0..<columnCount).map(isNumberColumn)), at: 0)
    }
    return ((caption.isEmpty ? [] : [caption]) + text).joined(separator: "\n")
  }

  private func aligned(_ texts: [String], _ widths: [Int], isNumber: [Bool]) -> String {
    let cells = texts.indices.map {
      isNumber[$0] ? texts[$0].leftPadded(to: widths[$0]) : texts[$0].padded(to: widths[$0])
    }
    return trimmedEnd(cells.joined(separator: "  "))
  }

  private func isNumberColumn(_ column: Int) -> Bool {
    let cells = rows.compactMap { column < $0.count ? $0[column] : nil }.filter { !$0.text.isEmpty }
    return !cells.isEmpty && cells.allSatisfy(\.isNumber)
  }

  private var html: String {
    let caption = caption.isEmpty ? "" : element("caption", escaped(caption))
    let cells = header.indices.map {
      element("th", class: isNumberColumn($0) ? "lk-number" : "", attributes: "scope=\"col\"", escaped(header[$0]))
    }
    let head = header.isEmpty ? "" : element("thead", element("tr", cells.joined()))
    let body = rows.map { row in
      element("tr", row.map { element("td", class: $0.isNumber ? "lk-number" : "", escaped($0.text)) }.joined())
    }
    return element("table", class: "lk-table", caption + head + element("tbody", body.joined()))
  }
}

private func trimmedEnd(_ text: String) -> String {
  var text = text
  while text.last == " " { text.removeLast() }
  return text
}
