// The base class of everything that has parameters: layers, and the models that a lesson builds of them.

import Tensors

/// A piece of a neural network: it holds parameters, buffers and other modules, and turns a tensor into another.
///
/// A subclass finds its parts by itself: every stored property that is a ``Parameter``, a ``Buffer`` or a
/// `Module` (also an optional, an array or a dictionary with text keys of these) belongs to it, in the order of
/// declaration, a superclass's first, under the property's name.
///
/// For example:
///
///     final class Classifier: Module {
///       let embedding: Embedding
///       let head: Linear
///
///       init(words: Int, classes: Int) throws {
///         embedding = try Embedding(words, 16)
///         head = try Linear(16, classes)
///       }
///
///       override func forward(_ words: Tensor) throws -> Tensor {
///         try head(embedding(words))
///       }
///     }
///
///     let model = try Classifier(words: 100, classes: 3)
///     let logits = try model(Tensor([4, 2, 7]))
///     print(model)                       // the tree, as PyTorch prints it
///     model.namedParameters.map(\.name)  // ["embedding.weight", "head.weight", "head.bias"]
///
/// Differs from PyTorch's `nn.Module`: an array or a dictionary of modules in a property is itself a child, and
/// shows as `ModuleList` or `ModuleDict` (a dictionary's keys sorted).
open class Module: CustomStringConvertible {
  /// Whether layers that behave differently in training (``Dropout``) do so; see ``train(_:)`` and ``eval()``.
  public internal(set) var isTraining: Bool

  /// In the order of their registration.
  var forwardHooks: [ForwardHook] = []

  /// A module in training mode, as PyTorch's are.
  ///
  /// It takes an argument so that a subclass's own `init() throws` is not an override.
  public init(training: Bool = true) {
    isTraining = training
  }

  /// The computation of this module; a subclass overrides it. Call the module itself, `model(x)`, to run it.
  ///
  /// - Throws: ``ModuleError/noForward(module:)`` when the subclass has not overridden it.
  open func forward(_ input: Tensor) throws -> Tensor {
    throw ModuleError.noForward(module: typeName)
  }

  /// Runs ``forward(_:)``, then the hooks.
  public final func callAsFunction(_ input: Tensor) throws -> Tensor {
    try runHooks(input: input, output: forward(input))
  }

  /// The name under which a stored property appears in ``namedParameters`` and ``stateDict``; the property's own
  /// unless a subclass answers otherwise, as the layers do whose keys in a checkpoint are not Swift's style.
  open func key(ofProperty property: String) -> String {
    property
  }

  /// The name in the printed tree: the type's.
  open var typeName: String {
    String(describing: type(of: self))
  }

  /// What stands between the parentheses in the printed tree, such as `in_features=2, out_features=2, bias=True`.
  open var details: String {
    ""
  }

  /// The parts of this module itself, without those of its children.
  func members() -> Members {
    Members(of: self)
  }
}
