// Functions of single numbers as layers; none has parameters.

import Tensors

/// y = max(0, x).
public final class ReLU: Module, Activating {
  /// Shown in the printed tree only.
  public let inplace: Bool

  /// - Parameter inplace: Shown in the printed tree, as PyTorch does; tensors being values, it changes nothing else.
  public init(inplace: Bool = false) {
    self.inplace = inplace
    super.init()
  }

  package var activation: Activation { .relu }

  public override func forward(_ input: Tensor) throws -> Tensor { try activation(input) }

  public override var details: String { inplace ? "inplace=True" : "" }
}

/// y = x · Φ(x), Φ being the normal distribution's cumulative function (Hendrycks and Gimpel, 2016).
public final class GELU: Module, Activating {
  /// How Φ is computed: by the error function, (1 + erf(x/√2)) / 2, or by (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
  public let approximate: GELUApproximation

  /// - Parameter approximate: How Φ is computed.
  public init(approximate: GELUApproximation = .none) {
    self.approximate = approximate
    super.init()
  }

  package var activation: Activation { .gelu(approximate: approximate) }

  public override func forward(_ input: Tensor) throws -> Tensor { try activation(input) }

  public override var details: String { "approximate='\(approximate.rawValue)'" }
}

/// y = x · sigmoid(x), also called swish.
public final class SiLU: Module, Activating {
  package var activation: Activation { .silu }

  public override func forward(_ input: Tensor) throws -> Tensor { try activation(input) }
}

/// y = 1 / (1 + e⁻ˣ).
public final class Sigmoid: Module, Activating {
  package var activation: Activation { .sigmoid }

  public override func forward(_ input: Tensor) throws -> Tensor { try activation(input) }
}

/// y = tanh x.
public final class Tanh: Module, Activating {
  package var activation: Activation { .tanh }

  public override func forward(_ input: Tensor) throws -> Tensor { try activation(input) }
}

/// y = eˣ / Σ eˣ along one dimension, so that the values there add up to 1.
public final class Softmax: Module {
  /// The dimension that it works along.
  public let dim: Int?

  /// - Parameter dim: Negative dimensions count from the end; without one, 0 for tensors of 0, 1 or 3 dimensions, else
  ///   1, as PyTorch chooses.
  public init(dim: Int? = nil) {
    self.dim = dim
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.softmax(dim: dim ?? implicitDim(input)) }

  public override var details: String { "dim=\(dim.map(String.init) ?? "None")" }
}

/// y = x - log Σ eˣ along one dimension: the logarithm of ``Softmax``.
public final class LogSoftmax: Module {
  /// The dimension that it works along.
  public let dim: Int?

  /// - Parameter dim: Negative dimensions count from the end; without one, 0 for tensors of 0, 1 or 3 dimensions, else
  ///   1, as PyTorch chooses.
  public init(dim: Int? = nil) {
    self.dim = dim
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.logSoftmax(dim: dim ?? implicitDim(input))
  }

  public override var details: String { "dim=\(dim.map(String.init) ?? "None")" }
}

private func implicitDim(_ input: Tensor) -> Int {
  [0, 1, 3].contains(input.rank) ? 0 : 1
}
