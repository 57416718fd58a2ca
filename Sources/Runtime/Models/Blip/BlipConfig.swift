// The sizes of a BLIP captioner, as its `config.json` states them.

/// What `config.json` of a BLIP captioner says; what it leaves out has the value that transformers gives it.
///
/// The file comes in a long form, with every setting of transformers, and a short one with the differences; both are
/// read, and keys that do not change what the model computes are passed over.
///
/// For example:
///
///     let config = try BlipConfig(contentsOf: "models/captioner/config.json")
///     print(config.vision.imageSize)  // 384
public struct BlipConfig: Sendable, Equatable {
  /// The image encoder's sizes (`vision_config`).
  public var vision = BlipVisionConfig()
  /// The text decoder's sizes (`text_config`).
  public var text = BlipTextConfig()

  /// The sizes of `Salesforce/blip-image-captioning-base`.
  public static let base: BlipConfig = {
    var config = BlipConfig()
    config.text.headCount = 12
    return config
  }()

  /// The sizes of `Salesforce/blip-image-captioning-large`: a larger image encoder before the same decoder.
  public static let large: BlipConfig = {
    var config = base
    config.vision.hiddenSize = 1024
    config.vision.intermediateSize = 4096
    config.vision.layerCount = 24
    config.vision.headCount = 16
    return config
  }()

  /// The defaults of transformers, which are not the sizes of any published captioner; see ``base``.
  public init() {}
}

/// The sizes of BLIP's image encoder, a vision transformer (Dosovitskiy et al., https://arxiv.org/abs/2010.11929).
public struct BlipVisionConfig: Sendable, Equatable {
  /// The length of a patch's vector.
  public var hiddenSize = 768
  /// The width of the layer between the two of an MLP.
  public var intermediateSize = 3072
  /// How many blocks there are.
  public var layerCount = 12
  /// Into how many heads attention is divided.
  public var headCount = 12
  /// Height and width of the pictures, in pixels.
  public var imageSize = 384
  /// Height and width of a patch, in pixels.
  public var patchSize = 16
  /// The activation function between the two layers of an MLP.
  public var activation = BlipActivation.gelu
  /// What layer norm adds to the variance.
  public var layerNormEpsilon = 1e-5
  /// The share of attention weights left out in training.
  public var attentionDropout = 0.0

  /// The patches of a picture.
  public var patchCount: Int { (imageSize / patchSize) * (imageSize / patchSize) }
}

/// The sizes of BLIP's text decoder, a BERT (Devlin et al., https://arxiv.org/abs/1810.04805) that also looks at a picture.
public struct BlipTextConfig: Sendable, Equatable {
  /// How many tokens there are.
  public var vocabularySize = 30524
  /// The length of a token's vector.
  public var hiddenSize = 768
  /// The width of the layer between the two of an MLP.
  public var intermediateSize = 3072
  /// How many blocks there are.
  public var layerCount = 12
  /// Into how many heads attention is divided.
  public var headCount = 8
  /// The most tokens that a text may have.
  public var maxPositions = 512
  /// The activation function of the MLPs.
  public var activation = BlipActivation.gelu
  /// What layer norm adds to the variance.
  public var layerNormEpsilon = 1e-12
  /// The share of values left out in training.
  public var hiddenDropout = 0.0
  /// The share of attention weights left out in training.
  public var attentionDropout = 0.0
  /// The share of the target that the loss spreads over all tokens: 0.1 in the lesson's time, whatever the file says.
  public var labelSmoothing = 0.1
  /// Fills up rows that end early: `[PAD]`.
  public var paddingID = 0
  /// Begins every caption: `[DEC]`.
  public var startID = 30522
  /// Ends every caption: `[SEP]`. The file's `eos_token_id` is not used for it.
  public var separatorID = 102
}

/// The activation functions that BLIP checkpoints use.
public enum BlipActivation: String, Sendable, CaseIterable {
  /// x times the normal distribution function.
  case gelu
  /// The same by a hyperbolic tangent.
  case geluTanh = "gelu_new"
  /// max(x, 0).
  case relu
}
