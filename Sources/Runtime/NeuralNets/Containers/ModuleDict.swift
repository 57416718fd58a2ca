// Modules by name, in order.

import Tensors

/// Modules by name, in the order in which they were given; it has no `forward` of its own.
///
///     let heads = ModuleDict(["caption": try Linear(8, 100), "score": try Linear(8, 1)])
///     let score = try heads.module(named: "score")
public final class ModuleDict: Module {
  private var entries: [NamedModule]

  /// Modules under their names, in the order given.
  public init(_ modules: KeyValuePairs<String, Module> = [:]) {
    entries = modules.map { NamedModule(name: $0, module: $1) }
    super.init()
  }

  init(_ entries: [NamedModule]) {
    self.entries = entries
    super.init()
  }

  /// The names in order.
  public var names: [String] { entries.map(\.name) }

  /// The module of a name; nil when there is none.
  public subscript(name: String) -> Module? {
    entries.first { $0.name == name }?.module
  }

  override func members() -> Members {
    Members(children: entries.map { ($0.name, $0.module) })
  }
}
