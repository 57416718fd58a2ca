// Pictures and text to what BLIP reads, and ids back to text.

import Tensors

/// What a BLIP model takes, ready to be handed over.
public struct BlipInputs: Sendable {
  /// float32, [count, 3, height, width].
  public var pixelValues: Tensor
  /// int64, [count, length]; nil when there is no text.
  public var inputIDs: Tensor?
  /// int64, [count, length]: 1 for tokens, 0 for padding; nil when there is no text.
  public var attentionMask: Tensor?
}

/// The image processor and the tokenizer of a BLIP model.
///
/// For example:
///
///     let processor = try BlipProcessor.fromPretrained("models/captioner")
///     let inputs = try processor(photo, text: "a picture of")
///     // ... let ids = try model.generate(inputs)
///     // print(try processor.decode(ids[0], skippingSpecialTokens: true))
public struct BlipProcessor: Sendable {
  /// Pictures to pixel values.
  public let imageProcessor: BlipImageProcessor
  /// Text to ids and back.
  public let tokenizer: BertTokenizer

  /// A processor of these two.
  public init(imageProcessor: BlipImageProcessor, tokenizer: BertTokenizer) {
    self.imageProcessor = imageProcessor
    self.tokenizer = tokenizer
  }

  /// The processor of a model in a folder, or of that name in the hub's cache: `preprocessor_config.json`, and
  /// `tokenizer.json` or `vocab.txt`.
  ///
  /// - Throws: ``ModelError`` when there is no such model; ``ImageError`` and ``TokenizerError`` for files that are
  ///   missing, unreadable or unsound.
  public static func fromPretrained(_ name: String, revision: String = "main") throws -> BlipProcessor {
    let folder = try modelFolder(name, revision: revision)
    return BlipProcessor(imageProcessor: try .fromPretrained(folder), tokenizer: try .fromPretrained(folder))
  }

  /// Prepares one picture, and the beginning of its caption if one is given.
  public func callAsFunction(_ image: Image, text: String? = nil) throws -> BlipInputs {
    try callAsFunction([image], texts: text.map { [$0] })
  }

  /// Prepares pictures, and for each the beginning of its caption if they are given; shorter texts are padded.
  ///
  /// - Throws: ``TokenizerError/unequalCounts(texts:images:)``, and what ``BlipImageProcessor`` throws.
  public func callAsFunction(_ images: [Image], texts: [String]? = nil) throws -> BlipInputs {
    var inputs = BlipInputs(pixelValues: try imageProcessor(images))
    guard let texts else { return inputs }
    guard texts.count == images.count else {
      throw TokenizerError.unequalCounts(texts: texts.count, images: images.count)
    }
    let encodings = try tokenizer.encode(texts)
    inputs.inputIDs = try tensor(encodings.map(\.ids))
    inputs.attentionMask = try tensor(encodings.map(\.attentionMask))
    return inputs
  }

  /// The text of ids; see ``BertTokenizer/decode(_:skippingSpecialTokens:cleaningUpSpaces:)-swift.method``.
  public func decode(_ ids: Tensor, skippingSpecialTokens: Bool = false) throws -> String {
    try tokenizer.decode(ids, skippingSpecialTokens: skippingSpecialTokens)
  }

  /// The text of ids.
  public func decode(_ ids: [Int], skippingSpecialTokens: Bool = false) -> String {
    tokenizer.decode(ids, skippingSpecialTokens: skippingSpecialTokens)
  }

  /// Rows of equal length as int64.
  private func tensor(_ rows: [[Int]]) throws(TensorError) -> Tensor {
    let bytes = rows.joined().map(Int64.init).withUnsafeBytes { [UInt8]($0) }
    return try Tensor(shape: [rows.count, rows.first?.count ?? 0], dtype: .int64, bytes: bytes)
  }
}
