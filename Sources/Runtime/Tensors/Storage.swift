// The memory behind tensors: a block of bytes that views share.

internal import CKernels

/// A block of bytes, or the error of an operation that could not make one.
///
/// A small block lies behind the object's own fields, so that it costs one allocation. Sharing is safe: the bytes
/// change only while a single tensor refers to them (see `Tensor.makeUnique`).
final class Storage: ManagedBuffer<StorageFields, UInt64> {
  /// The most bytes that lie in the object; larger blocks are aligned for vectors.
  private static let tailCapacity = 512

  static func allocate(count: Int) throws(AllocationFailure) -> Storage {
    if count <= tailCapacity {
      let storage = object(words: (count + 7) / 8) { UnsafeMutableRawPointer($0) }
      storage.header.count = count
      return storage
    }
    guard let block = ck_take_block(Int64(count)) else { throw AllocationFailure() }
    let storage = object { _ in block }
    storage.header.count = count
    storage.header.isOwnBlock = true
    return storage
  }

  /// Borrowed memory, which must not change while `owner` lives.
  static func borrowing(_ bytes: UnsafeMutableRawPointer, count: Int, owner: AnyObject) -> Storage {
    let storage = object { _ in bytes }
    storage.header.count = count
    storage.header.attachment = owner
    return storage
  }

  /// No memory, only an error.
  static func failed(_ failure: TensorError) -> Storage {
    let storage = object(words: 1) { UnsafeMutableRawPointer($0) }
    storage.header.attachment = Failure(failure)
    return storage
  }

  private static func object(
    words: Int = 0, _ bytes: (UnsafeMutablePointer<UInt64>) -> UnsafeMutableRawPointer
  ) -> Storage {
    let buffer = create(minimumCapacity: words) { buffer in
      StorageFields(bytes: buffer.withUnsafeMutablePointerToElements(bytes))
    }
    return unsafeDowncast(buffer, to: Storage.self)
  }

  var bytes: UnsafeMutableRawPointer { header.bytes }

  /// Set on the result of a subscript that failed; every later use throws it.
  @inline(__always)
  var failure: TensorError? {
    guard let attachment = header.attachment else { return nil }
    return (attachment as? Failure)?.error
  }

  /// Borrowed memory is never written to.
  var isBorrowed: Bool { header.attachment != nil }

  deinit { if header.isOwnBlock { ck_return_block(header.bytes, Int64(header.count)) } }

  private final class Failure: Sendable {
    let error: TensorError
    init(_ error: TensorError) { self.error = error }
  }
}

/// What a ``Storage`` knows about its bytes.
struct StorageFields {
  let bytes: UnsafeMutableRawPointer
  var count = 0
  var isOwnBlock = false
  /// The owner of borrowed memory, or an error.
  var attachment: AnyObject?
}

/// The system has no such block of memory.
struct AllocationFailure: Error {}
