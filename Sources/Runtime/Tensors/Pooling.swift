// Pooling and resizing of images.

internal import CKernels

/// The greatest value under a window that moves over each channel.
///
/// - Parameters:
///   - x: [..., channels, height, width], 3 or 4 dimensions.
///   - stride: The window's size unless given.
///   - padding: At most half the window.
///   - ceilMode: Whether a last window that is only partly inside counts.
/// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``, and
///   ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
public func maxPool2d(
  _ x: Tensor, _ kernel: WindowSize, stride: WindowSize? = nil, padding: WindowSize = 0, ceilMode: Bool = false
) throws(TensorError) -> Tensor {
  let window = try poolWindow("max_pool2d", x, kernel, stride, padding, ceilMode)
  return try pooled("max_pool2d", x, window.out) { (planes, height, width, from, to) in
    ck_max_pool(planes, height, width, window.kernelWindow, from, to)
  }
}

/// The mean under a window that moves over each channel.
///
/// - Parameters:
///   - x: [..., channels, height, width], 3 or 4 dimensions.
///   - stride: The window's size unless given.
///   - padding: At most half the window.
///   - countIncludePad: Whether padding counts as zeros in the mean.
/// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``, and
///   ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
public func averagePool2d(
  _ x: Tensor, _ kernel: WindowSize, stride: WindowSize? = nil, padding: WindowSize = 0, ceilMode: Bool = false,
  countIncludePad: Bool = true
) throws(TensorError) -> Tensor {
  let window = try poolWindow("avg_pool2d", x, kernel, stride, padding, ceilMode)
  return try pooled("avg_pool2d", x, window.out) { (planes, height, width, from, to) in
    ck_average_pool(planes, height, width, window.kernelWindow, countIncludePad, from, to)
  }
}

/// The means of as many equal parts of each channel as the output has places.
public func adaptiveAveragePool2d(_ x: Tensor, _ output: WindowSize) throws(TensorError) -> Tensor {
  try x.check()
  let out = try output.expanded(2, least: 1, "the output size", "adaptive_avg_pool2d")
  guard x.rank == 3 || x.rank == 4, x.shape.suffix(2).allSatisfy({ $0 > 0 }) else {
    throw .shapeMismatch(
      operation: "adaptive_avg_pool2d", shapes: [x.shape], rule: "expects [..., channels, height, width] with pixels")
  }
  if out == [1, 1] { return try x.mean(dims: [-2, -1], keepDim: true) }
  return try pooled("adaptive_avg_pool2d", x, out) { (planes, height, width, from, to) in
    ck_adaptive_average_pool(planes, height, width, Int64(out[0]), Int64(out[1]), from, to)
  }
}

private func poolWindow(
  _ name: String, _ x: Tensor, _ kernel: WindowSize, _ stride: WindowSize?, _ padding: WindowSize, _ ceil: Bool
) throws(TensorError) -> Window {
  try x.check()
  guard x.rank == 3 || x.rank == 4 else {
    throw .shapeMismatch(operation: name, shapes: [x.shape], rule: "expects [..., channels, height, width]")
  }
  let size = try kernel.expanded(2, least: 1, "the window", name)
  let margin = try padding.expanded(2, least: 0, "padding", name)
  guard zip(margin, size).allSatisfy({ $0 <= $1 / 2 }) else {
    throw .invalidArgument(operation: name, reason: "the padding \(margin) is more than half of the window \(size)")
  }
  return try Window(name, x, kernel: size, stride: stride ?? kernel, padding: padding, ceil: ceil)
}

private func pooled(
  _ name: String, _ x: Tensor, _ out: [Int],
  _ kernel: (Int64, Int64, Int64, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
) throws(TensorError) -> Tensor {
  try requireFloat(name, x.dtype)
  try requireKernel(name, x.dtype, float16: false)
  let input = try x.contiguous(as: .float64)
  let result = try Tensor(uninitialized: Array(x.shape.dropLast(2)) + out, dtype: .float64)
  let (height, width) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
  let planes = x.shape.dropLast(2).reduce(1, *)
  kernel(
    Int64(planes), Int64(height), Int64(width), UnsafePointer(input.address.assumingMemoryBound(to: Double.self)),
    result.address.assumingMemoryBound(to: Double.self))
  return try result.to(x.dtype)
}

/// How ``interpolate(_:size:mode:)`` finds values between pixels.
public enum InterpolationMode: String, Sendable, Hashable {
  /// The pixel whose area the place falls into.
  case nearest
  /// A line between two pixels, along each axis.
  case bilinear
  /// A cubic curve through four pixels, along each axis (a = -0.75).
  case bicubic
}

/// Images resized; pixels are areas (PyTorch's `align_corners=False`), and shrinking does not average.
///
/// - Parameters:
///   - x: [batch, channels, height, width]
///   - size: [height, width], or one number for both.
public func interpolate(_ x: Tensor, size: [Int], mode: InterpolationMode = .nearest) throws(TensorError) -> Tensor {
  let size = try WindowSize(size).expanded(2, least: 1, "the size", "interpolate")
  return try resized(x, size, mode) { d, length in Double(length) / Double(size[d]) }
}

/// Images made `scale` times as high and wide; see ``interpolate(_:size:mode:)``.
public func interpolate(_ x: Tensor, scale: Double, mode: InterpolationMode = .nearest) throws(TensorError) -> Tensor {
  try x.check()
  let size = x.shape.suffix(2).map { Double($0) * scale }
  guard scale > 0, size.allSatisfy({ $0 >= 1 && $0 < 0x1p31 }) else {
    throw .invalidArgument(operation: "interpolate", reason: "the scale \(scale) leaves no image")
  }
  return try resized(x, size.map { Int($0) }, mode) { _, _ in 1 / scale }
}

private func resized(
  _ x: Tensor, _ size: [Int], _ mode: InterpolationMode, step: (Int, Int) -> Double
) throws(TensorError) -> Tensor {
  try x.check()
  guard x.rank == 4, x.shape.suffix(2).allSatisfy({ $0 > 0 }) else {
    throw .shapeMismatch(operation: "interpolate", shapes: [x.shape], rule: "expects [batch, channels, height, width]")
  }
  try requireFloat("interpolate", x.dtype)
  try requireKernel("upsample_\(mode.rawValue)2d", x.dtype, float16: false)
  let shape = x.shape.prefix(2) + size
  // What memory cannot hold is refused before tables of its size are made.
  if x.count == 0 { return try .zeros(Array(shape), dtype: x.dtype) }
  _ = try Tensor(uninitialized: Array(shape), dtype: .float64)
  var result = try x.to(mode == .nearest ? x.dtype : x.dtype.compute)
  for d in 0..<2 {
    let taps = ResizeTaps(mode, from: x.shape[2 + d], to: size[d], step: step(d, x.shape[2 + d]))
    result = try taps.applied(to: result, dim: 2 + d)
  }
  return try result.to(x.dtype)
}

/// Along one axis: which pixels each new pixel is made from, and with which weights.
private struct ResizeTaps {
  var places: [[Int]] = []
  var weights: [[Double]] = []

  init(_ mode: InterpolationMode, from length: Int, to count: Int, step: Double) {
    for i in 0..<count {
      let center = (Double(i) + 0.5) * step - 0.5
      switch mode {
      case .nearest: add(i, [Int(Float(i) * Float(step))], [1], length)
      case .bilinear:
        let place = max(center, 0)
        let first = Int(place)
        add(i, [first, first + 1], [1 - (place - Double(first)), place - Double(first)], length)
      case .bicubic:
        let first = Int(center.rounded(.down))
        add(i, Array((first - 1)...(first + 2)), cubic(center - Double(first)), length)
      }
    }
  }

  private mutating func add(_ i: Int, _ taps: [Int], _ factors: [Double], _ length: Int) {
    for (t, (tap, factor)) in zip(taps, factors).enumerated() {
      if t == places.count {
        places.append([])
        weights.append([])
      }
      places[t].append(min(max(tap, 0), length - 1))
      weights[t].append(factor)
    }
  }

  /// Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -0.75.
  private func cubic(_ t: Double) -> [Double] {
    let a = -0.75
    func near(_ x: Double) -> Double { ((a + 2) * x - (a + 3)) * x * x + 1 }
    func far(_ x: Double) -> Double { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(t + 1), near(t), near(1 - t), far(2 - t)]
  }

  func applied(to x: Tensor, dim: Int) throws(TensorError) -> Tensor {
    var total: Tensor?
    for (places, weights) in zip(places, weights) {
      let part = try x.indexSelect(dim, Tensor(places))
      if self.places.count == 1 { return part }
      let column = try Tensor(weights, dtype: x.dtype).reshape(dim == 2 ? [-1, 1] : [-1])
      let term = try part * column
      total = try total.map { (sum) throws(TensorError) in try sum + term } ?? term
    }
    return total ?? x
  }
}
