// Whole small files as bytes, without Foundation, whose import would cost every step time.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be read, in the system's words: "No such file or directory".
struct UnreadableFile: Error {
  let reason: String
  /// Whether there is no file of that name.
  let isAbsence: Bool

  init(_ reason: String, isAbsence: Bool = false) {
    self.reason = reason
    self.isAbsence = isAbsence
  }

  /// The reason that the last system call left behind.
  static var lastError: UnreadableFile {
    UnreadableFile(String(cString: strerror(errno)), isAbsence: errno == ENOENT)
  }
}

/// The bytes of a regular file. For files that are small beside the memory; checkpoints are mapped instead.
///
/// A limit is not needed against endless files: anything but a regular file is refused, so nothing waits or runs on.
func bytes(ofFile path: String) throws(UnreadableFile) -> [UInt8] {
  let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard file >= 0 else { throw .lastError }
  defer { close(file) }
  var status = stat()
  guard fstat(file, &status) == 0 else { throw .lastError }
  guard status.st_mode & S_IFMT == S_IFREG else { throw UnreadableFile("it is not a file") }
  return try readAll(of: file, expecting: Int(status.st_size))
}

private func readAll(of file: Int32, expecting count: Int) throws(UnreadableFile) -> [UInt8] {
  var failed = false
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    while filled < count {
      let got = read(file, buffer.baseAddress.map { $0 + filled }, count - filled)
      if got < 0 && errno == EINTR { continue }
      failed = got < 0
      if got <= 0 { break }
      filled += got
    }
  }
  if failed { throw .lastError }
  return bytes
}
