// Functions of single elements.

internal import CKernels

private func floating(_ name: String, _ kernel: ck_unary_op, float16: Bool = true) -> UnaryOperation {
  UnaryOperation(name: name, kernel: kernel, result: .floating, acceptsFloat16: float16)
}

private enum Functions {
  static let abs = UnaryOperation(name: "abs", kernel: ck_abs, acceptsBool: false)
  static let sign = UnaryOperation(name: "sign", kernel: ck_sign)
  static let square = UnaryOperation(name: "square", kernel: ck_square)
  static let sqrt = floating("sqrt", ck_sqrt)
  static let rsqrt = floating("rsqrt", ck_rsqrt)
  static let reciprocal = floating("reciprocal", ck_reciprocal)
  static let exp = floating("exp", ck_exp)
  static let exp2 = floating("exp2", ck_exp2)
  static let expm1 = floating("expm1", ck_expm1)
  static let log = floating("log", ck_log)
  static let log2 = floating("log2", ck_log2)
  static let log10 = floating("log10", ck_log10)
  static let log1p = floating("log1p", ck_log1p)
  static let sin = floating("sin", ck_sin)
  static let cos = floating("cos", ck_cos)
  static let tan = floating("tan", ck_tan)
  static let asin = floating("asin", ck_asin)
  static let acos = floating("acos", ck_acos)
  static let atan = floating("atan", ck_atan)
  static let sinh = floating("sinh", ck_sinh)
  static let cosh = floating("cosh", ck_cosh)
  static let tanh = floating("tanh", ck_tanh)
  static let erf = floating("erf", ck_erf)
  static let floor = UnaryOperation(name: "floor", kernel: ck_floor, acceptsBool: false)
  static let ceil = UnaryOperation(name: "ceil", kernel: ck_ceil, acceptsBool: false)
  static let round = UnaryOperation(name: "round", kernel: ck_round, acceptsBool: false)
  static let trunc = UnaryOperation(name: "trunc", kernel: ck_trunc, acceptsBool: false)
  static let frac = UnaryOperation(name: "frac", kernel: ck_frac, acceptsInteger: false, acceptsBool: false)
  static let sigmoid = floating("sigmoid", ck_sigmoid)
  static let isNaN = UnaryOperation(name: "isnan", kernel: ck_is_nan, result: .bool)
  static let isInfinite = UnaryOperation(name: "isinf", kernel: ck_is_inf, result: .bool)
  static let isFinite = UnaryOperation(name: "isfinite", kernel: ck_is_finite, result: .bool)
}

extension Tensor {
  /// Absolute values; not for bool.
  public func abs() throws(TensorError) -> Tensor { try Functions.abs(self) }
  /// -1, 0 or 1.
  public func sign() throws(TensorError) -> Tensor { try Functions.sign(self) }
  /// x times x.
  public func square() throws(TensorError) -> Tensor { try Functions.square(self) }
  /// Square root. Integers give the default dtype, here and in the functions below.
  public func sqrt() throws(TensorError) -> Tensor { try Functions.sqrt(self) }
  /// 1 / square root.
  public func rsqrt() throws(TensorError) -> Tensor { try Functions.rsqrt(self) }
  /// 1 / x.
  public func reciprocal() throws(TensorError) -> Tensor { try Functions.reciprocal(self) }
  /// e to the power of x.
  public func exp() throws(TensorError) -> Tensor { try Functions.exp(self) }
  /// 2 to the power of x.
  public func exp2() throws(TensorError) -> Tensor { try Functions.exp2(self) }
  /// exp(x) - 1, exact for small x.
  public func expm1() throws(TensorError) -> Tensor { try Functions.expm1(self) }
  /// Natural logarithm.
  public func log() throws(TensorError) -> Tensor { try Functions.log(self) }
  /// Logarithm to the base 2.
  public func log2() throws(TensorError) -> Tensor { try Functions.log2(self) }
  /// Logarithm to the base 10.
  public func log10() throws(TensorError) -> Tensor { try Functions.log10(self) }
  /// log(1 + x), exact for small x.
  public func log1p() throws(TensorError) -> Tensor { try Functions.log1p(self) }
  /// Sine of an angle in radians.
  public func sin() throws(TensorError) -> Tensor { try Functions.sin(self) }
  /// Cosine of an angle in radians.
  public func cos() throws(TensorError) -> Tensor { try Functions.cos(self) }
  /// Tangent of an angle in radians.
  public func tan() throws(TensorError) -> Tensor { try Functions.tan(self) }
  /// Inverse sine, in radians.
  public func asin() throws(TensorError) -> Tensor { try Functions.asin(self) }
  /// Inverse cosine, in radians.
  public func acos() throws(TensorError) -> Tensor { try Functions.acos(self) }
  /// Inverse tangent, in radians.
  public func atan() throws(TensorError) -> Tensor { try Functions.atan(self) }
  /// Hyperbolic sine.
  public func sinh() throws(TensorError) -> Tensor { try Functions.sinh(self) }
  /// Hyperbolic cosine.
  public func cosh() throws(TensorError) -> Tensor { try Functions.cosh(self) }
  /// Hyperbolic tangent.
  public func tanh() throws(TensorError) -> Tensor { try Functions.tanh(self) }
  /// The error function.
  public func erf() throws(TensorError) -> Tensor { try Functions.erf(self) }
  /// Rounded down.
  public func floor() throws(TensorError) -> Tensor { try Functions.floor(self) }
  /// Rounded up.
  public func ceil() throws(TensorError) -> Tensor { try Functions.ceil(self) }
  /// Rounded to nearest, ties to even: 0.5 gives 0, 1.5 gives 2.
  public func round() throws(TensorError) -> Tensor { try Functions.round(self) }
  /// Rounded towards zero.
  public func trunc() throws(TensorError) -> Tensor { try Functions.trunc(self) }
  /// x - trunc(x); floats only.
  public func frac() throws(TensorError) -> Tensor { try Functions.frac(self) }
  /// 1 / (1 + exp(-x)).
  public func sigmoid() throws(TensorError) -> Tensor { try Functions.sigmoid(self) }
  /// Whether an element is not a number; bool.
  public func isNaN() throws(TensorError) -> Tensor { try Functions.isNaN(self) }
  /// Whether an element is infinite; bool.
  public func isInfinite() throws(TensorError) -> Tensor { try Functions.isInfinite(self) }
  /// Whether an element is neither NaN nor infinite; bool.
  public func isFinite() throws(TensorError) -> Tensor { try Functions.isFinite(self) }
}
