// Nested arrays on their way to a tensor: shape, elements, and the first place where the nesting is ragged.

/// What ``TensorElements`` are collected into.
public struct TensorLiteral {
  /// The count at each depth of nesting.
  private(set) var shape: [Int] = []
  /// The elements' bytes, row by row, in `dtype`.
  private(set) var bytes: [UInt8] = []
  private(set) var dtype: DType?
  /// Whether the elements were written as `Double`, which takes the default dtype as a Python float does.
  private(set) var isDouble = false
  private(set) var failure: TensorError?
  /// How many arrays stand around the numbers; nil before the first number.
  private var leafDepth: Int?

  /// Begins an array of `count` elements with `depth` arrays around it.
  public mutating func enter(count: Int, depth: Int) {
    if let leafDepth, depth >= leafDepth { return fail(.raggedLiteral(dim: depth, expected: 1, found: count)) }
    if depth == shape.count { shape.append(count) }
    if size(at: depth) != count { fail(.raggedLiteral(dim: depth, expected: size(at: depth) ?? 1, found: count)) }
  }

  /// Adds numbers with `depth` arrays around them.
  public mutating func append<T: TensorScalar>(_ values: [T], depth: Int) {
    if let dtype, dtype != T.dtype {
      fail(.dtypeMismatch(operation: "Tensor", dtypes: [dtype, T.dtype], rule: "all numbers must be of one type"))
    }
    if depth != shape.count { fail(.raggedLiteral(dim: depth, expected: size(at: depth) ?? 1, found: 1)) }
    leafDepth = leafDepth ?? depth
    dtype = T.dtype
    isDouble = T.self == Double.self
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  private func size(at depth: Int) -> Int? { shape.indices.contains(depth) ? shape[depth] : nil }

  private mutating func fail(_ error: TensorError) { failure = failure ?? error }
}

extension Tensor {
  /// A tensor of the given numbers, nested as deep as you like.
  ///
  /// Integers give int64, floating-point literals the default dtype, bools bool; a `[Float]` or `[BFloat16]` keeps its
  /// own type.
  ///
  /// For example: `try Tensor([[1, 2], [3, 4]])` has shape `[2, 2]` and dtype int64.
  ///
  /// - Throws: ``TensorError/raggedLiteral(dim:expected:found:)`` when rows differ in length, and
  ///   ``TensorError/valueOutOfRange(_:_:)`` when a value does not fit an integer dtype that was asked for.
  public init(_ elements: some TensorElements, dtype: DType? = nil) throws(TensorError) {
    var literal = TensorLiteral()
    elements.collect(into: &literal, depth: 0)
    if let failure = literal.failure { throw failure }
    let stored = literal.dtype ?? defaultDType
    let tensor = try Tensor(shape: literal.shape, dtype: stored, bytes: literal.bytes)
    let wanted = dtype ?? (literal.isDouble ? defaultDType : stored)
    if wanted.isInteger { try tensor.checkFits(wanted) }
    self = try tensor.to(wanted)
  }

  /// A tensor without elements, of shape `[0]` and the default dtype: `Tensor([])`.
  public init(_ elements: [Never], dtype: DType? = nil) throws(TensorError) {
    self = try .zeros([0], dtype: dtype)
  }
}
