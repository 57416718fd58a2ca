// The misused calls of the room NeuralNets.

import LessonKit

extension Misuse {
  static let modules = layers + imageLayers + containers + initializers

  private static let layers = [
    MisusedCall("Linear") { x, a, b in try applied(Linear(a, b), x) },
    MisusedCall("Bilinear") { a, b in try Bilinear(a, b, a) },
    MisusedCall("Bilinear to one") { x, a, b in try Bilinear(1, a, b)(x, x) },
    MisusedCall("Embedding") { a, b in try Embedding(a, b) },
    MisusedCall("Embedding with padding") { a, b in try Embedding(a, 2, paddingIndex: b) },
    MisusedCall("Embedding of places") { a, b in try Embedding(3, 2)(Tensor([a, b])) },
    MisusedCall("LayerNorm") { x, a, b in try applied(LayerNorm([a, b]), x) },
    MisusedCall("LayerNorm of one") { x, a, b in try applied(LayerNorm(a), x) },
    MisusedCall("GroupNorm") { x, a, b in try applied(GroupNorm(a, b), x) },
    MisusedCall("BatchNorm1d") { x, a, b in try applied(BatchNorm1d(a), x) },
    MisusedCall("BatchNorm2d") { x, a, b in try applied(BatchNorm2d(a, momentum: Double(b)), x) },
    MisusedCall("MultiheadAttention") { x, a, b in try applied(MultiheadAttention(a, heads: b), x) },
    MisusedCall("MultiheadAttention of values") { a, b in
      try MultiheadAttention(4, heads: 2, keyDimension: a, valueDimension: b)
    },
    MisusedCall("TransformerEncoderLayer") { a, b in try TransformerEncoderLayer(a, heads: 1, hidden: b) },
    MisusedCall("TransformerDecoderLayer") { a, b in try TransformerDecoderLayer(a, heads: b, hidden: 2) },
    MisusedCall("Softmax") { x, a, b in try applied(Softmax(dim: a), x) },
    MisusedCall("LogSoftmax") { x, a, b in try applied(LogSoftmax(dim: a), x) },
    MisusedCall("PReLU") { x, a, b in try applied(PReLU(a), x) },
    MisusedCall("GLU") { x, a, b in try applied(GLU(dim: a), x) },
    MisusedCall("EmbeddingBag") { a, b in try EmbeddingBag(a, b) },
    MisusedCall("EmbeddingBag of places") { a, b in
      try EmbeddingBag(3, 2)(Tensor([0, 1]), offsets: Tensor([a, b]))
    },
    MisusedCall("InstanceNorm2d") { x, a, b in try applied(InstanceNorm2d(a, momentum: Double(b)), x) },
    MisusedCall("Dropout2d") { x, a, b in try applied(Dropout2d(Double(a)), x) },
    MisusedCall("Dropout") { x, a, b in try applied(Dropout(Double(a)), x) },
    MisusedCall("Flatten") { x, a, b in try applied(Flatten(a, b), x) },
    MisusedCall("Unflatten") { x, a, b in try applied(Unflatten(a, [b, 1]), x) },
    MisusedCall("DummyModel") { a, b in try DummyModel(seed: a, embeddings: b, dim: a) },
    MisusedCall("DummyModel of a size") { a, b in try DummyModel(embeddings: a, dim: b) },
  ]

  private static let imageLayers = [
    MisusedCall("Conv1d") { x, a, b in try applied(Conv1d(a, b, kernel: a), x) },
    MisusedCall("Conv1d with a stride") { a, b in
      try Conv1d(2, 2, kernel: 1, stride: a, padding: b, dilation: a)(.ones([1, 2, 4]))
    },
    MisusedCall("Conv2d") { x, a, b in try applied(Conv2d(a, b, kernel: 1), x) },
    MisusedCall("Conv2d of a kernel") { x, a, b in try applied(Conv2d(2, 2, kernel: [a, b]), x) },
    MisusedCall("Conv2d with a stride") { a, b in
      try Conv2d(2, 2, kernel: 1, stride: WindowSize(a), padding: WindowSize(b), dilation: [a, b])(.ones([1, 2, 4, 4]))
    },
    MisusedCall("Conv2d padded by a rule") { a, b in
      try Conv2d(2, 2, kernel: [2, 3], padding: .same, dilation: [a, b])(.ones([1, 2, 4, 4]))
    },
    MisusedCall("ConvTranspose2d") { x, a, b in try applied(ConvTranspose2d(a, b, kernel: 1), x) },
    MisusedCall("ConvTranspose2d with a stride") { a, b in
      try ConvTranspose2d(2, 2, kernel: 2, stride: WindowSize(a), outputPadding: WindowSize(b))(.ones([1, 2, 4, 4]))
    },
    MisusedCall("Conv2d in groups") { x, a, b in try applied(Conv2d(a, a, kernel: 1, groups: b), x) },
    MisusedCall("MaxPool2d") { x, a, b in try applied(MaxPool2d(WindowSize(a), stride: WindowSize(b)), x) },
    MisusedCall("AvgPool2d") { x, a, b in try applied(AvgPool2d([a, b], padding: WindowSize(b)), x) },
    MisusedCall("AdaptiveAvgPool2d") { x, a, b in try applied(AdaptiveAvgPool2d([a, b]), x) },
    MisusedCall("ZeroPad2d") { x, a, b in try applied(ZeroPad2d([a, b, b, a]), x) },
    MisusedCall("PixelShuffle") { x, a, b in try applied(PixelShuffle(a), x) },
    MisusedCall("Upsample") { x, a, b in try applied(Upsample(scale: Double(a) / Double(b)), x) },
  ]

  private static let containers = [
    MisusedCall("Sequential, subscript") { a, b in try Sequential(ReLU(), GELU())[a] },
    MisusedCall("ModuleList, subscript") { a, b in try ModuleList([ReLU()])[a] },
    MisusedCall("Module") { x, a, b in try Linear(2, 3).load(stateDict: ["weight": x, "bias": .ones([3])]) },
  ]

  private static let initializers = [
    MisusedCall("Initializer.uniform") { a, b in try Initializer.uniform([a, b]) },
    MisusedCall("Initializer.normal") { a, b in try Initializer.normal([a, b], std: Double(b)) },
    MisusedCall("xavierUniform") { a, b in try Initializer.xavierUniform([a, b, a]) },
    MisusedCall("xavierNormal") { a, b in try Initializer.xavierNormal([a, b]) },
    MisusedCall("kaimingUniform") { a, b in try Initializer.kaimingUniform([1, 1, a, b]) },
    MisusedCall("kaimingNormal") { a, b in try Initializer.kaimingNormal([a, b, a], fan: .fanOut) },
    MisusedCall("withoutInitialization") { x, a, b in try withoutInitialization { try Linear(a, b) } },
  ]

  /// The module's text is looked at also when it refuses the input.
  private static func applied(_ module: Module, _ x: Tensor) throws -> Any {
    _ = (module.description, module.parameterCount)
    return try module(x)
  }
}
