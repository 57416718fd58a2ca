// Pictures as tensors.

import Tensors

extension Image {
  /// The bytes as a uint8 tensor of shape [height, width, 3], as NumPy sees a Pillow picture.
  public func tensor() throws(TensorError) -> Tensor {
    try Tensor(shape: [height, width, 3], dtype: .uint8, bytes: pixels)
  }

  /// The picture of a uint8 tensor of shape [height, width, 3].
  ///
  /// - Throws: ``TensorError`` for another shape or dtype; ``ImageError`` for a size of 0 or beyond the limit.
  public init(_ tensor: Tensor, alt: String? = nil) throws {
    guard tensor.rank == 3, tensor.shape[2] == 3 else {
      throw TensorError.shapeMismatch(
        operation: "Image", shapes: [tensor.shape], rule: "needs shape [height, width, 3]")
    }
    guard tensor.dtype == .uint8 else {
      throw TensorError.dtypeMismatch(operation: "Image", dtypes: [tensor.dtype], rule: "needs uint8")
    }
    try self.init(width: tensor.shape[1], height: tensor.shape[0], pixels: [UInt8](tensor), alt: alt)
  }
}

/// What becomes of the 256 values of each colour before a model sees them.
struct ChannelTables {
  private let red: [Float]
  private let green: [Float]
  private let blue: [Float]

  /// (scale * v - mean) / std, with the roundings of transformers: the product in float64, then all in float32.
  ///
  /// - Parameter scale: nil leaves the values 0...255.
  /// - Parameter normalization: Three means and three deviations, for red, green and blue; nil leaves the scaled
  ///   values.
  init(scale: Double?, normalization: (mean: [Double], std: [Double])?) {
    let tables = (0..<3).map { channel in
      (0..<256).map { value in
        let scaled = Float(Double(value) * (scale ?? 1))
        guard let (mean, std) = normalization else { return scaled }
        return (scaled - Float(mean[channel])) / Float(std[channel])
      }
    }
    (red, green, blue) = (tables[0], tables[1], tables[2])
  }

  /// Writes a picture as three planes, red, green and blue, of height times width values each.
  func fill(_ planes: UnsafeMutableBufferPointer<Float>, from image: Image) {
    let count = image.width * image.height
    image.pixels.withUnsafeBufferPointer { pixels in
      for i in 0..<count {
        planes[i] = red[Int(pixels[3 * i])]
        planes[count + i] = green[Int(pixels[3 * i + 1])]
        planes[2 * count + i] = blue[Int(pixels[3 * i + 2])]
      }
    }
  }
}
