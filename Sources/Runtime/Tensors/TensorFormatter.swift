// A tensor as text, character by character as PyTorch's `repr` writes it (torch/_tensor_str.py describes the rules).

/// Chooses one format for all elements that are shown.
private struct ElementFormat {
  let dtype: DType
  let options: PrintOptions
  private var width = 1
  private var integral = true
  private var scientific = false

  init(_ values: [Scalar], dtype: DType, options: PrintOptions) {
    self.dtype = dtype
    self.options = options
    guard dtype.isFloatingPoint else {
      width = values.map { $0.description.count }.max() ?? 1
      return
    }
    let numbers = values.map(\.doubleValue).filter { $0.isFinite && $0 != 0 }
    guard !numbers.isEmpty else {
      scientific = options.scientific ?? false
      return
    }
    integral = numbers.allSatisfy { $0 == $0.rounded(.up) }
    chooseNotation(numbers.map(\.magnitude))
    width = max(1, numbers.map { text($0).count }.max() ?? 1)
    // PyTorch 2.1.1 changes the notation on demand after the width is known.
    scientific = options.scientific ?? scientific
  }

  private mutating func chooseNotation(_ magnitudes: [Double]) {
    let (least, greatest) = (magnitudes.min() ?? 0, magnitudes.max() ?? 0)
    scientific = greatest / least > 1000 || greatest > 1e8 || (!integral && least < 1e-4)
  }

  func text(_ value: Double) -> String {
    if scientific { return value.isFinite ? formatted(value, "e", options.precision) : word(value) }
    if integral { return value.isFinite ? formatted(value, "f", 0) + "." : word(value) }
    return value.isFinite ? formatted(value, "f", options.precision) : word(value)
  }

  private func word(_ value: Double) -> String { value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }

  func padded(_ value: Scalar) -> String {
    let text = dtype.isFloatingPoint ? text(value.doubleValue) : value.description
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  var columnWidth: Int { width }
}

/// Lays a tensor's elements out in brackets and lines.
struct TensorFormatter {
  let options: PrintOptions

  /// - Parameter options: Numbers that no line or memory has room for are limited.
  init(options: PrintOptions) {
    var options = options
    options.precision = min(max(options.precision, 0), 100)
    options.edgeItems = min(max(options.edgeItems, 0), 10_000)
    options.lineWidth = min(max(options.lineWidth, 0), 1 << 40)
    self.options = options
  }

  func text(_ tensor: Tensor) -> String {
    if let failure = tensor.failure { return "tensor(\(failure))" }
    let opening = "tensor("
    let body: String
    do { body = try tensor.count == 0 ? "[]" : elements(tensor, indent: opening.count) } catch {
      return "tensor(\(error))"
    }
    return withSuffixes(opening + body, suffixes(tensor)) + ")"
  }

  private func suffixes(_ tensor: Tensor) -> [String] {
    var result: [String] = []
    if tensor.count == 0 {
      if tensor.rank != 1 { result.append("size=\(pythonTuple(tensor.shape))") }
      if tensor.dtype != defaultDType { result.append("dtype=\(tensor.dtype)") }
    } else if ![defaultDType, .int64, .bool].contains(tensor.dtype) {
      result.append("dtype=\(tensor.dtype)")
    }
    return result
  }

  private func pythonTuple(_ shape: [Int]) -> String {
    "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
  }

  /// A suffix goes to a line of its own when the last one has no room.
  private func withSuffixes(_ text: String, _ suffixes: [String]) -> String {
    var text = text
    var line =
      text.utf8.count - (text.utf8.lastIndex(of: 10).map { text.utf8.distance(from: text.startIndex, to: $0) } ?? -1)
      + 1
    for suffix in suffixes {
      // PyTorch counts "torch." in front of a dtype; the line is chosen as there.
      let length = suffix.utf8.count + (suffix.hasPrefix("dtype=") ? 6 : 0)
      if line + length + 2 > options.lineWidth {
        text += ",\n" + String(repeating: " ", count: 7) + suffix
        line = 7 + length
      } else {
        text += ", " + suffix
        line += length + 2
      }
    }
    return text
  }

  private func elements(_ tensor: Tensor, indent: Int) throws(TensorError) -> String {
    let summarize = tensor.count > options.threshold
    let shown = summarize ? try summarized(tensor) : tensor
    let values = try shown.scalars()
    let format = ElementFormat(values, dtype: tensor.dtype, options: options)
    if tensor.rank == 0 { return format.padded(values[0]) }
    var rest = values[...]
    return rows(tensor.shape[...], &rest, format, indent: indent, summarize: summarize)
  }

  /// The elements at both ends of each dimension, without the middle.
  private func summarized(_ tensor: Tensor) throws(TensorError) -> Tensor {
    var result = tensor
    for d in 0..<tensor.rank where leavesOut(tensor.shape[d]) {
      let edge = options.edgeItems
      let ends = Array(0..<edge) + Array((tensor.shape[d] - edge)..<tensor.shape[d])
      result = try result.indexSelect(d, try Tensor(ends).reshape([-1]))
    }
    return result
  }

  private func leavesOut(_ size: Int) -> Bool { size > 2 * options.edgeItems && options.edgeItems > 0 }

  private func rows(
    _ shape: ArraySlice<Int>, _ values: inout ArraySlice<Scalar>, _ format: ElementFormat, indent: Int, summarize: Bool
  ) -> String {
    let size = shape.first ?? 0
    let omits = summarize && leavesOut(size)
    let count = omits ? 2 * options.edgeItems : size
    if shape.count == 1 { return vector(&values, count, format, indent: indent, omits: omits) }
    var parts: [String] = []
    for i in 0..<count {
      if omits && i == options.edgeItems { parts.append("...") }
      parts.append(rows(shape.dropFirst(), &values, format, indent: indent + 1, summarize: summarize))
    }
    let separator = "," + String(repeating: "\n", count: shape.count - 1) + String(repeating: " ", count: indent + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }

  private func vector(
    _ values: inout ArraySlice<Scalar>, _ count: Int, _ format: ElementFormat, indent: Int, omits: Bool
  ) -> String {
    var words = values.prefix(count).map(format.padded)
    values = values.dropFirst(count)
    if omits { words.insert(" ...", at: options.edgeItems) }
    let perLine = max(1, (options.lineWidth - indent) / (format.columnWidth + 2))
    let lines = stride(from: 0, to: words.count, by: perLine).map {
      words[$0..<min($0 + perLine, words.count)].joined(separator: ", ")
    }
    return "[" + lines.joined(separator: ",\n" + String(repeating: " ", count: indent + 1)) + "]"
  }
}

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// PyTorch's text, without `torch.` and notes on gradients; ``printOptions`` apply.
  public var description: String { TensorFormatter(options: printOptions).text(self) }

  /// The text, and a line with shape, strides, dtype and bytes.
  public var debugDescription: String {
    "\(description)\nshape \(shape), strides \(strides), \(dtype), \(byteCount) bytes"
  }
}
