// Modules whose parts have the names that checkpoints use.

import NeuralNets
import Tensors

/// A module whose keys are its properties' names in snake case, as PyTorch's are, but for those it lists.
public class CheckpointModule: Module {
  /// The keys of properties whose names in the checkpoint are not Swift's style.
  class var keys: [String: String] { [:] }

  public final override func key(ofProperty property: String) -> String {
    Self.keys[property] ?? snakeCase(property)
  }
}

/// An activation function as a layer, under the name that transformers prints.
final class ActivationFunction: Module, Activating {
  private let function: BlipActivation

  init(_ function: BlipActivation) {
    self.function = function
    super.init()
  }

  override var typeName: String {
    switch function {
    case .gelu: "GELUActivation"
    case .geluTanh: "NewGELUActivation"
    case .relu: "ReLU"
    }
  }

  var activation: Activation {
    switch function {
    case .gelu: .gelu()
    case .geluTanh: .gelu(approximate: .tanh)
    case .relu: .relu
    }
  }

  override func forward(_ input: Tensor) throws -> Tensor { try activation(input) }
}
