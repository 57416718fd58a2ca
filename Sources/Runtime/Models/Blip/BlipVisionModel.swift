// BLIP's image encoder: a picture in patches, each a vector that has looked at all others.
//
// Paper: https://arxiv.org/abs/2201.12086. Reference: transformers 4.35, models/blip/modeling_blip.py.

import NeuralNets
import Tensors

/// The image encoder: pixel values `[pictures, 3, height, width]` become `[pictures, patches + 1, hiddenSize]`, the
/// first vector standing for the whole picture.
public final class BlipVisionModel: CheckpointModule {
  let embeddings: BlipVisionEmbeddings
  let encoder: BlipEncoder
  let postLayernorm: LayerNorm

  init(_ config: BlipVisionConfig, dtype: DType?) throws {
    embeddings = try BlipVisionEmbeddings(config, dtype: dtype)
    encoder = try BlipEncoder(config, dtype: dtype)
    postLayernorm = try LayerNorm(config.hiddenSize, eps: config.layerNormEpsilon, dtype: dtype)
    super.init()
  }

  /// The last hidden state, normalised.
  public override func forward(_ pixelValues: Tensor) throws -> Tensor {
    try postLayernorm(encoder(embeddings(pixelValues)))
  }

  /// What each stage gives: the embeddings, then the output of each block, not normalised.
  public func hiddenStates(_ pixelValues: Tensor) throws -> [Tensor] {
    try encoder.hiddenStates(embeddings(pixelValues))
  }

  /// `[pictures, hiddenSize]`: the first vector of the last hidden state, normalised once more.
  public func pooled(_ lastHiddenState: Tensor) throws -> Tensor {
    try postLayernorm(lastHiddenState.select(1, 0))
  }
}

/// Patches as vectors, a learned one before them, and their places added.
final class BlipVisionEmbeddings: CheckpointModule {
  let classEmbedding: Parameter
  let positionEmbedding: Parameter
  let patchEmbedding: Conv2d

  init(_ config: BlipVisionConfig, dtype: DType?) throws {
    let size = config.hiddenSize
    classEmbedding = try Parameter(Initializer.normal([1, 1, size], dtype: dtype))
    patchEmbedding = try Conv2d(
      3, size, kernel: WindowSize(config.patchSize), stride: WindowSize(config.patchSize), dtype: dtype)
    positionEmbedding = try Parameter(Initializer.normal([1, config.patchCount + 1, size], dtype: dtype))
    super.init()
  }

  /// A picture smaller than the model's takes the first places, as in transformers 4.35; pixel values of another dtype
  /// are cast to the model's.
  override func forward(_ pixelValues: Tensor) throws -> Tensor {
    let patches = try patchEmbedding(pixelValues.to(patchEmbedding.weight.dtype)).flatten(2).transpose(1, 2)
    let first = try classEmbedding.tensor.expand([patches.size(0), 1, -1])
    let embeddings = try Tensor.cat([first, patches], dim: 1)
    let (count, places) = (try embeddings.size(1), positionEmbedding.shape[1])
    guard count <= places else {
      throw BlipError.wrongInput(
        name: "pixelValues", shape: pixelValues.shape, expected: "pictures of at most \(places - 1) patches")
    }
    return try embeddings + positionEmbedding.tensor.narrow(1, 0, count)
  }
}

/// The blocks, one after the other.
final class BlipEncoder: CheckpointModule {
  let layers: [BlipEncoderLayer]

  init(_ config: BlipVisionConfig, dtype: DType?) throws {
    layers = try (0..<config.layerCount).map { _ in try BlipEncoderLayer(config, dtype: dtype) }
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    try layers.reduce(input) { try $1($0) }
  }

  func hiddenStates(_ input: Tensor) throws -> [Tensor] {
    var states = [input]
    for layer in layers { states.append(try layer(states[states.count - 1])) }
    return states
  }
}

/// A block: x + attention(norm(x)), then x + mlp(norm(x)).
final class BlipEncoderLayer: CheckpointModule {
  let selfAttn: BlipAttention
  let layerNorm1: LayerNorm
  let mlp: BlipMLP
  let layerNorm2: LayerNorm

  init(_ config: BlipVisionConfig, dtype: DType?) throws {
    selfAttn = try BlipAttention(config, dtype: dtype)
    layerNorm1 = try LayerNorm(config.hiddenSize, eps: config.layerNormEpsilon, dtype: dtype)
    mlp = try BlipMLP(config, dtype: dtype)
    layerNorm2 = try LayerNorm(config.hiddenSize, eps: config.layerNormEpsilon, dtype: dtype)
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    let attended = try selfAttn(layerNorm1(input)) + input
    return try mlp(layerNorm2(attended)) + attended
  }
}

/// Attention of all patches to all, with queries, keys and values from one layer.
final class BlipAttention: CheckpointModule {
  let dropout: Dropout
  let qkv: Linear
  let projection: Linear
  private let headCount: Int

  init(_ config: BlipVisionConfig, dtype: DType?) throws {
    headCount = config.headCount
    dropout = try Dropout(config.attentionDropout)
    qkv = try Linear(config.hiddenSize, 3 * config.hiddenSize, dtype: dtype)
    projection = try Linear(config.hiddenSize, config.hiddenSize, dtype: dtype)
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    let (pictures, count, size) = (try input.size(0), try input.size(1), try input.size(2))
    let parts = try qkv(input).reshape([pictures, count, 3, headCount, size / headCount]).permute([2, 0, 3, 1, 4])
    let (query, key, value) = (try parts.select(0, 0), try parts.select(0, 1), try parts.select(0, 2))
    let mixed = try dropout.attention(query, key, value)
    return try projection(mixed.transpose(1, 2).reshape([pictures, count, size]))
  }
}

/// Two layers with an activation function between them.
final class BlipMLP: CheckpointModule {
  let activationFn: ActivationFunction
  let fc1: Linear
  let fc2: Linear

  init(_ config: BlipVisionConfig, dtype: DType?) throws {
    activationFn = ActivationFunction(config.activation)
    fc1 = try Linear(config.hiddenSize, config.intermediateSize, dtype: dtype)
    fc2 = try Linear(config.intermediateSize, config.hiddenSize, dtype: dtype)
    super.init()
  }

  override func forward(_ input: Tensor) throws -> Tensor {
    try fc2(fc1(input, then: activationFn))
  }
}
