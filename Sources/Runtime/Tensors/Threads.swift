// How many threads the kernels share their work among.

internal import CKernels

/// The number of threads that large operations use: that of the cores, or what the environment variable
/// `LESSON_THREADS` or ``withThreads(_:_:)`` said. Small operations stay on the caller's thread.
public var threadCount: Int { Int(ck_thread_count()) }

/// Runs `body` with at most so many threads for each operation, and returns to the former number, also after an error.
///
/// Results do not depend on it, only times do. There are never more threads than cores. The setting is the whole
/// process's, as in PyTorch.
///
///     let seconds = try withThreads(1) { try measure { try a.matmul(b) } }
///
/// - Throws: what `body` throws, and ``TensorError/invalidArgument(operation:reason:)`` for fewer than one thread.
public func withThreads<R>(_ count: Int, _ body: () throws -> R) throws -> R {
  let former = threadCount
  try useThreads(count)
  defer { ck_use_threads(Int32(former)) }
  return try body()
}

/// Runs `body` with at most so many threads for each operation, and returns to the former number, also after an error.
public func withThreads<R>(
  _ count: Int, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
) async throws -> R {
  let former = threadCount
  try useThreads(count)
  defer { ck_use_threads(Int32(former)) }
  return try await body()
}

private func useThreads(_ count: Int) throws(TensorError) {
  guard count > 0 else {
    throw .invalidArgument(operation: "withThreads", reason: "at least one thread is needed, not \(count)")
  }
  ck_use_threads(Int32(clamping: count))
}

/// Ends the threads that wait for work; the next large operation starts them again. For the process in which lessons
/// run, which counts the threads that a step leaves.
public func _stopThreads() { ck_stop_threads() }
