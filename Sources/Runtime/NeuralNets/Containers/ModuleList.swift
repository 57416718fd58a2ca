// An ordered list of modules.

import Tensors

/// A module and its name within a container.
struct NamedModule {
  let name: String
  let module: Module
}

/// A list of modules, named by their positions `0`, `1`, …; it has no `forward` of its own.
///
/// The printed tree shows equal neighbours once: `(0-11): 12 x Block(...)`. A property of type `[Block]` shows in the
/// same way; a `ModuleList` is for modules of different classes, and where PyTorch has one.
///
///     let layers = ModuleList([try Linear(8, 4), ReLU(), try Linear(4, 2)])
///     var hidden = x
///     for layer in layers { hidden = try layer(hidden) }
public final class ModuleList: Module, Sequence {
  /// The modules in order.
  public private(set) var modules: [Module]

  /// Modules in the order given.
  public init(_ modules: [Module] = []) {
    self.modules = modules
    super.init()
  }

  /// The number of modules.
  public var count: Int { modules.count }

  /// The module at a position: `try list[0]`.
  ///
  /// - Throws: ``ModuleError/noElement(module:index:count:)``.
  public subscript(index: Int) -> Module {
    get throws { try element(of: modules, at: index, typeName) }
  }

  public func makeIterator() -> IndexingIterator<[Module]> { modules.makeIterator() }

  /// Adds a module at the end, under the next number.
  public func append(_ module: Module) {
    modules.append(module)
  }

  override func members() -> Members {
    Members(children: modules.enumerated().map { (String($0), $1) })
  }
}

/// An element of a container, or an error where an array would trap.
func element(of modules: [Module], at index: Int, _ container: String) throws -> Module {
  guard modules.indices.contains(index) else {
    throw ModuleError.noElement(module: container, index: index, count: modules.count)
  }
  return modules[index]
}
