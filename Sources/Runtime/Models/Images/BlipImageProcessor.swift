// Pictures to the numbers that BLIP reads.

import Tensors

/// Resizes, rescales and normalises pictures as `BlipImageProcessor` of Hugging Face's transformers does, bit for bit.
///
/// For example: `let pixelValues = try BlipImageProcessor.fromPretrained("models/captioner")([photo])`, a float32
/// tensor of shape [1, 3, 384, 384] for the base configuration.
public struct BlipImageProcessor: Sendable, Equatable {
  /// The width and height that pictures are brought to, whatever their proportions; nil keeps their sizes.
  public var size: Size? = Size(width: 384, height: 384)
  /// The filter for resizing.
  public var resampling = Resampling.bicubic
  /// What the bytes are multiplied with; nil keeps 0...255.
  public var rescaleFactor: Double? = 1 / 255
  /// The mean and the deviation of red, green and blue, by which values are normalised; nil leaves them.
  public var normalization: Normalization? = Normalization()

  /// A width and a height in pixels.
  public struct Size: Sendable, Equatable {
    /// Pixels in a row.
    public var width: Int
    /// Rows.
    public var height: Int

    /// A size in pixels.
    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// (value - mean) / std for red, green and blue. The figures are those of CLIP's training pictures unless others are
  /// named.
  public struct Normalization: Sendable, Equatable {
    /// The mean of red, green and blue that is taken away, from 0 to 1.
    public private(set) var mean = [0.48145466, 0.4578275, 0.40821073]
    /// What red, green and blue are then divided by.
    public private(set) var std = [0.26862954, 0.26130258, 0.27577711]

    /// The captioner's usual preparation.
    public init() {}

    /// Figures of one's own; nil unless there are three of each.
    public init?(mean: [Double], std: [Double]) {
      guard mean.count == 3, std.count == 3 else { return nil }
      (self.mean, self.std) = (mean, std)
    }
  }

  /// BLIP's own settings, for pictures of 384 x 384.
  public init() {}

  /// Prepares pictures: a float32 tensor of shape [count, 3, height, width].
  ///
  /// - Throws: ``ImageError/unequalSizes(_:_:)`` when ``size`` is nil and the pictures differ; ``TensorError`` when
  ///   memory ends.
  public func callAsFunction(_ images: [Image]) throws -> Tensor {
    var resized: [Image] = []
    for image in images { resized.append(try prepared(image)) }
    guard let first = resized.first else {
      return try Tensor.zeros([0, 3, size?.height ?? 0, size?.width ?? 0], dtype: .float32)
    }
    for other in resized where (other.width, other.height) != (first.width, first.height) {
      throw ImageError.unequalSizes([first.width, first.height], [other.width, other.height])
    }
    return try Tensor(
      shape: [resized.count, 3, first.height, first.width], dtype: .float32,
      bytes: planes(of: resized, first.pixels.count))
  }

  private func prepared(_ image: Image) throws(ImageError) -> Image {
    guard let size else { return image }
    return try image.resized(width: size.width, height: size.height, resampling: resampling)
  }

  /// The bytes of the values of all pictures, each of `count` values.
  private func planes(of images: [Image], _ count: Int) -> [UInt8] {
    let tables = ChannelTables(scale: rescaleFactor, normalization: normalization.map { ($0.mean, $0.std) })
    let byteCount = images.count * count * MemoryLayout<Float>.stride
    return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, filled in
      bytes.withMemoryRebound(to: Float.self) { values in
        for (i, image) in images.enumerated() {
          tables.fill(UnsafeMutableBufferPointer(rebasing: values[i * count..<(i + 1) * count]), from: image)
        }
      }
      filled = byteCount
    }
  }
}
