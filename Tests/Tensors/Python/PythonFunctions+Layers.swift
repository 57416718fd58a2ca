// PyTorch's functions of layers, losses and quantisation, by name.

import Tensors

extension PythonFunctions {
  private static func reduction(_ a: PythonArguments) throws -> LossReduction {
    guard let found = LossReduction(rawValue: a.string("reduction") ?? "mean") else {
      throw NotOffered(name: "reduction")
    }
    return found
  }

  static let layers: [String: Function] = [
    "matmul": tensor { a in try a.tensor(0).matmul(a.tensor(1)) },
    "mm": tensor { a in try a.tensor(0).mm(a.tensor(1)) },
    "bmm": tensor { a in try a.tensor(0).bmm(a.tensor(1)) },
    "mv": tensor { a in try a.tensor(0).mv(a.tensor(1)) },
    "dot": tensor { a in try a.tensor(0).dot(a.tensor(1)) },
    "outer": tensor { a in try a.tensor(0).outer(a.tensor(1)) },
    "addmm": tensor { a in
      try a.tensor(0).addmm(a.tensor(1), a.tensor(2), beta: a.double(99, "beta", 1), alpha: a.double(99, "alpha", 1))
    },
    "baddbmm": tensor { a in try a.tensor(1).bmm(a.tensor(2)) + a.tensor(0).to(a.tensor(1).bmm(a.tensor(2)).dtype) },
    "einsum": tensor { a in
      guard case .string(let equation)? = a.positional.first else { throw NotOffered(name: "einsum") }
      return try .einsum(equation, a.tensor(1), a.tensor(2))
    },
    "linear": tensor { a in try linear(a.tensor(0), a.tensor(1, "weight"), a.optionalTensor(2, "bias")) },
    "embedding": tensor { a in try embedding(a.tensor(0), a.tensor(1, "weight")) },
    "softmax": tensor { a in try a.tensor(0).softmax(dim: a.int(1, "dim"), dtype: a.dtype) },
    "log_softmax": tensor { a in try a.tensor(0).logSoftmax(dim: a.int(1, "dim"), dtype: a.dtype) },
    "layer_norm": tensor { a in
      try layerNorm(
        a.tensor(0), a.ints(1, "normalized_shape"), weight: a.optionalTensor(2, "weight"),
        bias: a.optionalTensor(3, "bias"), epsilon: a.double(4, "eps", 1e-5))
    },
    "rms_norm": tensor { a in
      try rmsNorm(
        a.tensor(0), a.ints(1, "n"), weight: a.optionalTensor(2, "weight"), epsilon: a.optionalDouble(3, "eps"))
    },
    "batch_norm": tensor { a in
      try batchNorm(
        a.tensor(0), mean: a.tensor(1), variance: a.tensor(2), weight: a.optionalTensor(3, "weight"),
        bias: a.optionalTensor(4, "bias"), epsilon: a.double(7, "eps", 1e-5))
    },
    "group_norm": tensor { a in
      try groupNorm(
        a.tensor(0), groups: a.int(1, "num_groups"), weight: a.optionalTensor(2, "weight"),
        bias: a.optionalTensor(3, "bias"))
    },
    "normalize": tensor { a in try a.tensor(0).normalized(dim: a.int(99, "dim", 1)) },
    "conv2d": tensor { a in
      try conv2d(
        a.tensor(0), a.tensor(1, "weight"), a.optionalTensor(2, "bias"), stride: a.window(3, "stride"),
        padding: a.window(4, "padding", 0), dilation: a.window(5, "dilation"), groups: a.int(6, "groups", 1))
    },
    "conv1d": tensor { a in
      try conv1d(a.tensor(0), a.tensor(1, "weight"), a.optionalTensor(2, "bias"), padding: a.int(4, "padding", 0))
    },
    "max_pool2d": tensor { a in
      try maxPool2d(
        a.tensor(0), a.window(1, "kernel_size"), stride: a.value(2, "stride") == nil ? nil : a.window(2, "stride"),
        padding: a.window(3, "padding", 0), ceilMode: a.bool(99, "ceil_mode"))
    },
    "avg_pool2d": tensor { a in
      try averagePool2d(
        a.tensor(0), a.window(1, "kernel_size"), stride: a.value(2, "stride") == nil ? nil : a.window(2, "stride"),
        padding: a.window(3, "padding", 0), countIncludePad: a.bool(99, "count_include_pad", true))
    },
    "adaptive_avg_pool2d": tensor { a in try adaptiveAveragePool2d(a.tensor(0), a.window(1, "output_size")) },
    "interpolate": tensor { a in
      guard let mode = InterpolationMode(rawValue: a.string("mode") ?? "nearest") else {
        throw NotOffered(name: "mode")
      }
      if let scale = try a.optionalDouble(99, "scale_factor") {
        return try interpolate(a.tensor(0), scale: scale, mode: mode)
      }
      guard a.named["size"] != nil else { throw NotOffered(name: "interpolate without a size") }
      return try interpolate(a.tensor(0), size: a.dims(99, "size"), mode: mode)
    },
    "scaled_dot_product_attention": tensor { a in
      try scaledDotProductAttention(
        a.tensor(0), a.tensor(1), a.tensor(2), mask: a.optionalTensor(3, "attn_mask"),
        isCausal: a.bool(99, "is_causal"),
        scale: a.optionalDouble(99, "scale"))
    },
    "cross_entropy": tensor { a in
      try crossEntropy(
        a.tensor(0), a.tensor(1), weight: a.optionalTensor(2, "weight"), reduction: reduction(a),
        labelSmoothing: a.double(99, "label_smoothing", 0))
    },
    "nll_loss": tensor { a in try nllLoss(a.tensor(0), a.tensor(1), reduction: reduction(a)) },
    "mse_loss": tensor { a in try mseLoss(a.tensor(0), a.tensor(1), reduction: reduction(a)) },
    "l1_loss": tensor { a in try l1Loss(a.tensor(0), a.tensor(1), reduction: reduction(a)) },
    "smooth_l1_loss": tensor { a in try smoothL1Loss(a.tensor(0), a.tensor(1), reduction: reduction(a)) },
    "binary_cross_entropy_with_logits": tensor { a in
      try binaryCrossEntropyWithLogits(a.tensor(0), a.tensor(1), reduction: reduction(a))
    },
    "kl_div": tensor { a in try klDivergence(a.tensor(0), a.tensor(1), reduction: reduction(a)) },
    "cosine_similarity": tensor { a in try cosineSimilarity(a.tensor(0), a.tensor(1), dim: a.int(2, "dim", 1)) },
  ]

  static let others: [String: Function] = [
    "set_default_dtype": { a in
      guard case .dtype(let dtype)? = a.positional.first else {
        throw NotOffered(name: "set_default_dtype(of this type)")
      }
      try setDefaultDType(dtype)
      return .none
    },
    "builtin.bool": { a in .bool(try a.tensor(0).item().boolValue) },
    "builtin.float": { a in .float(try a.tensor(0).item().doubleValue) },
    "builtin.int": { a in
      guard let value = try a.tensor(0).item().intValue else { throw NotOffered(name: "int(nan)") }
      return .int(value)
    },
    "builtin.getattr": { a in
      guard case .string(let name)? = a.positional.last, let dtype = DType(name: name) else {
        throw NotOffered(name: "getattr")
      }
      return .dtype(dtype)
    },
    "quantize_per_tensor": { a in
      guard case .quantizedDType(let dtype)? = a.value(3, "dtype") else {
        throw NotOffered(name: "quantize to a plain dtype")
      }
      return .quantized(
        try QuantizedTensor(a.tensor(0), scale: a.double(1, "scale"), zeroPoint: a.int(2, "zero_point"), dtype: dtype))
    },
    "quantize_per_channel": { a in
      guard case .quantizedDType(let dtype)? = a.value(4, "dtype") else {
        throw NotOffered(name: "quantize to a plain dtype")
      }
      return .quantized(
        try QuantizedTensor(
          a.tensor(0), scales: [Double](a.tensor(1)), zeroPoints: [Int](a.tensor(2)), axis: a.int(3, "axis"),
          dtype: dtype))
    },
    "int_repr": { a in
      guard case .quantized(let q)? = a.positional.first else { throw NotOffered(name: "int_repr of a plain tensor") }
      return .tensor(q.values)
    },
    "dequantize": { a in
      guard case .quantized(let q)? = a.positional.first else { throw NotOffered(name: "dequantize of a plain tensor") }
      return .tensor(try q.dequantized())
    },
    "fake_quantize_per_tensor_affine": tensor { a in
      try a.tensor(0).fakeQuantized(
        scale: a.double(1, "scale"), zeroPoint: a.int(2, "zero_point"), min: a.int(3, "quant_min"),
        max: a.int(4, "quant_max"))
    },
    "fake_quantize_per_channel_affine": tensor { a in
      try a.tensor(0).fakeQuantized(
        scales: [Double](a.tensor(1)), zeroPoints: [Int](a.tensor(2)), axis: a.int(3, "axis"),
        min: a.int(4, "quant_min"),
        max: a.int(5, "quant_max"))
    },
  ]
}
