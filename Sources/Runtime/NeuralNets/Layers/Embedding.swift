// A table of vectors, looked up by number.

import Tensors

/// y = weight[x]: each whole number in the input becomes a row of the table.
///
/// Input int64 or int32 of any shape, output that shape with `[dimension]` appended; `weight` has shape `[count,
/// dimension]` and is drawn from the standard normal distribution.
///
///     let words = try Embedding(1000, 16)
///     try words(Tensor([[1, 0], [0, 1]])).shape   // [2, 2, 16]
open class Embedding: Module {
  /// `[embeddingCount, dimension]`, drawn from the normal distribution.
  public var weight: Parameter
  /// The number of rows.
  public let embeddingCount: Int
  /// The size of the last dimension.
  public let dimension: Int
  /// The row that stands for padding, counted from the end if negative when given; it begins as zeros.
  public let paddingIndex: Int?

  /// - Parameter dtype: The default dtype unless named.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` for a padding index outside the table,
  ///   and `TensorError` for a negative size.
  public init(_ embeddingCount: Int, _ dimension: Int, paddingIndex: Int? = nil, dtype: DType? = nil) throws {
    self.embeddingCount = embeddingCount
    self.dimension = dimension
    self.paddingIndex = try paddingIndex.map { try Self.row($0, of: embeddingCount) }
    let dtype = try parameterDType(dtype)
    let row = self.paddingIndex
    weight = try Parameter(
      initial([embeddingCount, dimension], dtype) {
        var table = try Initializer.normal([embeddingCount, dimension], dtype: dtype)
        if let row { table[row] = try Tensor.zeros([dimension], dtype: dtype) }
        return table
      })
    super.init()
  }

  open override func forward(_ input: Tensor) throws -> Tensor {
    try embedding(input, weight.tensor)
  }

  open override var details: String {
    "\(embeddingCount), \(dimension)" + (paddingIndex.map { ", padding_idx=\($0)" } ?? "")
  }

  private static func row(_ index: Int, of count: Int) throws -> Int {
    let rows = 0..<max(count, 0)
    let row = index < 0 ? index &+ rows.count : index
    guard rows.contains(row) else {
      throw ModuleError.invalidArgument(
        module: "Embedding", argument: "paddingIndex", value: "\(index)",
        expected: rows.isEmpty ? "none, as there are no rows" : "between \(-rows.count) and \(rows.count - 1)")
    }
    return row
  }
}
