// Walking a module: its parameters, buffers and modules with their names, and what they weigh.

import Tensors

extension Module {
  /// The modules that this one holds, with their names, in order of declaration.
  public final var namedChildren: [(name: String, module: Module)] {
    members().children
  }

  /// The modules that this one holds, in order of declaration.
  public final var children: [Module] {
    members().children.map(\.module)
  }

  /// The parameters of this module itself, without its children's.
  public final var ownParameters: [(name: String, parameter: Parameter)] {
    members().parameters
  }

  /// The buffers of this module itself, without its children's.
  public final var ownBuffers: [(name: String, buffer: Buffer)] {
    members().buffers
  }

  /// This module, with the empty name, and all modules below it, each before its own children; a module that is held in
  /// two places is listed once, with its first name.
  public final var namedModules: [(name: String, module: Module)] {
    var seen: Set<ObjectIdentifier> = []
    return places().filter { seen.insert(ObjectIdentifier($0.module)).inserted }
  }

  /// All parameters with their names such as `layers.0.weight`: a module's own before its children's.
  ///
  /// A parameter that two modules share is listed once, under its first name.
  public final var namedParameters: [(name: String, parameter: Parameter)] {
    var seen: Set<ObjectIdentifier> = []
    return namedModules.flatMap { place in
      place.module.members().parameters.map { (joined(place.name, $0.name), $0.parameter) }
    }
    .filter { seen.insert(ObjectIdentifier($0.1)).inserted }
  }

  /// All parameters, each once.
  public final var parameters: [Parameter] {
    namedParameters.map(\.parameter)
  }

  /// All buffers with their names, those too that the state dict leaves out; a shared one is listed once.
  public final var namedBuffers: [(name: String, buffer: Buffer)] {
    var seen: Set<ObjectIdentifier> = []
    return namedModules.flatMap { place in
      place.module.members().buffers.map { (joined(place.name, $0.name), $0.buffer) }
    }
    .filter { seen.insert(ObjectIdentifier($0.1)).inserted }
  }

  /// The parameter of a name such as `layers.0.weight`.
  ///
  /// - Throws: ``ModuleError/noChild(module:name:names:)``.
  public final func parameter(named name: String) throws -> Parameter {
    let all = places().flatMap { place in
      place.module.members().parameters.map { (name: joined(place.name, $0.name), parameter: $0.parameter) }
    }
    guard let found = all.first(where: { $0.name == name }) else {
      throw ModuleError.noChild(module: typeName, name: name, names: all.map(\.name))
    }
    return found.parameter
  }

  /// The module of a name such as `layers.0`.
  ///
  /// - Throws: ``ModuleError/noChild(module:name:names:)``.
  public final func module(named name: String) throws -> Module {
    guard let found = places().first(where: { $0.name == name }) else {
      throw ModuleError.noChild(module: typeName, name: name, names: places().map(\.name).filter { !$0.isEmpty })
    }
    return found.module
  }

  /// The number of values in all parameters, a shared one counted once.
  public final var parameterCount: Int {
    parameters.reduce(0) { $0 + $1.count }
  }

  /// The bytes that the values of all parameters and buffers take, a shared one counted once.
  ///
  /// The same figure as `get_memory_footprint()` of Hugging Face's models.
  public final var memoryFootprint: Int {
    parameters.reduce(0) { $0 + $1.byteCount } + namedBuffers.reduce(0) { $0 + $1.buffer.byteCount }
  }

  /// Every place in the tree, a module that is held twice in both; one that holds itself is not followed again.
  func places() -> [(name: String, module: Module)] {
    var places: [(name: String, module: Module)] = []
    var path: Set<ObjectIdentifier> = []
    visit(name: "", path: &path) { places.append(($0, $1)) }
    return places
  }

  private func visit(name: String, path: inout Set<ObjectIdentifier>, body: (String, Module) -> Void) {
    guard path.insert(ObjectIdentifier(self)).inserted else { return }
    body(name, self)
    for child in members().children {
      child.module.visit(name: joined(name, child.name), path: &path, body: body)
    }
    path.remove(ObjectIdentifier(self))
  }
}

/// A name within a module, seen from outside.
func joined(_ prefix: String, _ name: String) -> String {
  prefix.isEmpty ? name : prefix + "." + name
}
