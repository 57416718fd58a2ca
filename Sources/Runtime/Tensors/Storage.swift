// The memory behind tensors: a block of bytes that views share.

internal import CKernels

/// A block of bytes, or the error of an operation that could not make one.
///
/// Sharing is safe: the bytes change only while a single tensor refers to them (see `Tensor.makeUnique`).
final class Storage: @unchecked Sendable {
  let bytes: UnsafeMutableRawPointer
  let count: Int
  /// Set on the result of a subscript that failed; every later use throws it.
  let failure: TensorError?
  /// Keeps borrowed memory (a mapped file) alive.
  private let owner: AnyObject?

  init(count: Int, failure: TensorError? = nil) throws(AllocationFailure) {
    let memory = ck_physical_memory()
    guard memory == 0 || count <= memory, let bytes = malloc64(max(count, 1)) else { throw AllocationFailure() }
    self.bytes = bytes
    self.count = count
    self.failure = failure
    self.owner = nil
  }

  /// Borrowed memory, which must not change while `owner` lives.
  init(borrowing bytes: UnsafeMutableRawPointer, count: Int, owner: AnyObject) {
    self.bytes = bytes
    self.count = count
    self.failure = nil
    self.owner = owner
  }

  /// No memory, only an error.
  init(failure: TensorError) {
    bytes = Storage.nowhere
    count = 0
    self.failure = failure
    owner = Storage.none
  }

  /// Borrowed memory is never written to.
  var isBorrowed: Bool { owner != nil }

  deinit { if owner == nil { ck_free(bytes) } }

  private final class Nothing: Sendable {}
  private static let none = Nothing()
  private nonisolated(unsafe) static let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
}

/// The system has no such block of memory.
struct AllocationFailure: Error {}

private func malloc64(_ count: Int) -> UnsafeMutableRawPointer? { ck_allocate(Int64(count)) }
