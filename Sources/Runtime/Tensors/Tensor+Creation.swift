// Factories.

internal import CKernels

extension Tensor {
  /// Zeros of the given shape, in the default dtype unless another is named.
  ///
  /// - Throws: ``TensorError`` for a negative size and for more than memory holds, as every factory does.
  public static func zeros(_ shape: [Int], dtype: DType? = nil) throws(TensorError) -> Tensor {
    try full(shape, 0.0, dtype: dtype)
  }

  /// Ones of the given shape, in the default dtype unless another is named.
  public static func ones(_ shape: [Int], dtype: DType? = nil) throws(TensorError) -> Tensor {
    try full(shape, 1.0, dtype: dtype)
  }

  /// One number everywhere. Without a dtype, an integer gives int64, a bool bool, a float the default dtype.
  public static func full(_ shape: [Int], _ value: some TensorScalar, dtype: DType? = nil) throws(TensorError) -> Tensor
  {
    let number = value.scalar
    let dtype = dtype ?? number.dtype
    if dtype.isInteger { _ = try Tensor(number: number, dtype: dtype) }
    let result = try Tensor(uninitialized: shape, dtype: dtype)
    withExtents(result.sizes, result.steps, Extents(repeating: 0, count: shape.count)) { shape, steps, zeros in
      NumberInMemory(number, dtype).withSource(zeros) { ck_copy(Int32(result.rank), shape, $0, result.target(steps)) }
    }
    return result
  }

  /// A tensor whose values are yet to be set. Here they are zeros, so that a lesson prints the same every time.
  public static func empty(_ shape: [Int], dtype: DType? = nil) throws(TensorError) -> Tensor {
    try zeros(shape, dtype: dtype)
  }

  /// Zeros with this tensor's shape and, unless another is named, its dtype.
  public static func zeros(like other: Tensor, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try other.check()
    return try zeros(other.shape, dtype: dtype ?? other.dtype)
  }

  /// Ones with this tensor's shape and, unless another is named, its dtype.
  public static func ones(like other: Tensor, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try other.check()
    return try ones(other.shape, dtype: dtype ?? other.dtype)
  }

  /// One number with this tensor's shape and, unless another is named, its dtype.
  public static func full(like other: Tensor, _ value: some TensorScalar, dtype: DType? = nil) throws(TensorError)
    -> Tensor
  {
    try other.check()
    return try full(other.shape, value, dtype: dtype ?? other.dtype)
  }

  /// The identity matrix, n by n or n by m.
  public static func eye(_ n: Int, _ m: Int? = nil, dtype: DType? = nil) throws(TensorError) -> Tensor {
    let result = try zeros([n, m ?? n], dtype: dtype)
    let steps = Swift.min(n, m ?? n)
    let diagonal = result.view([steps], [(m ?? n) + 1])
    copyElements(of: try .ones([steps], dtype: result.dtype), to: diagonal)
    return result
  }

  /// The integers 0, 1, ... below `end`: `arange(3)` is `tensor([0, 1, 2])`.
  public static func arange(_ end: some TensorScalar, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try arange(0, end, dtype: dtype)
  }

  /// The values start, start + step, ... below `end` (above, with a negative step): int64 when all three are integers,
  /// else the default dtype.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when the step is 0 or points away from `end`.
  public static func arange<A: TensorScalar, B: TensorScalar>(_ start: A, _ end: B, dtype: DType? = nil)
    throws(TensorError) -> Tensor
  {
    try arange(start, end, step: 1, dtype: dtype)
  }

  /// The values start, start + step, ... below `end` (above, with a negative step): int64 when all three are integers,
  /// else the default dtype.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when the step is 0 or points away from `end`.
  public static func arange<A: TensorScalar, B: TensorScalar, C: TensorScalar>(
    _ start: A, _ end: B, step: C, dtype: DType? = nil
  ) throws(TensorError) -> Tensor {
    let (start, end, step) = (start.scalar, end.scalar, step.scalar)
    let isFloat = [start, end, step].contains { if case .float = $0 { true } else { false } }
    let dtype = dtype ?? (isFloat ? defaultDType : .int64)
    guard let steps = steps(from: start, to: end, by: step) else {
      throw .invalidArgument(
        operation: "arange", reason: "from \(start) to \(end) cannot be walked in steps of \(step)")
    }
    guard steps < 0x1p62 else { throw .outOfMemory(shape: [], dtype: dtype) }
    return try ramp(count: Int(steps), start: start, step: step, dtype: dtype)
  }

  /// How many values there are; nil when the step is 0 or points away from the end. The distance of two integers is
  /// taken as an integer, since large ones have no exact `Double`.
  private static func steps(from start: Scalar, to end: Scalar, by step: Scalar) -> Double? {
    var span = end.doubleValue - start.doubleValue
    if case .int(let first) = start, case .int(let last) = end {
      let (distance, overflow) = last.subtractingReportingOverflow(first)
      if !overflow { span = Double(distance) }
    }
    let steps = span / step.doubleValue
    return step.doubleValue != 0 && steps >= 0 && span.isFinite ? steps.rounded(.up) : nil
  }

  /// `count` values from `start` to `end`, both included, with equal distances; the default dtype unless one is named.
  ///
  /// The first half is counted from the start and the second from the end, as PyTorch does.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` for a negative count, and
  ///   ``TensorError/notImplemented(operation:dtype:)`` for 8-bit floats.
  public static func linspace<A: TensorScalar, B: TensorScalar>(
    _ start: A, _ end: B, _ count: Int, dtype: DType? = nil
  ) throws(TensorError) -> Tensor {
    let dtype = dtype ?? defaultDType
    guard count >= 0 else {
      throw .invalidArgument(operation: "linspace", reason: "the count of values, \(count), is negative")
    }
    if dtype.isFloat8 || dtype == .bool { throw .notImplemented(operation: "linspace", dtype: dtype) }
    let (from, to) = (start.scalar.doubleValue, end.scalar.doubleValue)
    _ = try elementCount(of: [count], dtype: .float64)
    if dtype == .float64 { return try linspace(from, to, count) }
    if !dtype.isFloatingPoint { return try linspace(from, to, count).to(dtype) }
    return try linspace(Float(from), Float(to), count).to(dtype)
  }

  private static func linspace<T: TensorScalar & BinaryFloatingPoint>(_ start: T, _ end: T, _ count: Int)
    throws(TensorError) -> Tensor
  {
    let result = try Tensor(uninitialized: [count], dtype: T.dtype)
    let values = result.address.assumingMemoryBound(to: T.self)
    let step = count > 1 ? (end - start) / T(count - 1) : 0
    for i in 0..<count {
      values[i] = i < count / 2 || count == 1 ? start + step * T(i) : end - step * T(count - 1 - i)
    }
    return result
  }

  /// start + i * step in int64 or float64 arithmetic, converted to the dtype.
  private static func ramp(count: Int, start: Scalar, step: Scalar, dtype: DType) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialized: [count], dtype: dtype)
    if case .int(let first) = start, case .int(let step) = step {
      ck_ramp_int64(first, step, Int64(count), dtype.code, result.address)
    } else {
      ck_ramp_double(start.doubleValue, step.doubleValue, Int64(count), dtype.code, result.address)
    }
    return result
  }
}
