// Layers that rearrange or enlarge images; none has parameters.

import Tensors

/// Zeros around an image.
///
///     try ZeroPad2d(1)(Tensor.ones([1, 1, 2, 2])).shape   // [1, 1, 4, 4]
public final class ZeroPad2d: Module {
  /// Left, right, top and bottom, in pixels.
  public let amounts: [Int]

  /// - Parameter amounts: One number for all sides, or left, right, top and bottom.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` for another count.
  public init(_ amounts: WindowSize) throws {
    self.amounts = amounts.values.count == 1 ? [Int](repeating: amounts.values[0], count: 4) : amounts.values
    guard self.amounts.count == 4 else {
      throw ModuleError.invalidArgument(
        module: "ZeroPad2d", argument: "amounts", value: "\(amounts.values)", expected: "1 or 4 numbers")
    }
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.pad(amounts) }

  public override var details: String { tuple(amounts) }
}

/// Channels become pixels: `[*, channels · r², height, width]` to `[*, channels, height · r, width · r]` (Shi et al.,
/// 2016).
public final class PixelShuffle: Module {
  /// How many times as high and wide the output is.
  public let factor: Int

  /// - Parameter factor: r.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` unless it is positive.
  public init(_ factor: Int) throws {
    guard (1..<1 << 15).contains(factor) else {
      throw ModuleError.invalidArgument(
        module: "PixelShuffle", argument: "factor", value: "\(factor)", expected: "a small positive number")
    }
    self.factor = factor
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let r = factor
    guard input.rank >= 3, input.shape[input.rank - 3].isMultiple(of: r * r) else {
      throw TensorError.shapeMismatch(
        operation: "PixelShuffle", shapes: [input.shape], rule: "expects channels that are a multiple of \(r * r)")
    }
    let (channels, height, width) = (try input.size(-3) / (r * r), try input.size(-2), try input.size(-1))
    let pixels = try input.reshape([-1, channels, r, r, height, width]).permute([0, 1, 4, 2, 5, 3])
    return try pixels.reshape(Array(input.shape.dropLast(3)) + [channels, height * r, width * r])
  }

  public override var details: String { "upscale_factor=\(factor)" }
}

/// Images made larger: `[batch, channels, height, width]` to `scale` times height and width.
public final class Upsample: Module {
  /// How many times as high and wide the output is.
  public let scale: Double
  /// How values between pixels are found.
  public let mode: InterpolationMode

  /// - Parameter scale: How many times as high and wide the output is.
  public init(scale: Double, mode: InterpolationMode = .nearest) {
    (self.scale, self.mode) = (scale, mode)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try interpolate(input, scale: scale, mode: mode)
  }

  public override var details: String { "scale_factor=\(python(scale)), mode='\(mode.rawValue)'" }
}
