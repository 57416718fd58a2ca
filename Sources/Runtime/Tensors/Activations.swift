// Activation functions, elementwise.

internal import CKernels

private func activation(_ name: String, _ kernel: ck_unary_op) -> UnaryOperation {
  UnaryOperation(name: name, kernel: kernel, acceptsInteger: false, acceptsBool: false)
}

private enum Activations {
  static let relu = UnaryOperation(name: "relu", kernel: ck_relu, acceptsBool: false)
  static let relu6 = UnaryOperation(name: "relu6", kernel: ck_relu6, acceptsBool: false)
  static let gelu = activation("gelu", ck_gelu)
  static let geluTanh = activation("gelu", ck_gelu_tanh)
  static let silu = activation("silu", ck_silu)
  static let softplus = activation("softplus", ck_softplus)
  static let elu = activation("elu", ck_elu)
  static let leakyReLU = activation("leaky_relu", ck_leaky_relu)
  static let mish = activation("mish", ck_mish)
  static let hardswish = activation("hardswish", ck_hardswish)
  static let hardsigmoid = activation("hardsigmoid", ck_hardsigmoid)
  static let logSigmoid = activation("log_sigmoid", ck_log_sigmoid)
}

/// How ``Tensor/gelu(approximate:)`` computes.
public enum GELUApproximation: String, Sendable, Hashable {
  /// x times the normal distribution function, by the error function.
  case none
  /// By the hyperbolic tangent, as the first implementations did.
  case tanh
}

/// A function of one number that ``linear(_:_:_:activation:)`` can apply to what it computes.
public enum Activation: Sendable, Hashable {
  /// ``Tensor/relu()``.
  case relu
  /// ``Tensor/gelu(approximate:)``.
  case gelu(approximate: GELUApproximation = .none)
  /// ``Tensor/silu()``.
  case silu
  /// ``Tensor/sigmoid()``.
  case sigmoid
  /// ``Tensor/tanh()``.
  case tanh

  /// The function of each element, by itself.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for dtypes that the function does not take.
  public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
    switch self {
    case .relu: try x.relu()
    case .gelu(let approximation): try x.gelu(approximate: approximation)
    case .silu: try x.silu()
    case .sigmoid: try x.sigmoid()
    case .tanh: try x.tanh()
    }
  }

  var kernel: ck_unary_op {
    switch self {
    case .relu: ck_relu
    case .gelu(.none): ck_gelu
    case .gelu(.tanh): ck_gelu_tanh
    case .silu: ck_silu
    case .sigmoid: ck_sigmoid
    case .tanh: ck_tanh
    }
  }
}

extension Tensor {
  /// max(x, 0).
  public func relu() throws(TensorError) -> Tensor { try Activations.relu(self) }

  /// min(max(x, 0), 6).
  public func relu6() throws(TensorError) -> Tensor { try Activations.relu6(self) }

  /// x times the normal distribution function of x (Hendrycks and Gimpel, https://arxiv.org/abs/1606.08415).
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for integers, as the functions below.
  public func gelu(approximate: GELUApproximation = .none) throws(TensorError) -> Tensor {
    try approximate == .none ? Activations.gelu(self) : Activations.geluTanh(self)
  }

  /// x times sigmoid(x).
  public func silu() throws(TensorError) -> Tensor { try Activations.silu(self) }

  /// log(1 + exp(beta x)) / beta; x itself where beta x exceeds the threshold.
  public func softplus(beta: Double = 1, threshold: Double = 20) throws(TensorError) -> Tensor {
    try Activations.softplus(self, beta, threshold)
  }

  /// x where positive, else alpha (exp(x) - 1).
  public func elu(alpha: Double = 1) throws(TensorError) -> Tensor { try Activations.elu(self, alpha) }

  /// x where positive, else slope times x.
  public func leakyReLU(negativeSlope: Double = 0.01) throws(TensorError) -> Tensor {
    try Activations.leakyReLU(self, negativeSlope)
  }

  /// x tanh(softplus(x)) (Misra, https://arxiv.org/abs/1908.08681).
  public func mish() throws(TensorError) -> Tensor { try Activations.mish(self) }

  /// x relu6(x + 3) / 6.
  public func hardswish() throws(TensorError) -> Tensor { try Activations.hardswish(self) }

  /// relu6(x + 3) / 6.
  public func hardsigmoid() throws(TensorError) -> Tensor { try Activations.hardsigmoid(self) }

  /// log(sigmoid(x)), without overflow.
  public func logSigmoid() throws(TensorError) -> Tensor { try Activations.logSigmoid(self) }

  /// Zeros elements with probability `p` and scales the others by 1 / (1 - p); the tensor itself unless training.
  ///
  /// Draws one word of the generator, as PyTorch 2.1.1 on x86.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` unless p is between 0 and 1.
  public func dropout(_ p: Double = 0.5, training: Bool, generator: Generator = .default) throws(TensorError) -> Tensor
  {
    try check()
    guard p >= 0 && p <= 1 else {
      throw .invalidArgument(operation: "dropout", reason: "the probability \(p) is not between 0 and 1")
    }
    guard training, p > 0, count > 0 else { return self }
    if p == 1 { return try self * Tensor.zeros(shape, dtype: dtype) }
    var kept = try Tensor(uninitialized: shape, dtype: dtype)
    try kept.bernoulli(1 - p, generator: generator)
    return try self * (kept / (1 - p))
  }
}
