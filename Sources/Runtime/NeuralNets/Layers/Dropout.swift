// Leaving out values at random while training.

import Tensors

/// What layers have that leave out values at random while training: how often they do.
public class DropoutLayer: Module {
  /// The share of what becomes zero in training.
  public let p: Double
  /// Shown in the printed tree only.
  public let inplace: Bool

  /// - Parameter inplace: Shown in the printed tree, as PyTorch does; tensors being values, it changes nothing else.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` unless p is from 0 to 1.
  public init(_ p: Double = 0.5, inplace: Bool = false) throws {
    guard (0...1).contains(p) else {
      throw ModuleError.invalidArgument(module: "\(Self.self)", argument: "p", value: "\(p)", expected: "from 0 to 1")
    }
    self.p = p
    self.inplace = inplace
    super.init()
  }

  public override var details: String { "p=\(p), inplace=\(python(inplace))" }
}

/// In training each value becomes 0 with probability p and is otherwise divided by 1 - p; in inference nothing happens.
///
/// Whether it trains is the module's ``Module/isTraining``: `model.eval()` turns dropout off.
public final class Dropout: DropoutLayer {
  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.dropout(p, training: isTraining)
  }
}

/// As ``Dropout``, but whole channels become 0: neighbouring pixels say much the same, so that single ones would not be
/// missed (Tompson et al., 2015).
///
/// Input and output `[batch, channels, ...]`.
public final class Dropout2d: DropoutLayer {
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
}
