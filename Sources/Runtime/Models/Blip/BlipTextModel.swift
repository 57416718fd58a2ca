// BLIP's text decoder: a BERT whose tokens look at those before them and at a picture.
//
// Paper: https://arxiv.org/abs/2201.12086. Reference: transformers 4.35, models/blip/modeling_blip_text.py.

import NeuralNets
import Tensors

/// Tokens to vectors `[texts, tokens, hiddenSize]`.
final class BlipTextModel: CheckpointModule {
  let embeddings: BlipTextEmbeddings
  let encoder: BlipTextEncoder

  init(_ config: BlipTextConfig, pictureSize: Int, dtype: DType?) throws {
    embeddings = try BlipTextEmbeddings(config, dtype: dtype)
    encoder = try BlipTextEncoder(config, pictureSize: pictureSize, dtype: dtype)
    super.init()
  }

  /// The embeddings, then the output of each block, for the tokens that follow those in the cache.
  ///
  /// - Parameter ids: `[texts, tokens]`.
  /// - Parameter attentionMask: `[texts, tokens]`, 0 for padding; without one all are looked at.
  func hiddenStates(_ ids: Tensor, attentionMask: Tensor? = nil, cache: inout DecoderCache) throws -> [Tensor] {
    let start = cache.length
    try cache.extend(by: ids.size(1), texts: ids.size(0), attentionMask: attentionMask)
    var states = [try embeddings(ids, from: start)]
    let mask = try mask(count: ids.size(1), cache)
    for (index, layer) in encoder.layer.enumerated() {
      states.append(try layer(states[index], mask: mask, pictures: cache.pictures, cache: &cache.layers[index]))
    }
    return states
  }

  /// What is added to the scores of the last `count` tokens: 0 where they may look, -10000 at later tokens and padding;
  /// nil when there is nothing to hide. `[texts or 1, 1, count, all tokens]` in the parameters' dtype.
  private func mask(count: Int, _ cache: DecoderCache) throws -> Tensor? {
    if count == 1 && cache.attentionMask == nil { return nil }
    let places = try Tensor.arange(cache.length)
    var isSeen = try (places .<= places.narrow(0, cache.length - count, count).unsqueeze(1)).unsqueeze(0)
    if let attentionMask = cache.attentionMask { isSeen = try isSeen & attentionMask.unsqueeze(1) }
    let zeros = try Tensor.zeros(isSeen.shape, dtype: embeddings.wordEmbeddings.weight.dtype)
    return try zeros.maskedFill(~isSeen, -10000).unsqueeze(1)
  }
}

/// Words and their places as vectors.
final class BlipTextEmbeddings: CheckpointModule {
  override class var keys: [String: String] { ["layerNorm": "LayerNorm", "positionIDs": "position_ids"] }

  let wordEmbeddings: Embedding
  let positionEmbeddings: Embedding
  let layerNorm: LayerNorm
  let dropout: Dropout
  let positionIDs: Buffer

  init(_ config: BlipTextConfig, dtype: DType?) throws {
    wordEmbeddings = try Embedding(
      config.vocabularySize, config.hiddenSize, paddingIndex: config.paddingID, dtype: dtype)
    positionEmbeddings = try Embedding(config.maxPositions, config.hiddenSize, dtype: dtype)
    layerNorm = try LayerNorm(config.hiddenSize, eps: config.layerNormEpsilon, dtype: dtype)
    dropout = try Dropout(config.hiddenDropout)
    positionIDs = Buffer(try Tensor.arange(config.maxPositions).unsqueeze(0), persistent: false)
    super.init()
  }

  /// - Parameter start: The place of the first token.
  func callAsFunction(_ ids: Tensor, from start: Int) throws -> Tensor {
    let count = try ids.size(1)
    guard start + count <= positionIDs.count else {
      throw BlipError.tooManyTokens(count: start + count, limit: positionIDs.count)
    }
    let places = try positionEmbeddings(positionIDs.tensor.narrow(1, start, count))
    return try dropout(layerNorm(wordEmbeddings(ids) + places))
  }
}

/// The blocks.
final class BlipTextEncoder: CheckpointModule {
  let layer: [BlipTextLayer]

  init(_ config: BlipTextConfig, pictureSize: Int, dtype: DType?) throws {
    layer = try (0..<config.layerCount).map { _ in
      try BlipTextLayer(config, pictureSize: pictureSize, dtype: dtype)
    }
    super.init()
  }
}

/// A block: attention to the text, attention to the picture, MLP, each followed by layer norm of its sum with its input.
final class BlipTextLayer: CheckpointModule {
  let attention: BlipTextAttention
  let crossattention: BlipTextAttention
  let intermediate: BlipTextIntermediate
  let output: BlipTextOutput

  init(_ config: BlipTextConfig, pictureSize: Int, dtype: DType?) throws {
    attention = try BlipTextAttention(config, keySize: config.hiddenSize, dtype: dtype)
    crossattention = try BlipTextAttention(config, keySize: pictureSize, dtype: dtype)
    intermediate = try BlipTextIntermediate(config, dtype: dtype)
    output = try BlipTextOutput(config.intermediateSize, config, dtype: dtype)
    super.init()
  }

  func callAsFunction(_ input: Tensor, mask: Tensor?, pictures: Tensor, cache: inout DecoderCache.Layer) throws
    -> Tensor
  {
    let text = try attention.attend(to: &cache.text, input, mask: mask)
    let both = try crossattention.look(at: pictures, &cache.picture, text)
    return try output(intermediate(both), residual: both)
  }
}

/// The layer before the activation of an MLP, and the activation.
final class BlipTextIntermediate: CheckpointModule {
  let dense: Linear
  let intermediateActFn: ActivationFunction

  init(_ config: BlipTextConfig, dtype: DType?) throws {
    dense = try Linear(config.hiddenSize, config.intermediateSize, dtype: dtype)
    intermediateActFn = ActivationFunction(config.activation)
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    try dense(input, then: intermediateActFn)
  }
}

/// norm(W x + b + residual): how every part of a block ends.
class BlipTextOutput: CheckpointModule {
  override class var keys: [String: String] { ["layerNorm": "LayerNorm"] }

  let dense: Linear
  let layerNorm: LayerNorm
  let dropout: Dropout

  init(_ inFeatures: Int, _ config: BlipTextConfig, dtype: DType?) throws {
    dense = try Linear(inFeatures, config.hiddenSize, dtype: dtype)
    layerNorm = try LayerNorm(config.hiddenSize, eps: config.layerNormEpsilon, dtype: dtype)
    dropout = try Dropout(config.hiddenDropout)
    super.init()
  }

  func callAsFunction(_ input: Tensor, residual: Tensor) throws -> Tensor {
    try layerNorm(dropout(dense(input)) + residual)
  }
}

/// The end of an attention, under the name that transformers prints.
final class BlipTextSelfOutput: BlipTextOutput {}
