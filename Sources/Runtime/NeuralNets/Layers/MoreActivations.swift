// Activation functions that are met less often.

import Tensors

/// y = min(max(0, x), 6).
public final class ReLU6: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { try input.relu6() }
}

/// y = x where positive, else slope · x.
public final class LeakyReLU: Module {
  /// The slope below 0.
  public let negativeSlope: Double

  /// - Parameter negativeSlope: The slope below 0.
  public init(_ negativeSlope: Double = 0.01) {
    self.negativeSlope = negativeSlope
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.leakyReLU(negativeSlope: negativeSlope) }

  public override var details: String { "negative_slope=\(python(negativeSlope))" }
}

/// y = x where positive, else a · x with a learned `weight`, one for all channels or one for each; it begins at 0.25.
public final class PReLU: Module {
  /// The slopes below 0: one, or one for each channel.
  public var weight: Parameter

  /// - Parameter count: 1, or the number of channels in dimension 1.
  /// - Throws: `TensorError` for a negative count.
  public init(_ count: Int = 1, initial: Double = 0.25, dtype: DType? = nil) throws {
    weight = try Parameter(Tensor.full([count], initial, dtype: parameterDType(dtype)))
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let slopes = weight.count == 1 ? [1] : [-1] + [Int](repeating: 1, count: max(0, input.rank - 2))
    return try input.maximum(Tensor.zeros([], dtype: input.dtype))
      + input.minimum(Tensor.zeros([], dtype: input.dtype)) * weight.tensor.reshape(slopes)
  }

  public override var details: String { "num_parameters=\(weight.count)" }
}

/// y = x where positive, else α (eˣ - 1).
public final class ELU: Module {
  /// The limit towards minus infinity, with its sign changed.
  public let alpha: Double

  /// - Parameter alpha: The limit towards minus infinity, with its sign changed.
  public init(alpha: Double = 1) {
    self.alpha = alpha
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.elu(alpha: alpha) }

  public override var details: String { "alpha=\(python(alpha))" }
}

/// y = x · ReLU6(x + 3) / 6.
public final class Hardswish: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { try input.hardswish() }
}

/// y = x · tanh(log(1 + eˣ)).
public final class Mish: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { try input.mish() }
}

/// y = log(1 + eᵝˣ) / β, and x itself where βx is above the threshold.
public final class Softplus: Module {
  /// How sharply it bends.
  public let beta: Double
  /// Where it changes from one rule to the other.
  public let threshold: Double

  /// - Parameter threshold: Where beta · x is greater, the result is x itself.
  public init(beta: Double = 1, threshold: Double = 20) {
    (self.beta, self.threshold) = (beta, threshold)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.softplus(beta: beta, threshold: threshold)
  }

  public override var details: String { "beta=\(beta.significant), threshold=\(threshold.significant)" }
}

extension Double {
  /// A whole number without `.0`, as Python shows an integer argument.
  fileprivate var significant: String {
    Int(exactly: self).map(String.init) ?? python(self)
  }
}

/// y = a · sigmoid(b), a and b being the halves of the input along one dimension (Dauphin et al., 2017).
public final class GLU: Module {
  /// The dimension that it works along.
  public let dim: Int

  /// - Parameter dim: The dimension that is halved.
  public init(dim: Int = -1) {
    self.dim = dim
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let size = try input.size(dim)
    guard size.isMultiple(of: 2) else {
      throw TensorError.shapeMismatch(operation: "GLU", shapes: [input.shape], rule: "dimension \(dim) must be even")
    }
    let halves = try input.split([size / 2, size / 2], dim: dim)
    return try halves[0] * halves[1].sigmoid()
  }

  public override var details: String { "dim=\(dim)" }
}

/// y = x, cut off below and above.
public final class Hardtanh: Module {
  /// The lower limit.
  public let least: Double
  /// The upper limit.
  public let greatest: Double

  /// - Parameter least: What smaller values become; greater ones become `greatest`.
  public init(_ least: Double = -1, _ greatest: Double = 1) {
    (self.least, self.greatest) = (least, greatest)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.clamp(min: .float(least), max: .float(greatest))
  }

  public override var details: String { "min_val=\(python(least)), max_val=\(python(greatest))" }
}

/// y = x above the threshold, else a fixed value.
public final class Threshold: Module {
  /// Where it changes from one rule to the other.
  public let threshold: Double
  /// What stands in for values up to the threshold.
  public let value: Double

  /// - Parameter value: What values up to the threshold become.
  public init(_ threshold: Double, _ value: Double) {
    (self.threshold, self.value) = (threshold, value)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try Tensor.where(input .> threshold, input, value)
  }

  public override var details: String { "threshold=\(threshold.significant), value=\(value.significant)" }
}
