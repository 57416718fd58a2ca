// PyTorch's functions and methods by name, and what they are called here: the table that the reference files run by.

import Tensors

enum PythonFunctions {
  typealias Function = @Sendable (PythonArguments) throws -> PythonValue

  static let table: [String: Function] = [creation, random, unary, reductions, shapes, picking, layers, others]
    .reduce(into: [:]) { all, part in all.merge(part) { $1 } }

  private static func tensor(_ body: @escaping @Sendable (PythonArguments) throws -> Tensor) -> Function {
    { .tensor(try body($0)) }
  }

  private static func numbers(_ value: PythonValue) throws -> any TensorElements {
    switch value {
    case .list(let values):
      if values.isEmpty { return [Double]() }
      let hasFloat = try values.contains { try isFloat($0) }
      return try elements(values, hasFloat: hasFloat)
    case .bool(let value): return value
    case .int(let value): return value
    case .float(let value): return value
    default: throw NotOffered(name: "tensor(of this type)")
    }
  }

  private static func isFloat(_ value: PythonValue) throws -> Bool {
    switch value {
    case .float: true
    case .list(let values): try values.contains { try isFloat($0) }
    default: false
    }
  }

  private static func elements(_ values: [PythonValue], hasFloat: Bool) throws -> any TensorElements {
    AnyElements(
      items: try values.map { value in
        switch value {
        case .list(let inner): return try elements(inner, hasFloat: hasFloat)
        case .int(let number) where hasFloat: return Double(number)
        default: return try numbers(value)
        }
      })
  }

  private static func full(_ a: PythonArguments) throws -> Tensor {
    let shape = try a.ints(0, "size")
    switch a.value(1, "fill_value")?.scalar {
    case .bool(let value)?: return try .full(shape, value, dtype: a.dtype)
    case .int(let value)?: return try .full(shape, value, dtype: a.dtype)
    case .float(let value)?: return try .full(shape, value, dtype: a.dtype)
    case nil: throw NotOffered(name: "full without a value")
    }
  }

  private static func arange(_ a: PythonArguments) throws -> Tensor {
    guard a.positional.count > 0, let first = a.positional[0].scalar else { throw NotOffered(name: "arange") }
    func call<A: TensorScalar>(_ start: A) throws -> Tensor {
      guard a.positional.count > 1, let end = a.positional[1].scalar else { return try .arange(start, dtype: a.dtype) }
      func next<B: TensorScalar>(_ end: B) throws -> Tensor {
        switch a.positional.count > 2 ? a.positional[2].scalar : nil {
        case .int(let step)?: return try .arange(start, end, step: step, dtype: a.dtype)
        case .float(let step)?: return try .arange(start, end, step: step, dtype: a.dtype)
        default: return try .arange(start, end, dtype: a.dtype)
        }
      }
      if case .int(let end) = end { return try next(end) }
      return try next(end.doubleValue)
    }
    if case .int(let start) = first { return try call(start) }
    return try call(first.doubleValue)
  }

  static let creation: [String: Function] = [
    "tensor": tensor { a in
      guard let value = a.value(0, "data") else { throw NotOffered(name: "tensor(None)") }
      return try make(numbers(value), a.dtype)
    },
    "Tensor": tensor { a in try make(numbers(a.positional[0]), defaultDType) },
    "LongTensor": tensor { a in try make(numbers(a.positional[0]), .int64) },
    "zeros": tensor { a in try .zeros(a.ints(0, "size"), dtype: a.dtype) },
    "ones": tensor { a in try .ones(a.ints(0, "size"), dtype: a.dtype) },
    "empty": tensor { a in try .empty(a.ints(0, "size"), dtype: a.dtype) },
    "full": tensor(full),
    "eye": tensor { a in try .eye(a.int(0, "n"), a.optionalInt(1, "m"), dtype: a.dtype) },
    "arange": tensor(arange),
    "linspace": tensor { a in
      try .linspace(a.double(0, "start"), a.double(1, "end"), a.int(2, "steps"), dtype: a.dtype)
    },
  ]

  private static func make(_ elements: any TensorElements, _ dtype: DType?) throws -> Tensor {
    try Tensor(AnyElements(item: elements), dtype: dtype)
  }

  static let random: [String: Function] = [
    "rand": tensor { a in try .rand(a.ints(0, "size"), dtype: a.dtype, generator: a.generator) },
    "randn": tensor { a in try .randn(a.ints(0, "size"), dtype: a.dtype, generator: a.generator) },
    "randint": tensor { a in
      try .randint(a.int(0, "low"), a.int(1, "high"), a.ints(2, "size"), dtype: a.dtype ?? .int64, generator: a.generator)
    },
    "randperm": tensor { a in try .randperm(a.int(0, "n"), dtype: a.dtype ?? .int64, generator: a.generator) },
    "rand_like": tensor { a in try .rand(like: a.tensor(0)) },
    "randn_like": tensor { a in try .randn(like: a.tensor(0)) },
    "randint_like": tensor { a in try .randint(like: a.tensor(0), a.int(1, "high")) },
    "uniform_": tensor { a in
      var x = try a.tensor(0)
      try x.uniform(from: a.double(1, "from", 0), to: a.double(2, "to", 1))
      return x
    },
    "normal_": tensor { a in
      var x = try a.tensor(0)
      try x.normal(mean: a.double(1, "mean", 0), std: a.double(2, "std", 1))
      return x
    },
    "random_": tensor { a in
      var x = try a.tensor(0)
      if a.positional.count == 1 { try x.random() } else { try x.random(from: 0, to: a.int(1, "to")) }
      return x
    },
    "bernoulli_": tensor { a in
      var x = try a.tensor(0)
      try x.bernoulli(a.double(1, "p", 0.5))
      return x
    },
    "exponential_": tensor { a in
      var x = try a.tensor(0)
      try x.exponential(rate: a.double(1, "lambd", 1))
      return x
    },
    "bernoulli": tensor { a in try a.tensor(0).bernoulli() },
    "multinomial": tensor { a in
      try a.tensor(0).multinomial(a.int(1, "num_samples"), replacement: a.bool(2, "replacement"))
    },
    "normal": tensor { a in
      if let size = a.value(2, "size"), case .list = size {
        var x = try Tensor.empty(a.ints(2, "size"))
        try x.normal(mean: a.double(0, "mean"), std: a.double(1, "std"))
        return x
      }
      let mean = try a.positional[0].scalar.map { try Tensor($0.doubleValue) } ?? a.tensor(0)
      return try .normal(mean, a.tensor(1, "std"))
    },
    "dropout": tensor { a in try a.tensor(0).dropout(a.double(1, "p", 0.5), training: a.bool(2, "training", true)) },
    "Generator": { _ in .generator(Generator()) },
    "manual_seed": { a in
      guard case .generator(let generator)? = a.positional.first else {
        manualSeed(try a.int(0, "seed"))
        return .none
      }
      generator.manualSeed(UInt64(try a.int(1, "seed")))
      return .generator(generator)
    },
  ]

  static let unary: [String: Function] = [
    "abs": tensor { a in try a.tensor(0).abs() }, "sign": tensor { a in try a.tensor(0).sign() },
    "square": tensor { a in try a.tensor(0).square() }, "sqrt": tensor { a in try a.tensor(0).sqrt() },
    "rsqrt": tensor { a in try a.tensor(0).rsqrt() }, "reciprocal": tensor { a in try a.tensor(0).reciprocal() },
    "exp": tensor { a in try a.tensor(0).exp() }, "exp2": tensor { a in try a.tensor(0).exp2() },
    "expm1": tensor { a in try a.tensor(0).expm1() }, "log": tensor { a in try a.tensor(0).log() },
    "log2": tensor { a in try a.tensor(0).log2() }, "log10": tensor { a in try a.tensor(0).log10() },
    "log1p": tensor { a in try a.tensor(0).log1p() }, "sin": tensor { a in try a.tensor(0).sin() },
    "cos": tensor { a in try a.tensor(0).cos() }, "tan": tensor { a in try a.tensor(0).tan() },
    "asin": tensor { a in try a.tensor(0).asin() }, "atan": tensor { a in try a.tensor(0).atan() },
    "sinh": tensor { a in try a.tensor(0).sinh() }, "cosh": tensor { a in try a.tensor(0).cosh() },
    "tanh": tensor { a in try a.tensor(0).tanh() }, "erf": tensor { a in try a.tensor(0).erf() },
    "floor": tensor { a in try a.tensor(0).floor() }, "ceil": tensor { a in try a.tensor(0).ceil() },
    "round": tensor { a in try a.tensor(0).round() }, "trunc": tensor { a in try a.tensor(0).trunc() },
    "frac": tensor { a in try a.tensor(0).frac() }, "sigmoid": tensor { a in try a.tensor(0).sigmoid() },
    "isnan": tensor { a in try a.tensor(0).isNaN() }, "isinf": tensor { a in try a.tensor(0).isInfinite() },
    "isfinite": tensor { a in try a.tensor(0).isFinite() }, "logical_not": tensor { a in try a.tensor(0).logicalNot() },
    "relu": tensor { a in try a.tensor(0).relu() }, "relu6": tensor { a in try a.tensor(0).relu6() },
    "gelu": tensor { a in
      guard let approximation = GELUApproximation(rawValue: a.string("approximate") ?? "none") else {
        throw NotOffered(name: "gelu(approximate: another)")
      }
      return try a.tensor(0).gelu(approximate: approximation)
    },
    "silu": tensor { a in try a.tensor(0).silu() }, "softplus": tensor { a in try a.tensor(0).softplus() },
    "elu": tensor { a in try a.tensor(0).elu() }, "leaky_relu": tensor { a in try a.tensor(0).leakyReLU() },
    "mish": tensor { a in try a.tensor(0).mish() }, "hardswish": tensor { a in try a.tensor(0).hardswish() },
    "hardsigmoid": tensor { a in try a.tensor(0).hardsigmoid() },
    "logsigmoid": tensor { a in try a.tensor(0).logSigmoid() },
    "double": tensor { a in try a.tensor(0).double() }, "float": tensor { a in try a.tensor(0).float() },
    "half": tensor { a in try a.tensor(0).half() }, "bfloat16": tensor { a in try a.tensor(0).bfloat16() },
    "long": tensor { a in try a.tensor(0).long() }, "int": tensor { a in try a.tensor(0).int() },
    "bool": tensor { a in try a.tensor(0).bool() },
    "to": tensor { a in
      guard case .dtype(let dtype)? = a.value(1, "dtype") else { throw NotOffered(name: "to(of this type)") }
      return try a.tensor(0).to(dtype)
    },
  ]

  static let reductions: [String: Function] = [
    "sum": tensor { a in try a.tensor(0).sum(dims: a.dims(1), keepDim: a.keepDim, dtype: a.dtype) },
    "mean": tensor { a in try a.tensor(0).mean(dims: a.dims(1), keepDim: a.keepDim, dtype: a.dtype) },
    "prod": tensor { a in try a.tensor(0).prod(dim: a.optionalInt(1, "dim"), keepDim: a.keepDim) },
    "max": { a in
      guard let dim = try a.optionalInt(1, "dim") else { return .tensor(try a.tensor(0).max()) }
      return PythonValue(try a.tensor(0).max(dim: dim, keepDim: a.keepDim))
    },
    "min": { a in
      guard let dim = try a.optionalInt(1, "dim") else { return .tensor(try a.tensor(0).min()) }
      return PythonValue(try a.tensor(0).min(dim: dim, keepDim: a.keepDim))
    },
    "amax": tensor { a in try a.tensor(0).amax(dims: a.dims(1), keepDim: a.keepDim) },
    "amin": tensor { a in try a.tensor(0).amin(dims: a.dims(1), keepDim: a.keepDim) },
    "argmax": tensor { a in try a.tensor(0).argMax(dim: a.optionalInt(1, "dim"), keepDim: a.keepDim) },
    "argmin": tensor { a in try a.tensor(0).argMin(dim: a.optionalInt(1, "dim"), keepDim: a.keepDim) },
    "any": tensor { a in try a.tensor(0).any(dim: a.optionalInt(1, "dim"), keepDim: a.keepDim) },
    "all": tensor { a in try a.tensor(0).all(dim: a.optionalInt(1, "dim"), keepDim: a.keepDim) },
    "var": tensor { a in
      try a.tensor(0).variance(dims: a.dims(1), correction: correction(a), keepDim: a.keepDim)
    },
    "std": tensor { a in try a.tensor(0).std(dims: a.dims(1), correction: correction(a), keepDim: a.keepDim) },
    "median": tensor { a in try a.tensor(0).median() },
    "norm": tensor { a in
      try a.tensor(0).norm(a.double(1, "p", 2), dims: a.dims(2), keepDim: a.keepDim)
    },
    "linalg.norm": tensor { a in try a.tensor(0).norm() },
    "logsumexp": tensor { a in try a.tensor(0).logSumExp(dim: a.int(1, "dim"), keepDim: a.keepDim) },
    "cumsum": tensor { a in try a.tensor(0).cumulativeSum(dim: a.int(1, "dim")) },
    "cumprod": tensor { a in try a.tensor(0).cumulativeProduct(dim: a.int(1, "dim")) },
    "trace": tensor { a in try a.tensor(0).trace() },
    "sort": { a in
      PythonValue(try a.tensor(0).sorted(dim: a.int(1, "dim", -1), descending: a.bool(2, "descending")))
    },
    "argsort": tensor { a in try a.tensor(0).sorted(dim: a.int(1, "dim", -1)).indices },
    "topk": { a in
      PythonValue(try a.tensor(0).topK(a.int(1, "k"), dim: a.int(2, "dim", -1), largest: a.bool(3, "largest", true)))
    },
    "unique": tensor { a in try a.tensor(0).unique() },
    "bincount": tensor { a in try a.tensor(0).binCount() },
  ]

  private static func correction(_ a: PythonArguments) throws -> Double {
    try a.double(99, "correction", a.bool(99, "unbiased", true) ? 1 : 0)
  }

  static let shapes: [String: Function] = [
    "reshape": tensor { a in try a.tensor(0).reshape(a.ints(1, "shape")) },
    "view": tensor { a in
      if case .dtype(let dtype)? = a.value(1, "dtype") { return try a.tensor(0).bits(as: dtype) }
      return try a.tensor(0).view(a.ints(1, "shape"))
    },
    "transpose": tensor { a in try a.tensor(0).transpose(a.int(1, "dim0"), a.int(2, "dim1")) },
    "t": tensor { a in try a.tensor(0).t() },
    "permute": tensor { a in try a.tensor(0).permute(a.ints(1, "dims")) },
    "movedim": tensor { a in try a.tensor(0).movedim(a.int(1, "source"), a.int(2, "destination")) },
    "expand": tensor { a in try a.tensor(0).expand(a.ints(1, "size")) },
    "squeeze": tensor { a in
      guard let dim = try a.optionalInt(1, "dim") else { return try a.tensor(0).squeeze() }
      return try a.tensor(0).squeeze(dim)
    },
    "unsqueeze": tensor { a in try a.tensor(0).unsqueeze(a.int(1, "dim")) },
    "flatten": tensor { a in try a.tensor(0).flatten(a.int(1, "start_dim", 0), a.int(2, "end_dim", -1)) },
    "unflatten": tensor { a in try a.tensor(0).unflatten(a.int(1, "dim"), a.ints(2, "sizes")) },
    "repeat": tensor { a in try a.tensor(0).repeat(a.ints(1, "repeats")) },
    "repeat_interleave": tensor { a in
      try a.tensor(0).repeatInterleave(a.int(1, "repeats"), dim: a.optionalInt(2, "dim"))
    },
    "tile": tensor { a in try a.tensor(0).tile(a.ints(1, "dims")) },
    "flip": tensor { a in try a.tensor(0).flip(a.ints(1, "dims")) },
    "roll": tensor { a in try a.tensor(0).roll(a.int(1, "shifts"), a.int(2, "dims")) },
    "narrow": tensor { a in try a.tensor(0).narrow(a.int(1, "dim"), a.int(2, "start"), a.int(3, "length")) },
    "select": tensor { a in try a.tensor(0).select(a.int(1, "dim"), a.int(2, "index")) },
    "tril": tensor { a in try a.tensor(0).tril(a.int(1, "diagonal", 0)) },
    "triu": tensor { a in try a.tensor(0).triu(a.int(1, "diagonal", 0)) },
    "diag": tensor { a in try a.tensor(0).diag() },
    "size": { a in .int(try a.tensor(0).size(a.int(1, "dim"))) },
    "broadcast_shapes": { a in
      let shapes = try (0..<a.positional.count).map { try a.ints($0, "shape") }
      _ = try Tensor.zeros(shapes[0]) + Tensor.zeros(shapes[1])
      return .none
    },
    "cat": tensor { a in try .cat(a.tensors(0, "tensors"), dim: a.int(1, "dim", 0)) },
    "stack": tensor { a in try .stack(a.tensors(0, "tensors"), dim: a.int(1, "dim", 0)) },
    "chunk": { a in PythonValue(try a.tensor(0).chunk(a.int(1, "chunks"), dim: a.int(2, "dim", 0))) },
    "split": { a in
      if case .list? = a.value(1, "split_size") {
        return PythonValue(try a.tensor(0).split(a.ints(1, "split_size"), dim: a.int(2, "dim", 0)))
      }
      return PythonValue(try a.tensor(0).split(a.int(1, "split_size"), dim: a.int(2, "dim", 0)))
    },
    "unbind": { a in PythonValue(try a.tensor(0).unbind(a.int(1, "dim", 0))) },
    "pad": tensor { a in try a.tensor(0).pad(a.ints(1, "pad"), value: a.double(99, "value", 0)) },
  ]

  static let picking: [String: Function] = [
    "where": tensor { a in
      guard let number = a.value(2, "other")?.scalar else {
        return try .where(a.tensor(0), a.tensor(1, "input"), a.tensor(2, "other"))
      }
      if case .int(let number) = number { return try .where(a.tensor(0), a.tensor(1), number) }
      return try .where(a.tensor(0), a.tensor(1), number.doubleValue)
    },
    "masked_fill": tensor { a in
      switch a.value(2, "value")?.scalar {
      case .int(let number)?: try a.tensor(0).maskedFill(a.tensor(1, "mask"), number)
      case .bool(let flag)?: try a.tensor(0).maskedFill(a.tensor(1, "mask"), flag)
      default: try a.tensor(0).maskedFill(a.tensor(1, "mask"), a.double(2, "value"))
      }
    },
    "masked_select": tensor { a in try a.tensor(0).maskedSelect(a.tensor(1, "mask")) },
    "gather": tensor { a in try a.tensor(0).gather(a.int(1, "dim"), a.tensor(2, "index")) },
    "index_select": tensor { a in try a.tensor(0).indexSelect(a.int(1, "dim"), a.tensor(2, "index")) },
    "scatter": tensor { a in try a.tensor(0).scatter(a.int(1, "dim"), a.tensor(2, "index"), a.tensor(3, "src")) },
    "scatter_add": tensor { a in try a.tensor(0).scatterAdd(a.int(1, "dim"), a.tensor(2, "index"), a.tensor(3, "src")) },
    "nonzero": tensor { a in try a.tensor(0).nonzero() },
    "one_hot": tensor { a in try a.tensor(0).oneHot(a.int(1, "num_classes")) },
    "clamp": tensor { a in
      try a.tensor(0).clamp(min: a.value(1, "min")?.scalar, max: a.value(2, "max")?.scalar)
    },
    "maximum": tensor { a in try a.tensor(0).maximum(a.tensor(1, "other")) },
    "minimum": tensor { a in try a.tensor(0).minimum(a.tensor(1, "other")) },
    "fmod": tensor { a in try a.tensor(0).fmod(a.tensor(1, "other")) },
    "logical_and": tensor { a in try a.tensor(0).logicalAnd(a.tensor(1, "other")) },
    "logical_or": tensor { a in try a.tensor(0).logicalOr(a.tensor(1, "other")) },
    "logical_xor": tensor { a in try a.tensor(0).logicalXor(a.tensor(1, "other")) },
    "isclose": tensor { a in
      try a.tensor(0).isClose(a.tensor(1), rtol: a.double(99, "rtol", 1e-5), equalNaN: a.bool(99, "equal_nan"))
    },
    "allclose": { a in .bool(try a.tensor(0).allClose(a.tensor(1), atol: a.double(99, "atol", 1e-8))) },
    "equal": { a in .bool(try a.tensor(0).equal(a.tensor(1))) },
    "add": tensor { a in
      let (x, y) = (try a.tensor(0), try a.tensor(1))
      switch a.named["alpha"]?.scalar {
      case .int(let alpha)?: return try x.add(y, alpha: alpha)
      default: return try x.add(y, alpha: a.double(99, "alpha", 1))
      }
    },
    "div": tensor { a in
      let (x, y) = (try a.tensor(0), try a.tensor(1))
      return try a.string("rounding_mode") == "floor" ? x.floorDivide(y) : x.truncDivide(y)
    },
    "lerp": tensor { a in try a.tensor(0).lerp(a.tensor(1, "end"), a.double(2, "weight")) },
    "copy_": tensor { a in
      var x = try a.tensor(0)
      try x.copy(from: a.tensor(1))
      return x
    },
    "add_": tensor { a in
      var x = try a.tensor(0)
      if case .tensor(let y) = a.positional[1] { try x += y } else { try x += a.double(1, "other") }
      return x
    },
    "mul_": tensor { a in
      var x = try a.tensor(0)
      try x *= a.tensor(1)
      return x
    },
    "item": { a in
      switch try a.tensor(0).item() {
      case .bool(let value): .bool(value)
      case .int(let value): .int(Int(value))
      case .float(let value): .float(value)
      }
    },
  ]

  private static func reduction(_ a: PythonArguments) throws -> LossReduction {
    guard let found = LossReduction(rawValue: a.string("reduction") ?? "mean") else { throw NotOffered(name: "reduction") }
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
      try rmsNorm(a.tensor(0), a.ints(1, "n"), weight: a.optionalTensor(2, "weight"), epsilon: a.optionalDouble(3, "eps"))
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
      guard let mode = InterpolationMode(rawValue: a.string("mode") ?? "nearest") else { throw NotOffered(name: "mode") }
      if let scale = try a.optionalDouble(99, "scale_factor") {
        return try interpolate(a.tensor(0), scale: scale, mode: mode)
      }
      guard a.named["size"] != nil else { throw NotOffered(name: "interpolate without a size") }
      return try interpolate(a.tensor(0), size: a.dims(99, "size"), mode: mode)
    },
    "scaled_dot_product_attention": tensor { a in
      try scaledDotProductAttention(
        a.tensor(0), a.tensor(1), a.tensor(2), mask: a.optionalTensor(3, "attn_mask"), isCausal: a.bool(99, "is_causal"),
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
      guard case .dtype(let dtype)? = a.positional.first else { throw NotOffered(name: "set_default_dtype(of this type)") }
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
      guard case .quantizedDType(let dtype)? = a.value(3, "dtype") else { throw NotOffered(name: "quantize to a plain dtype") }
      return .quantized(
        try QuantizedTensor(a.tensor(0), scale: a.double(1, "scale"), zeroPoint: a.int(2, "zero_point"), dtype: dtype))
    },
    "quantize_per_channel": { a in
      guard case .quantizedDType(let dtype)? = a.value(4, "dtype") else { throw NotOffered(name: "quantize to a plain dtype") }
      return .quantized(
        try QuantizedTensor(
          a.tensor(0), scales: [Double](a.tensor(1)), zeroPoints: [Int](a.tensor(2)), axis: a.int(3, "axis"), dtype: dtype))
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
        scale: a.double(1, "scale"), zeroPoint: a.int(2, "zero_point"), min: a.int(3, "quant_min"), max: a.int(4, "quant_max"))
    },
    "fake_quantize_per_channel_affine": tensor { a in
      try a.tensor(0).fakeQuantized(
        scales: [Double](a.tensor(1)), zeroPoints: [Int](a.tensor(2)), axis: a.int(3, "axis"), min: a.int(4, "quant_min"),
        max: a.int(5, "quant_max"))
    },
  ]
}

/// A list whose items are of several types.
struct AnyElements: TensorElements {
  var items: [any TensorElements] = []
  var item: (any TensorElements)?

  func collect(into literal: inout TensorLiteral, depth: Int) {
    if let item { return item.collect(into: &literal, depth: depth) }
    literal.enter(count: items.count, depth: depth)
    for item in items { item.collect(into: &literal, depth: depth + 1) }
  }
}
