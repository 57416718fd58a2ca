// Rows of a table, looked up by number and put together bag by bag.

import Tensors

/// The sum, mean or maximum of an ``Embedding``'s rows for each bag of numbers.
///
/// Input int64 or int32 `[bags, length]`, output `[bags, dimension]`; bags of different lengths are one row of numbers
/// with the places where each begins. An empty bag gives zeros. `weight` has shape `[count, dimension]` and is drawn
/// from the standard normal distribution.
///
///     let topics = try EmbeddingBag(1000, 16, mode: .sum)
///     try topics(Tensor([[1, 0, 2], [0, 1, 1]])).shape                      // [2, 16]
///     try topics(Tensor([1, 0, 2, 7]), offsets: Tensor([0, 3])).shape       // [2, 16]
public final class EmbeddingBag: Module {
  /// How a bag's rows become one.
  public enum Mode: String, Sendable {
    case sum, mean, max
  }

  /// `[embeddingCount, dimension]`, drawn from the normal distribution.
  public var weight: Parameter
  /// The number of rows.
  public let embeddingCount: Int
  /// The size of the last dimension.
  public let dimension: Int
  /// How a bag's rows become one.
  public let mode: Mode

  /// - Parameter dtype: The default dtype unless named.
  /// - Throws: `TensorError` for a negative size.
  public init(_ embeddingCount: Int, _ dimension: Int, mode: Mode = .mean, dtype: DType? = nil) throws {
    (self.embeddingCount, self.dimension, self.mode) = (embeddingCount, dimension, mode)
    weight = try Parameter(Initializer.normal([embeddingCount, dimension], dtype: parameterDType(dtype)))
    super.init()
  }

  /// - Throws: `TensorError` unless the input has two dimensions and names rows of the table.
  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank == 2 else { throw mismatch([input], "expects [bags, length], or one row with offsets") }
    return try pooled(embedding(input, weight.tensor))
  }

  /// - Parameter offsets: int64 or int32 `[bags]`: where in the input each bag begins; the first begins at 0.
  /// - Throws: `TensorError` unless both have one dimension and the offsets rise from 0 to the input's length at most.
  public func callAsFunction(_ input: Tensor, offsets: Tensor) throws -> Tensor {
    guard input.rank == 1, offsets.rank == 1 else { throw mismatch([input, offsets], "expects two rows of numbers") }
    let bounds = try [Int](offsets.to(.int64)) + [input.count]
    guard bounds[0] == 0, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw TensorError.invalidArgument(
        operation: typeName, reason: "the offsets \(bounds.dropLast()) must rise from 0 to \(input.count) at most")
    }
    let rows = try embedding(input, weight.tensor)
    let bags = try zip(bounds, bounds.dropFirst()).map { try pooled(rows.narrow(0, $0, $1 - $0).unsqueeze(0)) }
    return bags.isEmpty ? try Tensor.zeros([0, dimension], dtype: rows.dtype) : try Tensor.cat(bags)
  }

  /// One row for each bag of `[bags, length, dimension]`.
  private func pooled(_ rows: Tensor) throws -> Tensor {
    if rows.shape[1] == 0 { return try rows.sum(dim: 1) }
    switch mode {
    case .sum: return try rows.sum(dim: 1)
    case .mean: return try rows.mean(dim: 1)
    case .max: return try rows.amax(dim: 1)
    }
  }

  private func mismatch(_ tensors: [Tensor], _ rule: String) -> TensorError {
    .shapeMismatch(operation: typeName, shapes: tensors.map(\.shape), rule: rule)
  }

  public override var details: String { "\(embeddingCount), \(dimension), mode='\(mode)'" }
}
