// The transpose of a convolution: each pixel of the input paints a window of the output.

/// What a convolution of these settings does to gradients, used forwards to enlarge an image.
///
/// Each pixel paints its multiple of the kernel onto the output, `stride` pixels from its neighbour's; what overlaps is
/// added. Then `padding` is cut off all around (Zeiler et al., 2010).
///
/// - Parameters:
///   - x: [batch, channels, height, width] or [channels, height, width]
///   - weight: [channels, out channels / groups, kernel height, kernel width]
///   - bias: [out channels], or none.
///   - outputPadding: Rows and columns added below and to the right, fewer than the stride or the dilation.
/// - Returns: [batch, out channels, out height, out width] with out height = (height - 1) stride - 2 padding +
///   dilation (kernel - 1) + 1 + outputPadding; 16-bit floats are summed in float32 and rounded once.
/// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``,
///   ``TensorError/dtypeMismatch(operation:dtypes:rule:)``, and
///   ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
public func convTranspose2d(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: WindowSize = 1, padding: WindowSize = 0,
  outputPadding: WindowSize = 0, groups: Int = 1, dilation: WindowSize = 1
) throws(TensorError) -> Tensor {
  try requireImages("convTranspose2d", x, weight)
  if x.rank == 3 {
    return try convTranspose2d(
      x.unsqueeze(0), weight, bias, stride: stride, padding: padding, outputPadding: outputPadding, groups: groups,
      dilation: dilation
    ).squeeze(0)
  }
  let brush = try Brush(x, weight, stride, padding, outputPadding, dilation)
  return try TransposedConvolution(x, weight, bias, groups, brush).run()
}

/// Where the pixels of an image paint, and on how large a canvas.
private struct Brush {
  let kernel, stride, dilation: [Int]
  /// The canvas before anything is cut off: [height, width].
  let canvas: [Int]
  /// What is added, or cut off when negative: left, right, top, bottom.
  let margins: [Int]

  init(
    _ x: Tensor, _ weight: Tensor, _ stride: WindowSize, _ padding: WindowSize, _ outputPadding: WindowSize,
    _ dilation: WindowSize
  ) throws(TensorError) {
    let (name, size, kernel) = ("convTranspose2d", [x.shape[2], x.shape[3]], [weight.shape[2], weight.shape[3]])
    let stride = try stride.expanded(2, least: 1, "stride", name)
    let padding = try padding.expanded(2, least: 0, "padding", name)
    let more = try outputPadding.expanded(2, least: 0, "outputPadding", name)
    let dilation = try dilation.expanded(2, least: 1, "dilation", name)
    (self.kernel, self.stride, self.dilation) = (kernel, stride, dilation)
    guard (size + kernel).allSatisfy({ (1..<(1 << 31)).contains($0) }),
      (0..<2).allSatisfy({ more[$0] < Swift.max(stride[$0], dilation[$0]) })
    else {
      throw .shapeMismatch(
        operation: name, shapes: [x.shape, weight.shape],
        rule: "height and width must be positive, and outputPadding \(more) smaller than the stride or the dilation")
    }
    var canvas: [Int] = []
    for d in 0..<2 {
      let first = dilation[d] * (kernel[d] - 1) + 1
      canvas.append((size[d] - 1) * stride[d] + first)
    }
    self.canvas = canvas
    margins = [-padding[1], more[1] - padding[1], -padding[0], more[0] - padding[0]]
    guard (0..<2).allSatisfy({ canvas[$0] + more[$0] > 2 * padding[$0] }) else {
      throw .shapeMismatch(operation: name, shapes: [x.shape], rule: "the padding \(padding) cuts everything off")
    }
  }
}

private struct TransposedConvolution {
  let x, weight: Tensor
  let bias: Tensor?
  let groups: Int
  let brush: Brush

  init(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ groups: Int, _ brush: Brush) throws(TensorError) {
    guard groups > 0, groups <= Swift.max(x.shape[1], 1), x.shape[1] == weight.shape[0], x.shape[1] % groups == 0 else {
      throw .shapeMismatch(
        operation: "convTranspose2d", shapes: [x.shape, weight.shape],
        rule: "groups = \(groups) must divide the input's channels, which are the weight's first size")
    }
    if let bias, bias.shape != [weight.shape[1] &* groups] {
      throw .shapeMismatch(
        operation: "convTranspose2d", shapes: [bias.shape], rule: "the bias must have one value per output channel")
    }
    self.x = try autocasted(x)
    self.weight = try autocasted(weight)
    self.bias = try bias.map { (b) throws(TensorError) in try autocasted(b) }
    (self.groups, self.brush) = (groups, brush)
    try requireSame("convTranspose2d", self.x, self.weight)
    if let bias = self.bias { try requireSame("convTranspose2d", self.x, bias) }
    try requireKernel("slow_conv_transpose2d_out_cpu", self.x.dtype, float16: false)
  }

  func run() throws(TensorError) -> Tensor {
    let wide = x.dtype.compute
    let outChannels = weight.shape[1]
    var out = try Tensor.full([x.shape[0], outChannels &* groups] + brush.canvas, 0.0, dtype: wide)
    let (inputs, kernels) = (try x.to(wide).chunk(groups, dim: 1), try weight.to(wide).chunk(groups))
    for g in 0..<groups {
      let rows = try kernels[g].flatten(1).t().contiguous()
      for n in 0..<x.shape[0] {
        let strokes = try matrixProduct(rows, inputs[g].select(0, n).flatten(1).contiguous())
        try paint(strokes, onto: out.select(0, n).narrow(0, g * outChannels, outChannels))
      }
    }
    out = try out.pad(brush.margins)
    if let bias { out = try out + bias.to(wide).reshape([-1, 1, 1]) }
    return try out.to(x.dtype)
  }

  /// Adds the multiples of the kernels, [out channels · kernel height · kernel width, pixels], to a part of the output's
  /// memory: one place of the kernels after the other, for all pixels at once.
  private func paint(_ strokes: Tensor, onto canvas: Tensor) throws(TensorError) {
    let (height, width) = (x.shape[2], x.shape[3])
    let strokes = try strokes.reshape([canvas.shape[0]] + brush.kernel + [height, width])
    for row in 0..<brush.kernel[0] {
      for column in 0..<brush.kernel[1] {
        let (top, left) = (row * brush.dilation[0], column * brush.dilation[1])
        let places =
          canvas
          .sliced(1, top, top + (height - 1) * brush.stride[0] + 1, brush.stride[0])
          .sliced(2, left, left + (width - 1) * brush.stride[1] + 1, brush.stride[1])
        copyElements(of: try places + strokes.select(1, row).select(1, column), to: places)
      }
    }
  }
}
