// A class's or struct's stored properties with their places in memory, as the Swift runtime's reflection knows them.

/// One stored property of a class, a struct or a tuple.
struct StoredField {
  let name: String
  /// In bytes, from the start of the instance.
  let offset: Int
  let type: Any.Type
  /// False for `weak` and `unowned` properties.
  let isStrong: Bool

  /// A `lazy` property is stored under a name of the compiler's.
  var propertyName: String {
    let lazyPrefix = "$__lazy_storage_$_"
    return name.hasPrefix(lazyPrefix) ? String(name.dropFirst(lazyPrefix.count)) : name
  }
}

/// The stored properties of a type in declaration order, those of a superclass first.
///
/// `Mirror` gives the same names and values, but neither the places, which a copy needs, nor whether a
/// reference is weak, which tells a parent from a child.
func storedFields(of type: Any.Type) -> [StoredField] {
  (0..<runtimeFieldCount(type)).map { index in
    var record = RuntimeFieldRecord()
    let fieldType = runtimeFieldType(type, index: index, record: &record)
    defer { record.free?(record.name) }
    return StoredField(
      name: record.name.map { String(cString: $0) } ?? "", offset: runtimeFieldOffset(type, index: index),
      type: fieldType, isStrong: record.isStrong)
  }
}

/// The address of an object's first byte.
func address(of object: AnyObject) -> UnsafeMutableRawPointer {
  Unmanaged.passUnretained(object).toOpaque()
}

// MARK: - Entry points of the Swift runtime (stdlib/public/runtime/ReflectionMirror.cpp), which `Mirror` uses too

private struct RuntimeFieldRecord {
  var name: UnsafePointer<CChar>?
  var free: (@convention(c) (UnsafePointer<CChar>?) -> Void)?
  var isStrong = false
  var isVariable = false
}

@_silgen_name("swift_reflectionMirror_recursiveCount")
private func runtimeFieldCount(_ type: Any.Type) -> Int

@_silgen_name("swift_reflectionMirror_recursiveChildMetadata")
private func runtimeFieldType(
  _ type: Any.Type, index: Int, record: UnsafeMutablePointer<RuntimeFieldRecord>
) -> Any.Type

@_silgen_name("swift_reflectionMirror_recursiveChildOffset")
private func runtimeFieldOffset(_ type: Any.Type, index: Int) -> Int
