// The small model of the lessons on dtypes.

import Tensors

/// An embedding, two blocks of a linear layer followed by a layer norm, and a linear head.
///
/// The names of its parts are those of the PyTorch lesson it comes from, so parameter lists and checkpoints agree with
/// it.
///
///     let model = try DummyModel()
///     let logits = try model(Tensor([[1, 0], [0, 1]]))
public final class DummyModel: Module {
  /// A row of `dim` numbers for each token.
  public let token_embedding: Embedding
  /// The first linear layer, `dim` to `dim`.
  public let linear_1: Linear
  /// Normalises what the first linear layer gives.
  public let layernorm_1: LayerNorm
  /// The second linear layer, `dim` to `dim`.
  public let linear_2: Linear
  /// Normalises what the second linear layer gives.
  public let layernorm_2: LayerNorm
  /// Scores, `dim` to `dim`.
  public let head: Linear

  /// Sets the seed of the random stream, then draws the parameters in the order of the layers.
  ///
  /// - Parameter embeddings: How many tokens there are.
  /// - Parameter dim: The width of every layer.
  public init(seed: Int = 123, embeddings: Int = 2, dim: Int = 2) throws {
    manualSeed(seed)
    token_embedding = try Embedding(embeddings, dim)
    linear_1 = try Linear(dim, dim)
    layernorm_1 = try LayerNorm(dim)
    linear_2 = try Linear(dim, dim)
    layernorm_2 = try LayerNorm(dim)
    head = try Linear(dim, dim)
    super.init()
  }

  /// - Parameter tokens: Whole numbers below the count of embeddings, of any shape.
  /// - Returns: That shape with `[dim]` appended.
  public override func forward(_ tokens: Tensor) throws -> Tensor {
    var hidden = try token_embedding(tokens)
    hidden = try layernorm_1(linear_1(hidden))
    hidden = try layernorm_2(linear_2(hidden))
    return try head(hidden)
  }
}
