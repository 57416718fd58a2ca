// The captioner: a picture, and the beginning of a text if there is one, become a caption.

import NeuralNets
import Tensors

/// BLIP (Li et al., https://arxiv.org/abs/2201.12086), which puts pictures into words.
///
/// For example:
///
///     let processor = try BlipProcessor.fromPretrained("Salesforce/blip-image-captioning-base")
///     let model = try BlipForConditionalGeneration.fromPretrained(
///       "Salesforce/blip-image-captioning-base", dtype: .bfloat16)
///     let inputs = try processor(photo, text: "a picture of")
///     let ids = try model.generate(inputs, maxNewTokens: 20)
///     print(try processor.decode(ids[0], skippingSpecialTokens: true))
///
/// Names, shapes and order of the parameters are those of transformers' class of the same name.
public final class BlipForConditionalGeneration: CheckpointModule {
  /// The image encoder.
  public let visionModel: BlipVisionModel
  let textDecoder: BlipTextLMHeadModel
  /// The sizes.
  public let config: BlipConfig
  /// How ``generate(pixelValues:inputIDs:attentionMask:maxNewTokens:numBeams:settings:)`` searches when it is not told.
  public var generationConfig = GenerationConfig()

  /// A captioner of these sizes that has learned nothing: its values are drawn as its layers draw them.
  ///
  /// - Parameters:
  ///   - tiesOutputLayer: Whether the output layer uses the word embeddings' weights, as from transformers 5 on; before,
  ///     and here unless asked for, it has its own.
  ///   - dtype: The parameters'; the default dtype unless named.
  /// - Throws: ``BlipError/unusableConfiguration(file:reason:)`` for sizes that do not fit together, and `TensorError`
  ///   when they do not fit into memory.
  public init(_ config: BlipConfig, tiesOutputLayer: Bool = false, dtype: DType? = nil) throws {
    try config.check(file: "The configuration")
    self.config = config
    visionModel = try BlipVisionModel(config.vision, dtype: dtype)
    textDecoder = try BlipTextLMHeadModel(config.text, pictureSize: config.vision.hiddenSize, dtype: dtype)
    super.init()
    if tiesOutputLayer { tieOutputLayer() }
    eval()
  }

  /// Lets the output layer use the word embeddings' weights.
  func tieOutputLayer() {
    textDecoder.cls.predictions.decoder.weight = textDecoder.bert.embeddings.wordEmbeddings.weight
  }

  /// The scores for each next token, `[texts, tokens, vocabularySize]`: each token sees the picture and those before it.
  ///
  /// - Parameters:
  ///   - pixelValues: `[pictures, 3, height, width]`, cast to the model's dtype.
  ///   - inputIDs: `[pictures, tokens]`, int64 or int32.
  ///   - attentionMask: `[pictures, tokens]`, 0 for padding; without one all tokens count.
  /// - Throws: ``BlipError`` for shapes that do not fit, and `TensorError`, such as
  ///   `"addmm" is not implemented for float16 on the CPU`.
  public func logits(pixelValues: Tensor, inputIDs: Tensor, attentionMask: Tensor? = nil) throws -> Tensor {
    let inputs = try CaptionInputs(pixelValues, inputIDs, attentionMask, config)
    var cache = try decoderCache(inputs)
    return try textDecoder.logits(inputs.ids, attentionMask: inputs.mask, cache: &cache)
  }

  /// The cross-entropy of each token after the first, given those before it, with smoothed labels: what training lowers.
  ///
  /// - Parameter labels: `[pictures, tokens]`, -100 where a token does not count; the texts themselves unless given.
  /// - Throws: As ``logits(pixelValues:inputIDs:attentionMask:)``.
  public func loss(pixelValues: Tensor, inputIDs: Tensor, attentionMask: Tensor? = nil, labels: Tensor? = nil) throws
    -> Tensor
  {
    let logits = try logits(pixelValues: pixelValues, inputIDs: inputIDs, attentionMask: attentionMask)
    let count = try logits.size(1) - 1
    let labels = labels ?? inputIDs
    guard count > 0, labels.shape == [try logits.size(0), count + 1] else {
      throw BlipError.wrongInput(
        name: "labels", shape: labels.shape, expected: "one for each token, and two tokens at least")
    }
    return try crossEntropy(
      logits.narrow(1, 0, count).reshape([-1, logits.size(2)]), labels.narrow(1, 1, count).reshape([-1]),
      labelSmoothing: config.text.labelSmoothing)
  }

  func decoderCache(_ inputs: CaptionInputs) throws -> DecoderCache {
    DecoderCache(pictures: try visionModel(inputs.pixels), layerCount: config.text.layerCount)
  }
}

/// What the model is given, checked and with a batch dimension.
struct CaptionInputs {
  /// `[pictures, 3, height, width]`
  let pixels: Tensor
  /// `[pictures, tokens]`, one text for each picture.
  let ids: Tensor
  /// As `ids`, 0 for padding; nil when all tokens count.
  let mask: Tensor?

  /// One text (a row, or a vector) is taken for every picture; no ids mean a text that only begins.
  init(_ pixelValues: Tensor, _ inputIDs: Tensor?, _ attentionMask: Tensor?, _ config: BlipConfig) throws {
    pixels = pixelValues.rank == 3 ? try pixelValues.unsqueeze(0) : pixelValues
    guard pixels.rank == 4, pixels.shape[0] > 0 else {
      throw BlipError.wrongInput(
        name: "pixelValues", shape: pixelValues.shape, expected: "[pictures, 3, height, width]")
    }
    let pictures = pixels.shape[0]
    guard let inputIDs else {
      ids = try Tensor.full([pictures, 1], config.text.startID)
      mask = nil
      return
    }
    ids = try Self.rows(inputIDs, "inputIDs", pictures)
    mask = try attentionMask.map { try Self.rows($0, "attentionMask", pictures) }
    guard mask == nil || mask?.shape == ids.shape else {
      throw BlipError.wrongInput(
        name: "attentionMask", shape: attentionMask?.shape ?? [], expected: "the shape of inputIDs, \(inputIDs.shape)")
    }
  }

  private static func rows(_ tensor: Tensor, _ name: String, _ pictures: Int) throws -> Tensor {
    let rows = tensor.rank == 1 ? try tensor.unsqueeze(0) : tensor
    guard rows.rank == 2, rows.shape[1] > 0, !rows.dtype.isFloatingPoint else {
      throw BlipError.wrongInput(
        name: name, shape: tensor.shape, expected: "whole numbers of the shape [texts, tokens]")
    }
    guard rows.shape[0] == pictures || rows.shape[0] == 1 else {
      throw BlipError.rowsDoNotMatch(pictures: pictures, texts: rows.shape[0])
    }
    return try rows.to(.int64).expand([pictures, rows.shape[1]])
  }
}
