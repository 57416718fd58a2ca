// Modules that run one after the other.

import Tensors

/// Runs its modules in order, each on the result of the one before; empty, it returns its input.
///
///     let mlp = try Sequential {
///       try Linear(784, 128)
///       ReLU()
///       try Linear(128, 10)
///     }
///     let logits = try mlp(Tensor.ones([1, 784]))
///
/// The modules are named `0`, `1`, …, or as told: `Sequential(named: ["fc1": fc1, "act": ReLU()])`.
open class Sequential: Module {
  private let entries: [NamedModule]

  /// Modules that are there already, under the names `0`, `1`, …
  public init(_ modules: [Module]) {
    entries = modules.enumerated().map { NamedModule(name: String($0), module: $1) }
    super.init()
  }

  /// Modules one after the other, under the names `0`, `1`, …
  public convenience init(_ modules: Module...) {
    self.init(modules)
  }

  /// Modules under names of their own.
  public convenience init(named modules: KeyValuePairs<String, Module>) {
    self.init(entries: modules.map { NamedModule(name: $0, module: $1) })
  }

  init(entries: [NamedModule]) {
    self.entries = entries
    super.init()
  }

  /// Modules one per line, with `if`, `for` and `switch` as wanted.
  public convenience init(@SequentialBuilder _ modules: () throws -> [Module]) rethrows {
    self.init(try modules())
  }

  /// The modules in order.
  public final var modules: [Module] { entries.map(\.module) }

  /// The module at a position: `try mlp[0]`.
  ///
  /// - Throws: ``ModuleError/noElement(module:index:count:)``.
  public final subscript(index: Int) -> Module {
    get throws { try element(of: modules, at: index, typeName) }
  }

  open override func forward(_ input: Tensor) throws -> Tensor {
    var (output, position) = (input, 0)
    while position < entries.count {
      let module = entries[position].module
      position += 1
      if let layer = module as? Linear, position < entries.count, let next = entries[position].module as? any Activating
      {
        output = try layer(output, then: next)
        position += 1
      } else {
        output = try module(output)
      }
    }
    return output
  }

  override func members() -> Members {
    var members = super.members()
    members.children = entries.map { ($0.name, $0.module) } + members.children
    return members
  }
}

/// Collects the modules of a ``Sequential``.
@resultBuilder
public enum SequentialBuilder {
  public static func buildExpression(_ module: Module) -> [Module] { [module] }
  public static func buildExpression(_ modules: [Module]) -> [Module] { modules }
  public static func buildBlock(_ parts: [Module]...) -> [Module] { parts.flatMap(\.self) }
  public static func buildArray(_ parts: [[Module]]) -> [Module] { parts.flatMap(\.self) }
  public static func buildOptional(_ part: [Module]?) -> [Module] { part ?? [] }
  public static func buildEither(first: [Module]) -> [Module] { first }
  public static func buildEither(second: [Module]) -> [Module] { second }
}
