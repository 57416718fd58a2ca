// What can go wrong with tensors: cases with data, one sentence each.

/// An error of the tensor runtime. Its description is one sentence that says what was asked, of what, and the way out.
///
/// For example: `do { _ = try a + b } catch TensorError.shapesDoNotBroadcast(_, let a, let b) { print(a, b) }`.
public enum TensorError: Error, Sendable, Equatable {
  /// The shapes cannot be stretched to one another.
  case shapesDoNotBroadcast(operation: String, [Int], [Int])
  /// The shapes do not fit the operation; `rule` says what it needs.
  case shapeMismatch(operation: String, shapes: [[Int]], rule: String)
  /// The operation needs other dtypes; `rule` says which.
  case dtypeMismatch(operation: String, dtypes: [DType], rule: String)
  /// PyTorch 2.1.1 has no kernel of this operation for the dtype on the CPU, and neither has this runtime.
  case notImplemented(operation: String, dtype: DType)
  /// There is no common dtype.
  case noPromotion(DType, DType)
  /// The tensor has fewer dimensions than `dim` counts.
  case dimensionOutOfRange(operation: String, dim: Int, rank: Int)
  /// An index lies outside its dimension.
  case indexOutOfRange(operation: String, index: Int, dim: Int, size: Int)
  /// More indices than dimensions.
  case tooManyIndices(count: Int, rank: Int)
  /// An argument that no tensor could satisfy.
  case invalidArgument(operation: String, reason: String)
  /// Rows of different length.
  case raggedLiteral(dim: Int, expected: Int, found: Int)
  /// A number that the dtype cannot hold.
  case valueOutOfRange(Scalar, DType)
  /// A whole tensor where one number is needed.
  case notASingleElement(operation: String, shape: [Int])
  /// The elements do not fit into memory; nil when their count exceeds every machine.
  case outOfMemory(shape: [Int], dtype: DType)
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shapesDoNotBroadcast(let operation, let a, let b):
      "\(operation): shapes \(a) and \(b) do not broadcast\(mismatch(a, b)); sizes must be equal or 1, "
        + "counted from the last dimension. Reshape or unsqueeze one of them."
    case .shapeMismatch(let operation, let shapes, let rule):
      "\(operation): \(rule), but got \(shapes.count == 1 ? "shape" : "shapes") \(list(shapes))."
    case .dtypeMismatch(let operation, let dtypes, let rule):
      "\(operation): \(rule), but got \(list(dtypes))."
    case .notImplemented(let operation, let dtype):
      "\"\(operation)\" is not implemented for \(dtype) on the CPU.\(remedy(dtype))"
    case .noPromotion(let a, let b):
      "\(a) and \(b) have no common dtype: 8-bit floats do not promote. Cast one of them with to(_:)."
    case .dimensionOutOfRange(let operation, let dim, let rank):
      "\(operation): dimension \(dim) is out of range; \(range(rank))."
    case .indexOutOfRange(let operation, let index, let dim, let size):
      "\(operation): index \(index) is out of bounds for dimension \(dim) with size \(size)."
    case .tooManyIndices(let count, let rank):
      "subscript: \(count) indices for a tensor of rank \(rank)\(rank == 0 ? "; use item() to read its value" : "")."
    case .invalidArgument(let operation, let reason):
      "\(operation): \(reason)."
    case .raggedLiteral(let dim, let expected, let found):
      "Tensor: rows must have equal length, but at dimension \(dim) one has \(expected) elements and another \(found)."
    case .valueOutOfRange(let value, let dtype):
      "\(value) does not fit \(dtype), which holds \(dtype.info.min) to \(dtype.info.max)."
    case .notASingleElement(let operation, let shape):
      "\(operation): needs exactly one element, but the tensor has shape \(shape). "
        + "Index or reduce it first, or use Array(tensor)."
    case .outOfMemory(let shape, let dtype):
      "A \(dtype) tensor of shape \(shape) does not fit into memory."
    }
  }

  private func list(_ items: [some Any]) -> String {
    guard let last = items.last, items.count > 1 else { return items.map { "\($0)" }.joined() }
    return items.dropLast().map { "\($0)" }.joined(separator: ", ") + " and \(last)"
  }

  private func mismatch(_ a: [Int], _ b: [Int]) -> String {
    let pair = zip(a.reversed(), b.reversed()).enumerated().first { $1.0 != $1.1 && $1.0 != 1 && $1.1 != 1 }
    guard let (offset, sizes) = pair else { return "" }
    return " (\(sizes.0) against \(sizes.1) at dimension \(-1 - offset))"
  }

  private func remedy(_ dtype: DType) -> String {
    switch dtype {
    case .float16: " Use .bfloat16 or .float32, or run it inside withKernels(.emulatedFloat16) { }."
    case .float8E4M3FN, .float8E5M2: " Cast to .float32 or .bfloat16 first: 8-bit floats are for storage."
    case .bool: " Cast with to(_:) first."
    default: dtype.isInteger ? " Cast with float() first." : ""
    }
  }

  private func range(_ rank: Int) -> String {
    rank == 0
      ? "the tensor has no dimensions (0 and -1 are allowed)" : "a tensor of rank \(rank) has -\(rank) to \(rank - 1)"
  }
}
