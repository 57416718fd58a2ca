// Deep copies of any module, also of a class that a lesson has just written.

import Tensors

extension Module {
  /// A copy that shares nothing with this module: casting or loading into the one leaves the other alone.
  ///
  /// Every stored property is copied, whatever the subclass: modules, parameters and buffers are copied in their turn,
  /// also inside optionals, arrays, dictionaries, tuples and structs; values as values; functions and objects of other
  /// classes stay the same ones. What is shared within the module (tied weights) is shared within the copy. No
  /// initialiser runs, so nothing is drawn from the random stream.
  ///
  /// - Throws: ``ModuleError/cannotCopy(type:property:reason:)`` for a `weak` or `unowned` property, a property of a
  ///   non-copyable type, and a module, parameter or buffer inside an enum (other than an optional), a set or another
  ///   collection of the standard library.
  public final func copy() throws -> Self {
    try unsafeDowncast(Copier().copy(of: self), to: Self.self)
  }
}

/// One deep copy in progress.
private final class Copier {
  /// The copy of each object met so far.
  private var copies: [ObjectIdentifier: AnyObject] = [:]

  /// The copy of a module, a parameter or a buffer.
  ///
  /// First all properties are copied as they are, so that the copy is a whole object whatever happens; then the parts
  /// in them are replaced, which may lead back here.
  func copy(of original: AnyObject) throws -> AnyObject {
    if let copy = copies[ObjectIdentifier(original)] { return copy }
    let owner: AnyClass = type(of: original)
    let fields = try copyableFields(of: owner)
    let copy = try allocateInstance(of: owner)
    for field in fields { initialize(field, of: copy, from: original) }
    copies[ObjectIdentifier(original)] = copy
    for field in fields {
      let place = Place(owner: owner, property: field.propertyName)
      try replaceParts(at: address(of: copy) + field.offset, type: field.type, place: place)
    }
    return copy
  }

  /// Replaces the parts in a value that lies in memory.
  private func replaceParts(at pointer: UnsafeMutableRawPointer, type: Any.Type, place: Place) throws {
    func open<Value>(_: Value.Type) throws {
      let value = pointer.assumingMemoryBound(to: Value.self)
      value.pointee = try replacingParts(in: value.pointee, place: place)
    }
    try open(type)
  }

  /// A value with the modules, parameters and buffers in it replaced by their copies.
  func replacingParts<Value>(in value: Value, place: Place) throws -> Value {
    if _isPOD(Value.self) { return value }
    if let part = part(in: value) { return try copy(of: part) as? Value ?? value }
    if let holder = value as? any PartHolder {
      return try holder.replacingParts(by: self, place: place) as? Value ?? value
    }
    let dynamicType = type(of: value as Any)
    if dynamicType is AnyClass { return value }
    if dynamicType != Value.self { return try replacingParts(in: value, as: dynamicType, place: place) }
    if isWalkable(dynamicType) { return try replacingParts(inFieldsOf: value, place: place) }
    if holdsPart(value, depth: 8) { throw place.error("is a \(Value.self), in which no part can be replaced") }
    return value
  }

  /// Looks into an `any P`: its value is taken out, treated as what it is, and put back.
  private func replacingParts<Value>(in value: Value, as dynamicType: Any.Type, place: Place) throws -> Value {
    func open<Inner>(_: Inner.Type) throws -> Any {
      guard let inner = value as? Inner else { return value }
      return try replacingParts(in: inner, place: place)
    }
    return try open(dynamicType) as? Value ?? value
  }

  private func replacingParts<Value>(inFieldsOf value: Value, place: Place) throws -> Value {
    var result = value
    try withUnsafeMutablePointer(to: &result) { pointer in
      for field in storedFields(of: Value.self) where field.isStrong {
        try replaceParts(at: UnsafeMutableRawPointer(pointer) + field.offset, type: field.type, place: place)
      }
    }
    return result
  }
}

/// A property, for messages.
private struct Place {
  let owner: Any.Type
  let property: String

  func error(_ reason: String) -> ModuleError {
    .cannotCopy(type: String(describing: owner), property: property, reason: reason)
  }
}

/// A type whose elements a copy can replace.
private protocol PartHolder {
  func replacingParts(by copier: Copier, place: Place) throws -> Self
}

extension Optional: PartHolder {
  fileprivate func replacingParts(by copier: Copier, place: Place) throws -> Self {
    try map { try copier.replacingParts(in: $0, place: place) }
  }
}

extension Array: PartHolder {
  fileprivate func replacingParts(by copier: Copier, place: Place) throws -> Self {
    _isPOD(Element.self) ? self : try map { try copier.replacingParts(in: $0, place: place) }
  }
}

extension Dictionary: PartHolder {
  fileprivate func replacingParts(by copier: Copier, place: Place) throws -> Self {
    _isPOD(Value.self) ? self : try mapValues { try copier.replacingParts(in: $0, place: place) }
  }
}

/// The module, parameter or buffer that a value is.
private func part(in value: Any) -> AnyObject? {
  if let module = value as? Module { return module }
  if let parameter = value as? Parameter { return parameter }
  return value as? Buffer
}

/// Whether a value's fields can be looked through one by one: structs and tuples, but none of the standard library's,
/// whose fields are machine types.
private func isWalkable(_ type: Any.Type) -> Bool {
  let name = _typeName(type, qualified: true)
  return !name.hasPrefix("Swift.") && !name.hasPrefix("Builtin.") && !storedFields(of: type).isEmpty
}

/// Whether a part is somewhere inside, `depth` levels down at most.
private func holdsPart(_ value: Any, depth: Int) -> Bool {
  if part(in: value) != nil { return true }
  let mirror = Mirror(reflecting: value)
  if depth == 0 || mirror.displayStyle == .class { return false }
  return mirror.children.contains { holdsPart($0.value, depth: depth - 1) }
}
