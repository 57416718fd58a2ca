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
    guard (0...1).contains(p) else {
      throw ModuleError.invalidArgument(module: "Dropout", argument: "p", value: "\(p)", expected: "from 0 to 1")
    }
    self.p = p
    self.inplace = inplace
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.dropout(p, training: isTraining)
  }

  public override var details: String { "p=\(p), inplace=\(python(inplace))" }
}
