// Leaving out values at random while training.

import Tensors

/// In training each value becomes 0 with probability p and is otherwise divided by 1 - p; in inference nothing happens.
///
/// Whether it trains is the module's ``Module/isTraining``: `model.eval()` turns dropout off.
public final class Dropout: Module {
  /// The share of elements that become zero in training.
  public let p: Double
  /// Shown in the printed tree only.
  public let inplace: Bool

  /// - Parameter inplace: Shown in the printed tree, as PyTorch does; tensors being values, it changes nothing else.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` unless p is from 0 to 1.
  public init(_ p: Double = 0.5, inplace: Bool = false) throws {
    self.p = try probability(p, "Dropout")
    self.inplace = inplace
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.dropout(p, training: isTraining)
  }

  public override var details: String { "p=\(p), inplace=\(python(inplace))" }
}

/// As ``Dropout``, but whole channels become 0: neighbouring pixels say much the same, so that single ones would not be
/// missed (Tompson et al., 2015).
///
/// Input and output `[batch, channels, ...]`.
public final class Dropout2d: Module {
  /// The share of channels that become zero in training.
  public let p: Double
  /// Shown in the printed tree only.
  public let inplace: Bool

  /// - Parameter inplace: Shown in the printed tree, as PyTorch does; tensors being values, it changes nothing else.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` unless p is from 0 to 1.
  public init(_ p: Double = 0.5, inplace: Bool = false) throws {
    self.p = try probability(p, "Dropout2d")
    self.inplace = inplace
    super.init()
  }

  /// - Throws: `TensorError.shapeMismatch` for fewer than two dimensions.
  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank >= 2 else {
      throw TensorError.shapeMismatch(
        operation: typeName, shapes: [input.shape], rule: "expects [batch, channels, ...]")
    }
    guard isTraining, p > 0, input.count > 0 else { return input }
    let channels = input.shape.prefix(2) + [Int](repeating: 1, count: input.rank - 2)
    return try input * Tensor.ones([Int](channels), dtype: input.dtype).dropout(p, training: true)
  }

  public override var details: String { "p=\(p), inplace=\(python(inplace))" }
}

private func probability(_ p: Double, _ module: String) throws -> Double {
  guard (0...1).contains(p) else {
    throw ModuleError.invalidArgument(module: module, argument: "p", value: "\(p)", expected: "from 0 to 1")
  }
  return p
}
