// Attention with several heads.

import Tensors

/// Each query looks at all keys and takes a mix of their values, in several subspaces at once (Vaswani et al., 2017):
/// concat(head₁, …) Wᴼ + b with headᵢ = softmax(q kᵀ / √d) v of the i-th part of the projections.
///
/// Query `[L, N, E]`, key `[S, N, K]`, value `[S, N, V]` (batch first: `[N, L, E]` and so on; without a batch `[L,
/// E]`), output as the query. `in_proj_weight` `[3E, E]` is drawn by ``Initializer/xavierUniform(_:gain:dtype:)``,
/// after the output projection; the biases are zeros. With other sizes of key or value there are three weights instead,
/// `q_proj_weight` `[E, E]`, `k_proj_weight` `[E, K]` and `v_proj_weight` `[E, V]`.
///
///     let attention = try MultiheadAttention(8, heads: 2, batchFirst: true)
///     let (output, weights) = try attention(x, x, x)   // x: [1, 5, 8]; weights: [1, 5, 5]
open class MultiheadAttention: Module {
  /// `[3 · E, E]`: the rows of queries, keys and values; nil when keys or values have another size than E.
  public var inProjWeight: Parameter?
  /// `[E, E]`; nil when ``inProjWeight`` is there.
  public var qProjWeight: Parameter?
  /// `[E, K]`; nil when ``inProjWeight`` is there.
  public var kProjWeight: Parameter?
  /// `[E, V]`; nil when ``inProjWeight`` is there.
  public var vProjWeight: Parameter?
  /// `[3 · E]`: the biases of queries, keys and values; nil without bias.
  public var inProjBias: Parameter?
  /// `E` to `E`, applied to what the heads give together.
  public let outProj: Linear
  /// The size of the last dimension.
  public let dimension: Int
  /// Into how many parts queries, keys and values are divided.
  public let heads: Int
  /// Whether the batch is dimension 0; else it is dimension 1.
  public let isBatchFirst: Bool

  /// - Parameter dimension: The size E of queries and outputs, a multiple of `heads`.
  /// - Parameter keyDimension: K, if it is not E.
  /// - Parameter valueDimension: V, if it is not E.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` when the heads do not divide the
  ///   dimension.
  public init(
    _ dimension: Int, heads: Int, bias: Bool = true, keyDimension: Int? = nil, valueDimension: Int? = nil,
    batchFirst: Bool = false, dtype: DType? = nil
  ) throws {
    guard heads > 0, dimension > 0, dimension.isMultiple(of: heads) else {
      throw ModuleError.invalidArgument(
        module: "MultiheadAttention", argument: "dimension", value: "\(dimension)",
        expected: "a positive multiple of heads, \(heads)")
    }
    (self.dimension, self.heads, isBatchFirst) = (dimension, heads, batchFirst)
    let dtype = try parameterDType(dtype)
    func drawn(_ rows: Int, _ columns: Int) throws -> Parameter {
      try Parameter(Initializer.xavierUniform([rows, columns], dtype: dtype))
    }
    outProj = try NonDynamicallyQuantizableLinear(dimension, dimension, bias: bias, dtype: dtype)
    if (keyDimension ?? dimension, valueDimension ?? dimension) == (dimension, dimension) {
      inProjWeight = try drawn(3 * dimension, dimension)
    } else {
      qProjWeight = try drawn(dimension, dimension)
      kProjWeight = try drawn(dimension, keyDimension ?? dimension)
      vProjWeight = try drawn(dimension, valueDimension ?? dimension)
    }
    inProjBias = bias ? try Parameter(Tensor.zeros([3 * dimension], dtype: dtype)) : nil
    outProj.bias = bias ? try Parameter(Tensor.zeros([dimension], dtype: dtype)) : nil
    super.init()
  }

  /// Self-attention: query, key and value are the input.
  open override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank == 3 else { return try attend(input, input, input, mask: nil).output }
    let (q, k, v) = (
      try split(project(input, part: 0)), try split(project(input, part: 1)), try split(project(input, part: 2))
    )
    return try outProj(joined(scaledDotProductAttention(q, k, v)))
  }

  /// - Parameter mask: Broadcasts to `[N, heads, L, S]`: a bool tensor that is **true where a query may look** (the
  ///   opposite of PyTorch's `attn_mask`), or a floating-point one that is added to the scores.
  /// - Returns: The output, and the weights `[N, L, S]`, the mean of all heads (without a batch `[L, S]`).
  public final func callAsFunction(_ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil) throws
    -> (output: Tensor, weights: Tensor)
  {
    let result = try attend(query, key, value, mask: mask)
    return (try runHooks(input: query, output: result.output), result.weights)
  }

  /// The properties' names in PyTorch's style.
  open override func key(ofProperty property: String) -> String { snakeCase(property) }

  private func attend(_ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor?) throws
    -> (output: Tensor, weights: Tensor)
  {
    if query.rank == 2, key.rank == 2, value.rank == 2 {
      let (output, weights) = try attend(batched(query), batched(key), batched(value), mask: mask)
      return (try output.squeeze(isBatchFirst ? 0 : 1), try weights.squeeze(0))
    }
    let q = try split(project(query, part: 0))
    let k = try split(project(key, part: 1))
    let v = try split(project(value, part: 2))
    let scaled = try q * (1 / Double(dimension / heads).squareRoot())
    let weights = try masked(scaled.matmul(k.transpose(-2, -1)), mask).softmax(dim: -1)
    let output = try outProj(joined(weights.matmul(v)))
    return (output, try weights.mean(dim: 1))
  }

  private func batched(_ input: Tensor) throws -> Tensor {
    try input.unsqueeze(isBatchFirst ? 0 : 1)
  }

  private func project(_ input: Tensor, part: Int) throws -> Tensor {
    let rows = part * dimension..<(part + 1) * dimension
    let own = [qProjWeight, kProjWeight, vProjWeight][part]
    guard let weight = own?.tensor ?? inProjWeight?.tensor[rows] else { return input }
    return try linear(input, weight, inProjBias?.tensor[rows])
  }

  /// `[L, N, E]` or `[N, L, E]` to `[N, heads, L, E / heads]`.
  private func split(_ input: Tensor) throws -> Tensor {
    let first = isBatchFirst ? input : try input.transpose(0, 1)
    let (batch, length) = (try first.size(0), try first.size(1))
    return try first.reshape([batch, length, heads, dimension / heads]).transpose(1, 2)
  }

  private func joined(_ perHead: Tensor) throws -> Tensor {
    let (batch, length) = (try perHead.size(0), try perHead.size(2))
    let joined = try perHead.transpose(1, 2).reshape([batch, length, dimension])
    return isBatchFirst ? joined : try joined.transpose(0, 1)
  }

  private func masked(_ scores: Tensor, _ mask: Tensor?) throws -> Tensor {
    guard let mask else { return scores }
    return mask.dtype == .bool ? try Tensor.where(mask, scores, -Double.infinity) : try scores + mask
  }
}
