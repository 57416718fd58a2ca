// A file as memory: nothing of it is read before it is used.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file, mapped for reading. Tensors that borrow them keep the mapping alive.
///
/// As with every mapping, a file that somebody shortens meanwhile ends the process at the first use of what is gone.
final class MappedFile: @unchecked Sendable {
  let path: String
  let bytes: UnsafeRawBufferPointer

  init(_ path: String) throws(UnreadableFile) {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .lastError }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .lastError }
    guard status.st_mode & S_IFMT == S_IFREG else { throw UnreadableFile("it is not a file") }
    self.path = path
    bytes = try Self.map(file, count: Int(status.st_size))
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  private static func map(_ file: Int32, count: Int) throws(UnreadableFile) -> UnsafeRawBufferPointer {
    // The system maps no empty files.
    if count == 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else { throw .lastError }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Tells the system that a range is not needed for now; its memory is free at once, and read again when used.
  func release(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let (from, to) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
    guard let start = bytes.baseAddress, from < to else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + from), to - from, MADV_DONTNEED)
  }
}
