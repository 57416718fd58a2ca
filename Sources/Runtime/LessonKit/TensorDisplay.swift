// A tensor as tables of numbers, shaded by size.

import Tensors

extension Tensor: Displayable {
  /// PyTorch's text, and one table per matrix with the numbers as the text has them, shaded by magnitude.
  ///
  /// Large tensors show the elements that the text shows: the first and last of each dimension.
  public var mimeBundle: MIMEBundle {
    if let failure { return errorBundle(failure) }
    return MIMEBundle(plain: description, html: TensorTables(self).html)
  }
}

/// The HTML of one tensor.
struct TensorTables {
  private let tensor: Tensor
  /// The numbers that the tensor's text shows, row by row.
  private let texts: [String]
  /// For each dimension the indices that the text shows, nil for the gap.
  private let shown: [[Int?]]
  private let greatest: Double

  /// No more matrices of a tensor with many dimensions than these.
  private static let maxMatrices = 16
  /// More numbers than these, which print options can ask for, stay text.
  private static let maxNumbers = 5000

  init(_ tensor: Tensor) {
    self.tensor = tensor
    texts = numberTexts(in: tensor.description)
    let isWhole = tensor.count == texts.count
    let edge = printOptions.edgeItems
    shown = tensor.shape.map { size in
      let indices: [Int?] = Array(0..<size)
      return isWhole || size <= 2 * edge ? indices : indices.prefix(edge) + [nil] + indices.suffix(edge)
    }
    greatest = texts.compactMap(Double.init).filter(\.isFinite).map(\.magnitude).max() ?? 0
  }

  var html: String {
    let line = "shape \(tensor.shape) · \(tensor.dtype) · \(byteText(tensor.byteCount))"
    return element("div", class: "lk-tensor", element("div", class: "lk-tensor-line", escaped(line)) + content)
  }

  private var content: String {
    let count = shown.map(\.compacted.count).reduce(1, *)
    guard (1...Self.maxNumbers).contains(texts.count), texts.count == count else {
      return element("pre", escaped(tensor.description))
    }
    let outer = shown.dropLast(2).reduce([[Int]]()) { paths, indices in
      let indices = indices.compacted
      return paths.isEmpty ? indices.map { [$0] } : paths.flatMap { path in indices.map { path + [$0] } }
    }
    if outer.isEmpty { return matrix(0, label: "") }
    let tables = outer.prefix(Self.maxMatrices).enumerated().map { matrix($0, label: "[\(list($1)), :, :]") }
    let rest = outer.count - tables.count
    return tables.joined() + (rest > 0 ? element("p", class: "lk-more", "… and \(rest) more") : "")
  }

  private func list(_ indices: [Int]) -> String {
    indices.map(String.init).joined(separator: ", ")
  }

  /// The table of one matrix; a vector is one row, a single number one cell.
  private func matrix(_ position: Int, label: String) -> String {
    let columns = shown.last ?? [0]
    let rows = shown.count < 2 ? [0] : shown[shown.count - 2]
    var next = position * rows.compacted.count * columns.compacted.count
    let body = rows.map { row in
      guard row != nil else { return gapRow(columns.count) }
      let cells = columns.map { column -> String in
        guard column != nil else { return element("td", class: "lk-gap", "…") }
        defer { next += 1 }
        return element("td", class: heat(texts[next]), escaped(texts[next]))
      }
      return element("tr", cells.joined())
    }
    let caption = label.isEmpty ? "" : element("caption", label)
    return element("table", class: "lk-matrix", caption + element("tbody", body.joined()))
  }

  private func gapRow(_ count: Int) -> String {
    element("tr", String(repeating: element("td", class: "lk-gap", "…"), count: count))
  }

  /// Eight shades by magnitude, and whether the number is negative.
  private func heat(_ text: String) -> String {
    guard let value = Double(text), value.isFinite, greatest > 0 else { return "lk-heat-0" }
    let level = Int((value.magnitude / greatest * 8).rounded())
    return "lk-heat-\(level)" + (value < 0 ? " lk-negative" : "")
  }
}

/// The numbers in a tensor's text, without brackets, gaps and the suffix.
private func numberTexts(in description: String) -> [String] {
  let body = description.dropFirst("tensor(".count)
  let words = body.split { "[](), \n".contains($0) }.map(String.init)
  return words.prefix { !$0.contains("=") }.filter { $0 != "..." }
}

extension [Int?] {
  fileprivate var compacted: [Int] { compactMap { $0 } }
}
