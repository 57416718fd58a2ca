// Convolutions, as products of unfolded patches and kernels.

internal import CKernels

/// How a window moves over an image: one value for each spatial dimension, or the same for all.
///
/// Written as a number or as a list: `stride: 2`, `stride: [2, 1]`.
public struct WindowSize: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// One value, or one for each spatial dimension.
  public let values: [Int]
  /// The same for every dimension.
  public init(_ value: Int) { values = [value] }
  /// A value for each dimension.
  public init(_ values: [Int]) { self.values = values }
  public init(integerLiteral value: Int) { values = [value] }
  public init(arrayLiteral elements: Int...) { values = elements }

  /// Exactly `count` values, each at least `least`.
  func expanded(_ count: Int, least: Int, _ name: String, _ operation: String) throws(TensorError) -> [Int] {
    let all = values.count == 1 ? [Int](repeating: values[0], count: count) : values
    guard all.count == count, all.allSatisfy({ $0 >= least && $0 < 1 << 31 }) else {
      throw .invalidArgument(
        operation: operation, reason: "\(name) needs 1 or \(count) values of at least \(least), not \(values)")
    }
    return all
  }
}

/// The cross-correlation of images with kernels (what PyTorch calls a convolution).
///
/// - Parameters:
///   - x: [batch, channels, height, width] or [channels, height, width]
///   - weight: [out channels, channels / groups, kernel height, kernel width]
///   - bias: [out channels], or none.
/// - Returns: [batch, out channels, out height, out width], with a batch as in x; 16-bit floats are summed in float32
///   and rounded once.
/// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``,
///   ``TensorError/dtypeMismatch(operation:dtypes:rule:)``, and
///   ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
public func conv2d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: WindowSize = 1, padding: WindowSize = 0,
  dilation: WindowSize = 1, groups: Int = 1
) throws(TensorError) -> Tensor {
  try requireImages("conv2d", x, weight)
  if x.rank == 3 {
    return try conv2d(
      x.unsqueeze(0), weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups
    ).squeeze(0)
  }
  let window = try Window(
    "conv2d", x, kernel: [weight.shape[2], weight.shape[3]], stride: stride, padding: padding, dilation: dilation)
  return try Convolution(x, weight, bias, groups, window).run()
}

/// Throws unless these are images, one or a batch, and the weight of a convolution over them.
func requireImages(_ operation: String, _ x: Tensor, _ weight: Tensor) throws(TensorError) {
  try x.check()
  try weight.check()
  guard x.rank == 3 || x.rank == 4, weight.rank == 4 else {
    throw .shapeMismatch(
      operation: operation, shapes: [x.shape, weight.shape],
      rule: "expects [batch, channels, height, width] (the batch may be missing) and a weight of 4 dimensions")
  }
}

/// As ``conv2d(_:_:_:stride:padding:dilation:groups:)``, for [batch, channels, length] and a weight of 3 dimensions.
public func conv1d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
  groups: Int = 1
) throws(TensorError) -> Tensor {
  try x.check()
  try weight.check()
  guard x.rank == 2 || x.rank == 3, weight.rank == 3 else {
    throw .shapeMismatch(
      operation: "conv1d", shapes: [x.shape, weight.shape],
      rule: "expects [batch, channels, length] (the batch may be missing) and a weight of 3 dimensions")
  }
  return try conv2d(
    x.unsqueeze(-2), weight.unsqueeze(-2), bias, stride: [1, stride], padding: [0, padding], dilation: [1, dilation],
    groups: groups
  ).squeeze(-2)
}

/// Where a window stands on an image and how often it fits.
struct Window {
  let kernel, stride, padding, dilation: [Int]
  /// Positions of the window: [out height, out width].
  let out: [Int]

  init(
    _ operation: String, _ x: Tensor, kernel: [Int], stride: WindowSize, padding: WindowSize,
    dilation: WindowSize = 1, ceil: Bool = false
  ) throws(TensorError) {
    self.kernel = kernel
    self.stride = try stride.expanded(2, least: 1, "stride", operation)
    self.padding = try padding.expanded(2, least: 0, "padding", operation)
    self.dilation = try dilation.expanded(2, least: 1, "dilation", operation)
    var out: [Int] = []
    for d in 0..<2 {
      let size = x.shape[x.rank - 2 + d]
      let padded = size + 2 * self.padding[d]
      let span = self.dilation[d] &* (kernel[d] - 1) &+ 1
      guard (1..<(1 << 31)).contains(kernel[d]), size < 1 << 31, span <= padded else {
        throw .shapeMismatch(
          operation: operation, shapes: [x.shape],
          rule: "the window \(kernel) must fit into the image with its padding \(self.padding)")
      }
      var steps = (padded - span) / self.stride[d] + 1
      // Rounding up may add a window, which must begin inside the image or its left padding.
      if ceil, (padded - span) % self.stride[d] != 0, steps * self.stride[d] < size + self.padding[d] { steps += 1 }
      out.append(steps)
    }
    self.out = out
  }

  var kernelWindow: ck_window {
    ck_window(
      kernel: (Int64(kernel[0]), Int64(kernel[1])), stride: (Int64(stride[0]), Int64(stride[1])),
      padding: (Int64(padding[0]), Int64(padding[1])), dilation: (Int64(dilation[0]), Int64(dilation[1])),
      out: (Int64(out[0]), Int64(out[1])))
  }
}

private struct Convolution {
  let x, weight: Tensor
  let bias: Tensor?
  let groups: Int
  let window: Window

  init(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ groups: Int, _ window: Window) throws(TensorError) {
    guard groups > 0, groups <= Swift.max(weight.shape[0], 1), x.shape[1] == weight.shape[1] * groups,
      weight.shape[0] % groups == 0
    else {
      throw .shapeMismatch(
        operation: "conv2d", shapes: [x.shape, weight.shape],
        rule: "groups = \(groups) must divide the weight's first size, and the input must have as many channels as the "
          + "groups have together")
    }
    if let bias, bias.shape != [weight.shape[0]] {
      throw .shapeMismatch(
        operation: "conv2d", shapes: [bias.shape], rule: "the bias must have \(weight.shape[0]) values, one per channel"
      )
    }
    self.x = try autocasted(x)
    self.weight = try autocasted(weight)
    self.bias = try bias.map { (b) throws(TensorError) in try autocasted(b) }
    self.groups = groups
    self.window = window
    try requireSame("conv2d", self.x, self.weight)
    if let bias = self.bias { try requireSame("conv2d", self.x, bias) }
    try requireKernel("slow_conv2d_cpu", self.x.dtype, float16: false)
  }

  func run() throws(TensorError) -> Tensor {
    let dtype = x.dtype == .bfloat16 ? .bfloat16 : x.dtype.compute
    _ = try elementCount(of: weight.shape + window.out, dtype: dtype)
    let (input, kernels) = (try x.contiguous(as: dtype), try weight.contiguous(as: dtype))
    let added = try bias.map { (b) throws(TensorError) in try b.contiguous(as: dtype.compute) }
    let out = try Tensor(uninitialized: [x.shape[0], weight.shape[0], window.out[0], window.out[1]], dtype: dtype)
    var convolution = ck_convolution(
      dtype: dtype.code, images: Int64(x.shape[0]), channels: Int64(x.shape[1]), height: Int64(x.shape[2]),
      width: Int64(x.shape[3]), groups: Int64(groups), out_channels: Int64(weight.shape[0]),
      window: window.kernelWindow, x: input.address, weight: kernels.address, bias: added?.address, out: out.address)
    guard ck_convolve(&convolution) else { throw .outOfMemory(shape: out.shape, dtype: dtype) }
    return try out.to(x.dtype)
  }
}
