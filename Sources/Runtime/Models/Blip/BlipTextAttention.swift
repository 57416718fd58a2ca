// The text decoder's attention: to the tokens so far, or to a picture.

import NeuralNets
import Tensors

/// Attention and the layer that ends it.
final class BlipTextAttention: CheckpointModule {
  override class var keys: [String: String] { ["selfAttention": "self"] }

  let selfAttention: BlipTextSelfAttention
  let output: BlipTextSelfOutput

  /// - Parameter keySize: The size of the vectors that are looked at.
  init(_ config: BlipTextConfig, keySize: Int, dtype: DType?) throws {
    selfAttention = try BlipTextSelfAttention(config, keySize: keySize, dtype: dtype)
    output = try BlipTextSelfOutput(config.hiddenSize, config, dtype: dtype)
    super.init()
  }

  /// Appends the tokens of `input` `[texts, tokens, size]` to the cache and lets them look at all that is in it.
  func attend(to cache: inout DecoderCache.KeysAndValues?, _ input: Tensor, mask: Tensor?) throws -> Tensor {
    var seen = try selfAttention.keysAndValues(of: input)
    if let cache {
      seen.keys = try Tensor.cat([cache.keys, seen.keys], dim: 2)
      seen.values = try Tensor.cat([cache.values, seen.values], dim: 2)
    }
    cache = seen
    return try output(selfAttention.attend(input, to: seen, mask: mask), residual: input)
  }

  /// Lets the tokens of `input` `[texts, tokens, size]` look at their pictures, whose keys are computed the first time.
  func look(at pictures: Tensor, _ cache: inout DecoderCache.KeysAndValues?, _ input: Tensor) throws -> Tensor {
    let seen = try cache ?? selfAttention.keysAndValues(of: pictures)
    cache = seen
    // The texts of one picture do not look at one another here, so they pass as one long text.
    let joined = try input.reshape([pictures.size(0), -1, input.size(2)])
    return try output(selfAttention.attend(joined, to: seen, mask: nil).reshape(input.shape), residual: input)
  }
}

/// softmax(q kᵀ / √d + mask) v, in several heads.
final class BlipTextSelfAttention: CheckpointModule {
  let query: Linear
  let key: Linear
  let value: Linear
  let dropout: Dropout
  private let headCount: Int

  init(_ config: BlipTextConfig, keySize: Int, dtype: DType?) throws {
    query = try Linear(config.hiddenSize, config.hiddenSize, dtype: dtype)
    key = try Linear(keySize, config.hiddenSize, dtype: dtype)
    value = try Linear(keySize, config.hiddenSize, dtype: dtype)
    dropout = try Dropout(config.attentionDropout)
    headCount = config.headCount
    super.init()
  }

  func keysAndValues(of input: Tensor) throws -> DecoderCache.KeysAndValues {
    DecoderCache.KeysAndValues(keys: try divided(key(input)), values: try divided(value(input)))
  }

  func attend(_ input: Tensor, to seen: DecoderCache.KeysAndValues, mask: Tensor?) throws -> Tensor {
    let queries = try divided(query(input))
    let mixed = try dropout.attention(queries, seen.keys, seen.values, mask: mask)
    return try mixed.transpose(1, 2).reshape([input.size(0), input.size(1), -1])
  }

  /// `[rows, count, size]` to `[rows, heads, count, size / heads]`.
  private func divided(_ input: Tensor) throws -> Tensor {
    let (rows, count, size) = (try input.size(0), try input.size(1), try input.size(2))
    return try input.reshape([rows, count, headCount, size / headCount]).transpose(1, 2)
  }
}

extension Dropout {
  /// softmax(q kᵀ / √d + mask) v, with elements of the weights dropped in training.
  func attention(_ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil) throws -> Tensor {
    guard isTraining, p > 0 else {
      return try scaledDotProductAttention(query, key, value, mask: mask, rounding: .eachStep)
    }
    var scores = try query.matmul(key.transpose(-2, -1)) / Double(query.size(3)).squareRoot()
    if let mask { scores = try scores + mask }
    return try self(scores.softmax(dim: -1)).matmul(value)
  }
}
