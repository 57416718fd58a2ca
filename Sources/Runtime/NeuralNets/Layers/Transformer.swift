// The two blocks of the first transformer (Vaswani et al., 2017), normalised after each part.

import Tensors

/// Self-attention, then two linear layers with a ReLU between; each part is added to its input and normalised.
///
/// Input and output `[length, batch, dimension]`, with `batchFirst` `[batch, length, dimension]`.
public final class TransformerEncoderLayer: Module {
  /// Attention of the input to itself.
  public let selfAttn: MultiheadAttention
  /// The wide layer, `E` to `hidden`.
  public let linear1: Linear
  /// Between the two linear layers.
  public let dropout: Dropout
  /// Back again, `hidden` to `E`.
  public let linear2: Linear
  /// After the first sublayer.
  public let norm1: LayerNorm
  /// After the second sublayer.
  public let norm2: LayerNorm
  /// Of the first sublayer.
  public let dropout1: Dropout
  /// Of the second sublayer.
  public let dropout2: Dropout

  /// - Parameter hidden: The width between the two linear layers.
  /// - Throws: As ``MultiheadAttention`` and ``Dropout``.
  public init(
    _ dimension: Int, heads: Int, hidden: Int = 2048, dropout p: Double = 0.1, batchFirst: Bool = false,
    dtype: DType? = nil
  ) throws {
    selfAttn = try MultiheadAttention(dimension, heads: heads, batchFirst: batchFirst, dtype: dtype)
    linear1 = try Linear(dimension, hidden, dtype: dtype)
    dropout = try Dropout(p)
    linear2 = try Linear(hidden, dimension, dtype: dtype)
    norm1 = try LayerNorm(dimension, dtype: dtype)
    norm2 = try LayerNorm(dimension, dtype: dtype)
    dropout1 = try Dropout(p)
    dropout2 = try Dropout(p)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let attended = try norm1(input + dropout1(selfAttn(input)))
    return try norm2(attended + dropout2(linear2(dropout(linear1(attended).relu()))))
  }

  /// The properties' names in PyTorch's style.
  public override func key(ofProperty property: String) -> String { snakeCase(property) }
}

/// As ``TransformerEncoderLayer``, with attention to an encoder's output between the two parts.
public final class TransformerDecoderLayer: Module {
  /// Attention of the input to itself.
  public let selfAttn: MultiheadAttention
  /// Attention of the input to the encoder's output.
  public let multiheadAttn: MultiheadAttention
  /// The wide layer, `E` to `hidden`.
  public let linear1: Linear
  /// Between the two linear layers.
  public let dropout: Dropout
  /// Back again, `hidden` to `E`.
  public let linear2: Linear
  /// After the first sublayer.
  public let norm1: LayerNorm
  /// After the second sublayer.
  public let norm2: LayerNorm
  /// After the third sublayer.
  public let norm3: LayerNorm
  /// Of the first sublayer.
  public let dropout1: Dropout
  /// Of the second sublayer.
  public let dropout2: Dropout
  /// Of the third sublayer.
  public let dropout3: Dropout

  /// - Parameter hidden: The width between the two linear layers.
  /// - Throws: As ``MultiheadAttention`` and ``Dropout``.
  public init(
    _ dimension: Int, heads: Int, hidden: Int = 2048, dropout p: Double = 0.1, batchFirst: Bool = false,
    dtype: DType? = nil
  ) throws {
    selfAttn = try MultiheadAttention(dimension, heads: heads, batchFirst: batchFirst, dtype: dtype)
    multiheadAttn = try MultiheadAttention(dimension, heads: heads, batchFirst: batchFirst, dtype: dtype)
    linear1 = try Linear(dimension, hidden, dtype: dtype)
    dropout = try Dropout(p)
    linear2 = try Linear(hidden, dimension, dtype: dtype)
    norm1 = try LayerNorm(dimension, dtype: dtype)
    norm2 = try LayerNorm(dimension, dtype: dtype)
    norm3 = try LayerNorm(dimension, dtype: dtype)
    dropout1 = try Dropout(p)
    dropout2 = try Dropout(p)
    dropout3 = try Dropout(p)
    super.init()
  }

  /// - Parameter memory: The encoder's output.
  /// - Parameter mask: Which inputs may look at which, as ``MultiheadAttention``'s.
  public func callAsFunction(_ input: Tensor, memory: Tensor, mask: Tensor? = nil) throws -> Tensor {
    let own = try norm1(input + dropout1(selfAttn(input, input, input, mask: mask).output))
    let crossed = try norm2(own + dropout2(multiheadAttn(own, memory, memory).output))
    let output = try norm3(crossed + dropout3(linear2(dropout(linear1(crossed).relu()))))
    return try runHooks(input: input, output: output)
  }

  /// The properties' names in PyTorch's style.
  public override func key(ofProperty property: String) -> String { snakeCase(property) }
}
