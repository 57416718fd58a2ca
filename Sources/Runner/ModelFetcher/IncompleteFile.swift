// What has arrived of a file, on disk and in its checksum.

import Foundation
import ModelHub

/// A file that grows until it is whole. An earlier fetch may have left a part of it.
final class IncompleteFile {
  let path: String
  private let descriptor: Int32
  private let file: RemoteFile
  private var checksum: FileChecksum
  /// Bytes that have arrived.
  private(set) var count = 0

  /// - Throws: `HubError.unwritable`.
  init(_ path: String, of file: RemoteFile) throws {
    self.path = path
    self.file = file
    checksum = FileChecksum(namedLike: file.etag, size: file.size)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HubError.unwritable(path: path, reason: systemReason()) }
    try readWhatIsThere()
  }

  deinit { close(descriptor) }

  private func readWhatIsThere() throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    guard status.st_size <= file.size else { return try restart() }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let read = read(descriptor, &buffer, buffer.count)
      guard read > 0 else { break }
      count += read
      buffer.withUnsafeBytes { checksum.add(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
    }
  }

  /// - Throws: `HubError.unwritable` with what the system says, such as "No space left on device". What has arrived is
  ///   then removed: a full disk is in the way of other programs, too.
  func append(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
      var left = bytes[...]
      while !left.isEmpty {
        let written = write(descriptor, UnsafeRawBufferPointer(rebasing: left).baseAddress!, left.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          let reason = systemReason()
          remove()
          throw HubError.unwritable(path: path, reason: reason)
        }
        left = left.dropFirst(written)
      }
      checksum.add(bytes)
    }
    count += data.count
  }

  /// Forgets what has arrived.
  func restart() throws {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw HubError.unwritable(path: path, reason: systemReason())
    }
    count = 0
    checksum = FileChecksum(namedLike: file.etag, size: file.size)
  }

  func remove() { unlink(path) }

  /// The checksum of what has arrived; nil where the hub's name for the file is none.
  var found: String? { checksum.text }

  /// Gives the file its name, once all of it is on the disk.
  func rename(to name: String) throws {
    guard fsync(descriptor) == 0, Foundation.rename(path, name) == 0 else {
      throw HubError.unwritable(path: name, reason: systemReason())
    }
  }
}
