// Layers that make images smaller; none has parameters.

import Tensors

/// The greatest value under a window that moves over each channel.
///
/// Input `[batch, channels, height, width]` (or without the batch), output with height' = (height + 2 padding - kernel)
/// / stride + 1.
///
///     try MaxPool2d(2)(Tensor.zeros([1, 3, 8, 8])).shape   // [1, 3, 4, 4]
public final class MaxPool2d: Module {
  /// The window's height and width.
  public let kernel: WindowSize
  /// How far the window moves.
  public let stride: WindowSize
  /// Rows and columns added around the image.
  public let padding: WindowSize

  /// - Parameter stride: The window's size unless given.
  public init(_ kernel: WindowSize, stride: WindowSize? = nil, padding: WindowSize = 0) {
    (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try maxPool2d(input, kernel, stride: stride, padding: padding)
  }

  public override var details: String {
    "kernel_size=\(python(kernel)), stride=\(python(stride)), padding=\(python(padding)), dilation=1, ceil_mode=False"
  }
}

/// The mean under a window that moves over each channel; shapes as ``MaxPool2d``'s.
public final class AvgPool2d: Module {
  /// The window's height and width.
  public let kernel: WindowSize
  /// How far the window moves.
  public let stride: WindowSize
  /// Rows and columns added around the image.
  public let padding: WindowSize

  /// - Parameter stride: The window's size unless given.
  public init(_ kernel: WindowSize, stride: WindowSize? = nil, padding: WindowSize = 0) {
    (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try averagePool2d(input, kernel, stride: stride, padding: padding)
  }

  public override var details: String {
    "kernel_size=\(python(kernel)), stride=\(python(stride)), padding=\(python(padding))"
  }
}

/// The means of as many equal parts of each channel as the output has places: `[*, height, width]` of any size becomes
/// `[*, output...]`.
public final class AdaptiveAvgPool2d: Module {
  /// The height and width of the output.
  public let output: WindowSize

  /// - Parameter output: The height and width of the output, or one number for both.
  public init(_ output: WindowSize) {
    self.output = output
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try adaptiveAveragePool2d(input, output)
  }

  public override var details: String { "output_size=\(python(output))" }
}
