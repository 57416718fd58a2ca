// Making an instance of a class without its initialiser, for copies.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The stored properties of a class, if all of them can be copied.
///
/// Together they must fill the instance: a hole would be storage that reflection does not show.
func copyableFields(of type: AnyClass) throws -> [StoredField] {
  let fields = storedFields(of: type)
  var end = objectHeaderSize
  for field in fields {
    try checkCopyable(field, of: type)
    let (size, alignment) = layout(of: field.type)
    guard field.offset == roundedUp(end, to: alignment) else {
      throw hiddenStorage(before: field.propertyName, of: type)
    }
    end = field.offset + size
  }
  guard end == instanceSize(type) else { throw hiddenStorage(before: "end of the object", of: type) }
  return fields
}

private func checkCopyable(_ field: StoredField, of type: AnyClass) throws {
  let reason =
    if !field.isStrong {
      "is weak or unowned, and which object it should point to in the copy is not known"
    } else if field.type == Void.self {
      "is of a non-copyable type"
    } else {
      nil as String?
    }
  guard let reason else { return }
  throw ModuleError.cannotCopy(type: String(describing: type), property: field.propertyName, reason: reason)
}

private func hiddenStorage(before property: String, of type: AnyClass) -> ModuleError {
  .cannotCopy(
    type: String(describing: type), property: property, reason: "comes after storage that reflection does not show")
}

/// Copies one property into the raw memory of a new instance.
func initialize(_ field: StoredField, of copy: AnyObject, from original: AnyObject) {
  func open<Value>(_: Value.Type) {
    let value = (address(of: original) + field.offset).assumingMemoryBound(to: Value.self)
    (address(of: copy) + field.offset).initializeMemory(as: Value.self, to: value.pointee)
  }
  open(field.type)
}

/// A new instance whose properties are raw memory; the caller must initialise every one before anybody else sees it.
///
/// - Throws: ``ModuleError/cannotCopy(type:property:reason:)`` where the Swift runtime's allocator cannot be found (a
///   program linked statically without exported symbols).
func allocateInstance(of type: AnyClass) throws -> AnyObject {
  guard let allocateObject else {
    throw ModuleError.cannotCopy(
      type: String(describing: type), property: "isa", reason: "cannot be allocated: swift_allocObject was not found")
  }
  let metadata = unsafeBitCast(type, to: UnsafeRawPointer.self)
  let object = allocateObject(metadata, instanceSize(type), objectHeaderSize - 1)
  return Unmanaged<AnyObject>.fromOpaque(object).takeRetainedValue()
}

/// The type's metadata and the reference count.
private let objectHeaderSize = 2 * MemoryLayout<UnsafeRawPointer>.size

private func layout(of type: Any.Type) -> (size: Int, alignment: Int) {
  func open<Value>(_: Value.Type) -> (Int, Int) {
    (MemoryLayout<Value>.size, MemoryLayout<Value>.alignment)
  }
  return open(type)
}

private func roundedUp(_ offset: Int, to alignment: Int) -> Int {
  (offset + alignment - 1) / alignment * alignment
}

// MARK: - Entry points of the Swift runtime

/// The standard library's `_class_getInstancePositiveExtentSize`, with which it lays out tail-allocated buffers.
@_silgen_name("$ss36_class_getInstancePositiveExtentSizeySiyXlXpF")
private func instanceSize(_ type: AnyClass) -> Int

private typealias AllocateObject =
  @convention(c) (_ metadata: UnsafeRawPointer, _ size: Int, _ alignmentMask: Int) -> UnsafeMutableRawPointer

/// `swift_allocObject`, looked up by name because Swift code cannot declare a C function.
private let allocateObject: AllocateObject? = {
  #if canImport(Darwin)
    let everywhere = UnsafeMutableRawPointer(bitPattern: -2)  // RTLD_DEFAULT
  #else
    let everywhere: UnsafeMutableRawPointer? = nil  // RTLD_DEFAULT
  #endif
  return dlsym(everywhere, "swift_allocObject").map { unsafeBitCast($0, to: AllocateObject.self) }
}()
