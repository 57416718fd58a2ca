// A linear layer and its activation function in one kernel.

import Tensors

/// A module that does nothing but to apply a function which products can apply to their results.
package protocol Activating: Module {
  var activation: Activation { get }
}

extension Linear {
  /// Runs this layer, then `next`: in one kernel, without a tensor in between, unless somebody wants to see that tensor
  /// or has written another forward function.
  package func callAsFunction(_ input: Tensor, then next: any Activating) throws -> Tensor {
    guard type(of: self) == Linear.self, forwardHooks.isEmpty, next.forwardHooks.isEmpty else {
      return try next(self(input))
    }
    return try linear(input, weight.tensor, bias?.tensor, activation: next.activation)
  }
}
