// The parts of one module, found by reflection.

/// What a module holds itself: parameters, buffers and children, each with its name, in order of declaration.
struct Members {
  var parameters: [(name: String, parameter: Parameter)] = []
  var buffers: [(name: String, buffer: Buffer)] = []
  var children: [(name: String, module: Module)] = []

  /// The parts of a container, which knows them itself.
  init(children: [(name: String, module: Module)]) {
    self.children = children
  }

  /// Looks through the stored properties; `weak` and `unowned` ones point elsewhere and are no parts.
  init(of module: Module) {
    let start = UnsafeRawPointer(address(of: module))
    for field in storedFields(of: type(of: module)).dropFirst(Members.baseFieldCount) where field.isStrong {
      guard let value = load(start + field.offset, as: field.type) else { continue }
      add(value, name: module.key(ofProperty: field.propertyName))
    }
  }

  /// The properties that ``Module`` itself has, which are no parts.
  private static let baseFieldCount = storedFields(of: Module.self).count

  private mutating func add(_ value: Any, name: String) {
    switch value {
    case let parameter as Parameter: parameters.append((name, parameter))
    case let buffer as Buffer: buffers.append((name, buffer))
    case let module as Module: children.append((name, module))
    default: addElements(of: value, name: name)
    }
  }

  /// Parameters and buffers of a collection are named `name.0`, `name.1`; modules form a `ModuleList` or `ModuleDict`.
  private mutating func addElements(of value: Any, name: String) {
    if let module = container(of: value) {
      return children.append((name, module))
    }
    for (index, element) in elements(of: value, as: Parameter.self).enumerated() {
      parameters.append(("\(name).\(index)", element))
    }
    for (index, element) in elements(of: value, as: Buffer.self).enumerated() {
      buffers.append(("\(name).\(index)", element))
    }
  }
}

/// Reads the value of a type that is known only at run time; nil where the type holds no references.
private func load(_ pointer: UnsafeRawPointer, as type: Any.Type) -> Any? {
  func open<Value>(_: Value.Type) -> Any? {
    _isPOD(Value.self) ? nil : pointer.assumingMemoryBound(to: Value.self).pointee
  }
  return open(type)
}

/// An array or dictionary of modules as one module; nil for every other value, and for an empty one, whose element
/// type cannot be told.
private func container(of value: Any) -> Module? {
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.flatMap { container(of: $0.value) }
  case .collection: return list(mirror.children)
  case .dictionary: return dictionary(mirror.children)
  default: return nil
  }
}

private func list(_ children: Mirror.Children) -> ModuleList? {
  guard let first = children.first, asModule(first.value) != nil else { return nil }
  let modules = children.compactMap { asModule($0.value) }
  return modules.count == children.count ? ModuleList(modules) : nil
}

private func dictionary(_ children: Mirror.Children) -> ModuleDict? {
  var entries: [NamedModule] = []
  for child in children {
    let pair = Mirror(reflecting: child.value).children.map(\.value)
    guard pair.count == 2, let key = pair[0] as? String, let module = asModule(pair[1]) else { return nil }
    entries.append(NamedModule(name: key, module: module))
  }
  return entries.isEmpty ? nil : ModuleDict(entries.sorted { $0.name < $1.name })
}

private func asModule(_ value: Any) -> Module? {
  value as? Module ?? container(of: value)
}

/// The elements of an array of one class; empty for every other value.
private func elements<Element: AnyObject>(of value: Any, as type: Element.Type) -> [Element] {
  let mirror = Mirror(reflecting: value)
  guard mirror.displayStyle == .collection, mirror.children.first?.value is Element else { return [] }
  return mirror.children.compactMap { $0.value as? Element }
}
