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
///     let layers = ModuleList([try Linear(4, 8), ReLU(), try Linear(8, 2)])
///     for layer in layers { x = try layer(x) }
public final class ModuleList: Module, RandomAccessCollection {
  /// The modules in order.
  public private(set) var modules: [Module]

  public init(_ modules: [Module] = []) {
    self.modules = modules
    super.init()
  }

  public var startIndex: Int { modules.startIndex }
  public var endIndex: Int { modules.endIndex }

  /// The module at a position that the list has; ``element(at:)`` throws where this would trap.
  public subscript(position: Int) -> Module { modules[position] }

  /// The module at a position.
  ///
  /// - Throws: ``ModuleError/noElement(module:index:count:)``.
  public func element(at index: Int) throws -> Module {
    guard modules.indices.contains(index) else {
      throw ModuleError.noElement(module: typeName, index: index, count: count)
    }
    return modules[index]
  }

  public func append(_ module: Module) {
    modules.append(module)
  }

  override func members() -> Members {
    Members(children: modules.enumerated().map { (String($0), $1) })
  }
}
