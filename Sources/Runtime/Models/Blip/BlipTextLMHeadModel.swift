// The text decoder with its output layer: from tokens to scores for the next one.

import NeuralNets
import Tensors

/// The decoder and the head that turns its vectors into scores.
final class BlipTextLMHeadModel: CheckpointModule {
  let bert: BlipTextModel
  let cls: BlipTextOnlyMLMHead

  init(_ config: BlipTextConfig, pictureSize: Int, dtype: DType?) throws {
    bert = try BlipTextModel(config, pictureSize: pictureSize, dtype: dtype)
    cls = try BlipTextOnlyMLMHead(config, dtype: dtype)
    super.init()
  }

  /// Scores after every token: `[texts, tokens, vocabularySize]`.
  func logits(_ ids: Tensor, attentionMask: Tensor? = nil, cache: inout DecoderCache) throws -> Tensor {
    let states = try bert.hiddenStates(ids, attentionMask: attentionMask, cache: &cache)
    return try cls(states[states.count - 1])
  }

  /// Scores after the last token: `[texts, vocabularySize]`.
  func nextLogits(_ ids: Tensor, attentionMask: Tensor? = nil, cache: inout DecoderCache) throws -> Tensor {
    let states = try bert.hiddenStates(ids, attentionMask: attentionMask, cache: &cache)
    return try cls(states[states.count - 1].select(1, ids.size(1) - 1))
  }
}

/// A level that checkpoints have.
final class BlipTextOnlyMLMHead: CheckpointModule {
  let predictions: BlipTextLMPredictionHead

  init(_ config: BlipTextConfig, dtype: DType?) throws {
    predictions = try BlipTextLMPredictionHead(config, dtype: dtype)
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    try predictions(input)
  }
}

/// Vectors to scores. The bias has two names in the state dict, `bias` and `decoder.bias`.
final class BlipTextLMPredictionHead: CheckpointModule {
  let transform: BlipTextPredictionHeadTransform
  let decoder: Linear
  let bias: Parameter

  init(_ config: BlipTextConfig, dtype: DType?) throws {
    transform = try BlipTextPredictionHeadTransform(config, dtype: dtype)
    decoder = try Linear(config.hiddenSize, config.vocabularySize, bias: false, dtype: dtype)
    bias = try Parameter(Tensor.zeros([config.vocabularySize], dtype: dtype))
    decoder.bias = bias
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    try decoder(transform(input))
  }
}

/// The layer before the output layer.
final class BlipTextPredictionHeadTransform: CheckpointModule {
  override class var keys: [String: String] { ["layerNorm": "LayerNorm"] }

  let dense: Linear
  let transformActFn: ActivationFunction
  let layerNorm: LayerNorm

  init(_ config: BlipTextConfig, dtype: DType?) throws {
    dense = try Linear(config.hiddenSize, config.hiddenSize, dtype: dtype)
    transformActFn = ActivationFunction(config.activation)
    layerNorm = try LayerNorm(config.hiddenSize, eps: config.layerNormEpsilon, dtype: dtype)
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    try layerNorm(dense(input, then: transformActFn))
  }
}
