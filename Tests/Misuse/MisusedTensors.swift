// The misused calls of the room Tensors.

import LessonKit

extension Misuse {
  static let tensors = factories + randoms + views + indices + joins + reductions + choices + images + formats

  private static let factories = [
    MisusedCall("zeros") { a, b in try Tensor.zeros([a, b]) },
    MisusedCall("zeros of many") { a, b in try Tensor.zeros([0, a, b, a]) },
    MisusedCall("ones") { a, b in try Tensor.ones([a, 0, b]) },
    MisusedCall("full") { a, b in try Tensor.full([a], b) },
    MisusedCall("full of int8") { a, b in try Tensor.full([2], b, dtype: .int8) },
    MisusedCall("full, zerosLike") { x, a, b in try Tensor.full(like: x, a, dtype: .uint8) },
    MisusedCall("empty") { a, b in try Tensor.empty([a, b], dtype: .int8) },
    MisusedCall("eye") { a, b in try Tensor.eye(a, b) },
    MisusedCall("arange") { a, b in try Tensor.arange(a) },
    MisusedCall("arange from to") { a, b in try Tensor.arange(a, b) },
    MisusedCall("arange by") { a, b in try Tensor.arange(a, b, step: a) },
    MisusedCall("arange by the other") { a, b in try Tensor.arange(0, a, step: b, dtype: .int8) },
    MisusedCall("arange of floats") { a, b in try Tensor.arange(Double(a), Double.nan, step: Double(b)) },
    MisusedCall("arange to infinity") { a, b in try Tensor.arange(a, Double.infinity) },
    MisusedCall("linspace") { a, b in try Tensor.linspace(a, b, a) },
    MisusedCall("linspace of int8") { a, b in try Tensor.linspace(0, a, b, dtype: .int8) },
    MisusedCall("Tensor") { a, b in try Tensor([[a, b], [a]]) },
    MisusedCall("Tensor of int8") { a, b in try Tensor([a, b], dtype: .int8) },
    MisusedCall("Tensor of bytes") { a, b in try Tensor(shape: [a, b], dtype: .float64, bytes: [1, 2, 3, 4]) },
    MisusedCall("fill") { x, a, b in
      var y = try inParts(x)
      try y.fill(a)
      try y.fill(b, at: a, b)
      return y
    },
  ]

  private static let randoms = [
    MisusedCall("rand") { a, b in try Tensor.rand([a, b]) },
    MisusedCall("randn") { a, b in try Tensor.randn([a, b]) },
    MisusedCall("randint") { a, b in try Tensor.randint(a, b, [3]) },
    MisusedCall("randint below") { a, b in try Tensor.randint(a, [b], dtype: .int8) },
    MisusedCall("randint like") { x, a, b in try Tensor.randint(like: x, a, b) },
    MisusedCall("randint like below") { x, a, b in try Tensor.randint(like: x.narrow(0, 0, 0), a) },
    MisusedCall("randintLike") { x, a, b in try Tensor.randintLike(x, a, b) },
    MisusedCall("withThreads") { a, _ in try withThreads(a) { try Tensor.ones([2, 2]).mm(Tensor.ones([2, 2])) } },
    MisusedCall("randperm") { a, b in try Tensor.randperm(a) },
    MisusedCall("random") { a, b in
      var y = try Tensor.zeros([3], dtype: .int64)
      try y.random(from: a, to: b)
      return y
    },
    MisusedCall("multinomial") { x, a, b in try x.multinomial(a) },
    MisusedCall("multinomial with replacement") { x, a, b in try x.multinomial(a, replacement: true) },
    MisusedCall("uniform") { a, b in
      var y = try Tensor.zeros([3])
      try y.uniform(from: Double(a), to: Double(b))
      try y.normal(mean: Double(a), std: Double(b))
      return y
    },
    MisusedCall("bernoulli") { a, b in
      var y = try Tensor.zeros([3])
      try y.bernoulli(Double(a))
      try y.exponential(rate: Double(b))
      return y
    },
    MisusedCall("manualSeed") { a, b in manualSeed(a).initialSeed },
    MisusedCall("withSeed") { a, b in try withSeed(a) { try Tensor.rand([2]) } },
    MisusedCall("withThreads") { a, b in try withThreads(a) { try Tensor.rand([2]) } },
  ]

  private static let views = [
    MisusedCall("reshape") { x, a, b in try x.reshape([a, b]) },
    MisusedCall("reshape to many") { x, a, b in try x.reshape([a, -1, b]) },
    MisusedCall("view") { x, a, b in try x.view([a, b, a]) },
    MisusedCall("transpose") { x, a, b in try x.transpose(a, b) },
    MisusedCall("permute") { x, a, b in try x.permute([a, b]) },
    MisusedCall("movedim") { x, a, b in try x.movedim(a, b) },
    MisusedCall("expand") { x, a, b in try x.expand([a, b]) },
    MisusedCall("expand in front") { x, a, b in try x.expand([a, b] + x.shape) },
    MisusedCall("squeeze") { x, a, b in try x.squeeze(a) },
    MisusedCall("unsqueeze") { x, a, b in try x.unsqueeze(a).unsqueeze(b) },
    MisusedCall("flatten") { x, a, b in try x.flatten(a, b) },
    MisusedCall("unflatten") { x, a, b in try x.unflatten(a, [b, -1]) },
    MisusedCall("unflatten to two") { x, a, b in try x.unflatten(0, [a, b]) },
    MisusedCall("select") { x, a, b in try x.select(a, b) },
    MisusedCall("narrow") { x, a, b in try x.narrow(0, a, b) },
    MisusedCall("narrow a dimension") { x, a, b in try x.narrow(a, b, b) },
    MisusedCall("size") { x, a, b in try x.size(a) },
    MisusedCall("tril, triu") { x, a, b in try [x.tril(a), x.triu(b)] },
  ]

  private static let indices = [
    MisusedCall("subscript") { x, a, b in x[a, b] },
    MisusedCall("slice") { x, a, b in x[.slice(a, b, by: 1)] },
    MisusedCall("slice by") { x, a, b in x[.slice(by: a), .slice(b, by: 2)] },
    MisusedCall("slice by the greatest") { x, a, b in x[.ellipsis, .slice(a, b, by: .max)] },
    MisusedCall("slice from") { x, a, b in x[a..., .newAxis, (b)...] },
    MisusedCall("slice up to") { x, a, b in x[..<a, .all, ...b] },
    MisusedCall("slice through") { x, a, b in a <= b ? x[a...b] : x[b..<a] },
    MisusedCall("subscript with places") { x, a, b in x[try Tensor([a, b])] },
    MisusedCall("subscript with a mask") { x, a, b in try x[x .> a] },
    MisusedCall("subscript, written") { x, a, b in
      var y = try inParts(x)
      y[a] = try Tensor(b)
      y[.slice(a, b)] = try Tensor(b)
      y[try Tensor([a, b])] = try Tensor([a, b])
      return y
    },
    MisusedCall("gather") { x, a, b in try x.gather(a, Tensor([b])) },
    MisusedCall("scatter") { x, a, b in try x.scatter(a, Tensor([b]), Tensor([1.0])) },
    MisusedCall("scatterAdd") { x, a, b in try x.scatterAdd(a, Tensor([b]), Tensor([1.0])) },
    MisusedCall("indexSelect") { x, a, b in try x.indexSelect(a, Tensor([b])) },
    MisusedCall("embedding") { x, a, b in try embedding(Tensor([a, b]), x) },
    MisusedCall("oneHot") { a, b in try Tensor([1, 2]).oneHot(a) },
    MisusedCall("oneHot of the other") { a, b in try Tensor([a, b]).oneHot(3) },
    MisusedCall("oneHot of nothing") { a, b in try Tensor.zeros([0], dtype: .int64).oneHot(a) },
    MisusedCall("binCount") { a, b in try Tensor([a, b]).binCount() },
    MisusedCall("nonzero") { x, a, b in try x.nonzero() },
  ]

  private static let joins = [
    MisusedCall("cat") { x, a, b in try Tensor.cat([x, x], dim: a) },
    MisusedCall("stack") { x, a, b in try Tensor.stack([x, x], dim: a) },
    MisusedCall("split") { x, a, b in try inParts(x).split(a, dim: b) },
    MisusedCall("split in two") { x, a, b in try x.split([a, b]) },
    MisusedCall("split in three") { x, a, b in try x.split([a, b, a], dim: -1) },
    MisusedCall("chunk") { x, a, b in try inParts(x).chunk(a, dim: b) },
    MisusedCall("unbind") { x, a, b in try inParts(x).unbind(a) },
    MisusedCall("repeat") { x, a, b in try x.repeat([a, b]) },
    MisusedCall("repeat of three") { x, a, b in try x.repeat([1, 2, a, b]) },
    MisusedCall("tile") { x, a, b in try x.tile([a, b, a]) },
    MisusedCall("repeatInterleave") { x, a, b in try x.repeatInterleave(a, dim: b) },
    MisusedCall("repeatInterleave of all") { x, a, b in try x.repeatInterleave(a) },
    MisusedCall("flip") { x, a, b in try x.flip([a, b]) },
    MisusedCall("roll") { x, a, b in try x.roll(a, b) },
    MisusedCall("pad") { x, a, b in try x.pad([a, b]) },
    MisusedCall("pad two") { x, a, b in try x.pad([a, b, b, a]) },
    MisusedCall("diag") { x, a, b in try x.diag() },
    MisusedCall("einsum") { x, a, b in try Tensor.einsum("ij,jk->ik", x, x) },
  ]

  /// Not the input that pretends to be large: its parts would be too many to list.
  private static func inParts(_ x: Tensor) throws -> Tensor { x.count > 100 ? try Tensor.ones([3, 2]) : x }

  private static let reductions = [
    MisusedCall("sum") { x, a, b in try x.sum(dim: a, b) },
    MisusedCall("mean") { x, a, b in try x.mean(dims: [a, b]) },
    MisusedCall("prod") { x, a, b in try x.prod(dim: a) },
    MisusedCall("max") { x, a, b in try x.max(dim: a) },
    MisusedCall("min") { x, a, b in try x.min(dim: a, keepDim: true) },
    MisusedCall("amax") { x, a, b in try x.amax(dim: a, b) },
    MisusedCall("amin") { x, a, b in try x.amin(dims: [a, b]) },
    MisusedCall("argMax") { x, a, b in try x.argMax(dim: a) },
    MisusedCall("argMin") { x, a, b in try x.argMin(dim: a) },
    MisusedCall("any, all") { x, a, b in try [x.any(dim: a), x.all(dim: b)] },
    MisusedCall("all") { x, a, b in try x.all(dim: b) },
    MisusedCall("variance") { x, a, b in try x.variance(dim: a, correction: Double(b)) },
    MisusedCall("std") { x, a, b in try x.std(dims: [a], correction: Double(b)) },
    MisusedCall("logSumExp") { x, a, b in try x.logSumExp(dim: a) },
    MisusedCall("norm") { x, a, b in try x.norm(Double(a), dim: b) },
    MisusedCall("softmax") { x, a, b in try x.softmax(dim: a) },
    MisusedCall("logSoftmax") { x, a, b in try x.logSoftmax(dim: a) },
    MisusedCall("normalized") { x, a, b in try x.normalized(dim: a) },
    MisusedCall("cosineSimilarity") { x, a, b in try cosineSimilarity(x, x, dim: a) },
    MisusedCall("layerNorm") { x, a, b in try layerNorm(x, [a, b]) },
    MisusedCall("layerNorm of the last") { x, a, b in try layerNorm(x, [a]) },
    MisusedCall("rmsNorm") { x, a, b in try rmsNorm(x, [b]) },
    MisusedCall("groupNorm") { x, a, b in try groupNorm(x, groups: a) },
  ]

  private static let choices = [
    MisusedCall("sorted") { x, a, b in try x.sorted(dim: a) },
    MisusedCall("topK") { x, a, b in try x.topK(a, dim: b) },
    MisusedCall("topK of the last") { x, a, b in try x.topK(a) },
    MisusedCall("cumulativeSum") { x, a, b in try x.cumulativeSum(dim: a) },
    MisusedCall("cumulativeProduct") { x, a, b in try x.cumulativeProduct(dim: a) },
    MisusedCall("clamp") { x, a, b in try x.clamp(min: .int(Int64(a)), max: .int(Int64(b))) },
    MisusedCall("arithmetic") { a, b in
      let y = try Tensor([a, b])
      return try [y + a, y - b, y * a, y.floorDivide(b), y % a, -y, y.abs(), y << b, y >> a, y.pow(b), y / a]
    },
    MisusedCall("arithmetic of bytes") { a, b in
      let y = try Tensor([1, 2, 3], dtype: .int8)
      return try [y + a, y - b, y * a, y.floorDivide(b), y % a, y << b, y >> a, y.pow(b), y.truncDivide(b), y.fmod(a)]
    },
    MisusedCall("item") { a, b in
      [try Tensor(a).item(as: Int8.self).description, try Tensor(b).item().formatted(".3e")]
    },
    MisusedCall("formatted") { a, b in try Tensor(1.5).item().formatted("\(a).\(b)f") },
  ]

  private static let images = [
    MisusedCall("WindowSize") { a, b in WindowSize([a, b]).values },
    MisusedCall("conv2d") { a, b in
      try conv2d(.ones([1, 2, 4, 4]), .ones([2, 2, 1, 1]), stride: WindowSize(a), padding: WindowSize(b))
    },
    MisusedCall("conv2d with dilation") { a, b in
      try conv2d(.ones([1, 2, 4, 4]), .ones([2, 1, 2, 2]), dilation: [a, b], groups: 2)
    },
    MisusedCall("convTranspose2d") { a, b in
      try convTranspose2d(.ones([1, 2, 4, 4]), .ones([2, 2, 2, 2]), stride: WindowSize(a), padding: WindowSize(b))
    },
    MisusedCall("convTranspose2d with dilation") { a, b in
      try convTranspose2d(
        .ones([1, 2, 4, 4]), .ones([2, 1, 2, 2]), outputPadding: [a, b], groups: 2, dilation: [b, a])
    },
    MisusedCall("convTranspose2d in groups") { x, a, b in try convTranspose2d(x, .ones([2, 2, 1, 1]), groups: a) },
    MisusedCall("conv2d in groups") { x, a, b in try conv2d(x, .ones([2, 2, 1, 1]), groups: a) },
    MisusedCall("conv2d of nothing") { a, b in
      try conv2d(.ones([1, 0, 4, 4]), .ones([0, 0, 1, 1]), groups: a)
    },
    MisusedCall("conv1d") { a, b in
      try conv1d(.ones([1, 2, 4]), .ones([2, 2, 1]), stride: a, padding: b, dilation: a, groups: b)
    },
    MisusedCall("maxPool2d") { x, a, b in try maxPool2d(x, WindowSize(a), stride: WindowSize(b)) },
    MisusedCall("maxPool2d with padding") { x, a, b in try maxPool2d(x, 2, padding: [a, b], ceilMode: true) },
    MisusedCall("averagePool2d") { x, a, b in try averagePool2d(x, [a, b], stride: WindowSize(b), ceilMode: true) },
    MisusedCall("adaptiveAveragePool2d") { x, a, b in try adaptiveAveragePool2d(x, [a, b]) },
    MisusedCall("interpolate") { x, a, b in try interpolate(x, size: [a, b]) },
    MisusedCall("interpolate smoothly") { x, a, b in try interpolate(x, size: [b], mode: .bicubic) },
    MisusedCall("interpolate by a scale") { x, a, b in try interpolate(x, scale: Double(a) / Double(b)) },
  ]

  private static let formats = [
    MisusedCall("PrintOptions") { x, a, b in
      printOptions = PrintOptions(precision: a, threshold: b, edgeItems: a, lineWidth: b)
      return x.description
    },
    MisusedCall("PrintOptions with edges") { a, b in
      printOptions = PrintOptions(threshold: 0, edgeItems: a, lineWidth: b, scientific: true)
      return try Tensor.arange(12.5).reshape([1, -1]).description
    },
    MisusedCall("QuantizedTensor") { x, a, b in try QuantizedTensor(x, scale: Double(a), zeroPoint: b) },
    MisusedCall("QuantizedTensor of int32") { x, a, b in
      try QuantizedTensor(x, scale: 0.5, zeroPoint: a, dtype: .int32).dequantized()
    },
    MisusedCall("QuantizedTensor per channel") { x, a, b in
      try QuantizedTensor(x, scales: [1, 2], zeroPoints: [a, 0], axis: b)
    },
    MisusedCall("QuantizedTensor of bits") { x, a, b in try QuantizedTensor(x, bits: a, axis: b).byteCount },
    MisusedCall("QuantizedTensor of 4 bits") { x, a, b in
      try QuantizedTensor(x, bits: 4, scheme: .affine, axis: a).packed()
    },
    MisusedCall("unpacked") { a, b in try QuantizedTensor.unpacked(Tensor([1, 2], dtype: .uint8), shape: [a, b]) },
    MisusedCall("fakeQuantized") { x, a, b in try x.fakeQuantized(scale: 0.5, zeroPoint: a, min: a, max: b) },
    MisusedCall("fakeQuantized per channel") { x, a, b in
      try x.fakeQuantized(scales: [1, 2], zeroPoints: [a, a], axis: b, min: .min, max: .max)
    },
    MisusedCall("BFloat16") { a, b in BFloat16(integerLiteral: a) + BFloat16(Double(b)) },
    MisusedCall("Scalar") { a, b in
      (Scalar.float(Double(a)).intValue ?? 0, Scalar(integerLiteral: Int64(b)).doubleValue)
    },
  ]
}
