// Settings of the whole process, as in PyTorch: default dtype, autocast, kernels.

/// The settings. A lesson runs on one thread; other programs set them before they start threads.
enum Context {
  nonisolated(unsafe) static var defaultDType = DType.float32
  nonisolated(unsafe) static var autocast: DType?
  nonisolated(unsafe) static var kernels = Kernels.cpu
}

/// The dtype of new tensors when none is named: float32 at first.
public var defaultDType: DType { Context.defaultDType }

/// The dtype that ``withAutocast(_:_:)`` has set; nil outside.
public var autocastDType: DType? { Context.autocast }

/// Sets the dtype of tensors and layers created from here on. Existing ones keep theirs.
///
/// - Throws: ``TensorError/invalidArgument(operation:reason:)`` unless it is float64, float32, float16 or bfloat16.
public func setDefaultDType(_ dtype: DType) throws(TensorError) {
  guard dtype.isFloatingPoint && !dtype.isFloat8 else {
    throw .invalidArgument(
      operation: "setDefaultDType", reason: "the default must be float64, float32, float16 or bfloat16, not \(dtype)")
  }
  Context.defaultDType = dtype
}

/// Runs `body` with another default dtype and sets the former one again, also after an error.
public func withDefaultDType<R>(_ dtype: DType, _ body: () throws -> R) throws -> R {
  let former = defaultDType
  try setDefaultDType(dtype)
  defer { Context.defaultDType = former }
  return try body()
}

/// Runs `body` with another default dtype and sets the former one again, also after an error.
public func withDefaultDType<R>(
  _ dtype: DType, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
) async throws -> R {
  let former = defaultDType
  try setDefaultDType(dtype)
  defer { Context.defaultDType = former }
  return try await body()
}

/// Runs `body` with automatic mixed precision on the CPU: products and convolutions run in `dtype`, losses in float32.
///
/// - Throws: what `body` throws, and ``TensorError/invalidArgument(operation:reason:)`` unless `dtype` is bfloat16, the
///   only one that PyTorch 2.1.1 knows on the CPU.
public func withAutocast<R>(_ dtype: DType = .bfloat16, _ body: () throws -> R) throws -> R {
  let former = autocastDType
  try setAutocast(dtype)
  defer { Context.autocast = former }
  return try body()
}

/// Runs `body` with automatic mixed precision on the CPU: products and convolutions run in `dtype`, losses in float32.
public func withAutocast<R>(
  _ dtype: DType = .bfloat16, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
) async throws -> R {
  let former = autocastDType
  try setAutocast(dtype)
  defer { Context.autocast = former }
  return try await body()
}

private func setAutocast(_ dtype: DType) throws(TensorError) {
  guard dtype == .bfloat16 else {
    throw .invalidArgument(
      operation: "withAutocast", reason: "on the CPU autocast knows bfloat16 only, not \(dtype)")
  }
  Context.autocast = dtype
}

/// Which kernels operations may use.
public enum Kernels: Sendable {
  /// Those that PyTorch 2.1.1 has on the CPU: float16 can be stored, cast and added up, but not multiplied as matrices.
  case cpu
  /// Also float16 everywhere, computed in float32 and rounded once, as newer hardware and versions do.
  case emulatedFloat16
}

/// Runs `body` with another choice of kernels and returns to the former one, also after an error.
public func withKernels<R, E: Error>(_ kernels: Kernels, _ body: () throws(E) -> R) throws(E) -> R {
  let former = Context.kernels
  Context.kernels = kernels
  defer { Context.kernels = former }
  return try body()
}

/// Runs `body` with another choice of kernels and returns to the former one, also after an error.
public func withKernels<R, E: Error>(
  _ kernels: Kernels, isolation: isolated (any Actor)? = #isolation, _ body: () async throws(E) -> R
) async throws(E) -> R {
  let former = Context.kernels
  Context.kernels = kernels
  defer { Context.kernels = former }
  return try await body()
}

/// Throws when the operation has no kernel for the dtype: never for 8-bit floats, and for float16 only when emulated.
///
/// - Parameter operation: PyTorch's name of the kernel, such as `addmm`.
func requireKernel(_ operation: String, _ dtype: DType, float16: Bool = true) throws(TensorError) {
  let missing = dtype.isFloat8 || (dtype == .float16 && !float16 && Context.kernels == .cpu)
  if missing { throw .notImplemented(operation: operation, dtype: dtype) }
}
