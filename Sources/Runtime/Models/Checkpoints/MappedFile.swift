// Files as memory: nothing is read before it is used, and the system may drop it again.

import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file mapped for reading, for as long as this object or a tensor that borrows from it lives.
///
/// The size is read once. A file that somebody cuts short while it is mapped raises SIGBUS when a part that is gone gets used;
/// that cannot be caught here. Files that are replaced by renaming, as the hub's cache and `StateDict.save` do it, are safe.
final class MappedFile: Sendable {
  let path: String
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init(path: String) throws(ModelError) {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw Self.lastError(path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw Self.lastError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(file: path, reason: "it is not a file") }
    self.path = path
    self.bytes = try Self.map(file, Int(status.st_size), path)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  private static func map(_ file: Int32, _ size: Int, _ path: String) throws(ModelError) -> UnsafeRawBufferPointer {
    guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else {
      throw lastError(path)
    }
    return UnsafeRawBufferPointer(start: start, count: size)
  }

  private static func lastError(_ path: String) -> ModelError {
    .unreadable(file: path, reason: String(cString: strerror(errno)))
  }

  /// Lets the system drop these bytes from memory; they are read again if they are used again.
  func release(_ range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let (first, last) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
    if first < last { madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, MADV_DONTNEED) }
  }
}
