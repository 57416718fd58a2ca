// PyTorch's functions and methods by name, and what they are called here: the table that the reference files run by.

import Tensors

enum PythonFunctions {
  typealias Function = @Sendable (PythonArguments) throws -> PythonValue

  static let table: [String: Function] = [creation, random, unary, reductions, shapes, picking, layers, others]
    .reduce(into: [:]) { all, part in all.merge(part) { $1 } }

  static func tensor(_ body: @escaping @Sendable (PythonArguments) throws -> Tensor) -> Function {
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
    guard let first = a.value(0, "end")?.scalar else { throw NotOffered(name: "arange") }
    func call<A: TensorScalar>(_ start: A) throws -> Tensor {
      guard let end = a.value(1, "end")?.scalar else { return try .arange(start, dtype: a.dtype) }
      func next<B: TensorScalar>(_ end: B) throws -> Tensor {
        switch a.value(2, "step")?.scalar {
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
    "Tensor": tensor { a in try make(numbers(a.required(0)), defaultDType) },
    "LongTensor": tensor { a in try make(numbers(a.required(0)), .int64) },
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
      try .randint(
        a.int(0, "low"), a.int(1, "high"), a.ints(2, "size"), dtype: a.dtype ?? .int64, generator: a.generator)
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
      let mean = try a.required(0).scalar.map { try Tensor($0.doubleValue) } ?? a.tensor(0)
      return try .normal(mean, a.tensor(1, "std"))
    },
    "dropout": tensor { a in try a.tensor(0).dropout(a.double(1, "p", 0.5), training: a.bool(2, "training", true)) },
    "Generator": { _ in .generator(Generator()) },
    "manual_seed": { a in
      guard case .generator(let generator)? = a.positional.first else {
        manualSeed(try a.int(0, "seed"))
        return .none
      }
      generator.manualSeed(UInt64(bitPattern: Int64(try a.int(1, "seed"))))
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
