// The lock by which programs agree on who fetches a file, as Hugging Face's library takes it: flock on a file in .locks.

import Foundation
import ModelHub

/// A lock held until it is released, or until the process ends.
struct FileLock {
  private let descriptor: Int32

  /// Waits until nobody else holds the lock.
  ///
  /// - Parameter onWait: Called once if there is something to wait for.
  /// - Throws: `HubError.unwritable`.
  init(_ path: String, onWait: () -> Void = {}) throws {
    try makeFolder(of: path)
    var hasWaited = false
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
      guard descriptor >= 0 else { throw HubError.unwritable(path: path, reason: systemReason()) }
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      // Who held the lock may have removed its file, and a third one may have made another.
      if !isTaken, Self.isStill(descriptor, at: path) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
      guard isTaken else { continue }
      if !hasWaited { onWait() }
      hasWaited = true
      Thread.sleep(forTimeInterval: 0.1)
    }
  }

  func release() { close(descriptor) }

  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino
      && open.st_dev == named.st_dev
  }
}
