// Random tensors: PyTorch 2.1.1's streams, value by value.

internal import CKernels

extension Tensor {
  /// Values from 0 (included) to 1 (excluded), in the default dtype unless another is named.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for dtypes other than the four larger floats.
  public static func rand(_ shape: [Int], dtype: DType? = nil, generator: Generator = .default) throws(TensorError)
    -> Tensor
  {
    var result = try Tensor(uninitialized: shape, dtype: dtype ?? defaultDType)
    try result.uniform(generator: generator)
    return result
  }

  /// Normal values with mean 0 and standard deviation 1, in the default dtype unless another is named.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for dtypes other than the four larger floats.
  public static func randn(_ shape: [Int], dtype: DType? = nil, generator: Generator = .default) throws(TensorError)
    -> Tensor
  {
    var result = try Tensor(uninitialized: shape, dtype: dtype ?? defaultDType)
    try result.normal(generator: generator)
    return result
  }

  /// Integers from `low` (included) to `high` (excluded); int64 unless another dtype is named.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when there are none, and
  ///   ``TensorError/valueOutOfRange(_:_:)`` when the dtype does not hold them.
  public static func randint(
    _ low: Int, _ high: Int, _ shape: [Int], dtype: DType = .int64, generator: Generator = .default
  ) throws(TensorError) -> Tensor {
    var result = try Tensor(uninitialized: shape, dtype: dtype)
    try result.random(from: low, to: high, generator: generator)
    return result
  }

  /// Integers from 0 (included) to `high` (excluded); int64 unless another dtype is named.
  public static func randint(
    _ high: Int, _ shape: [Int], dtype: DType = .int64, generator: Generator = .default
  ) throws(TensorError) -> Tensor {
    try randint(0, high, shape, dtype: dtype, generator: generator)
  }

  /// The integers 0..<n in random order.
  public static func randperm(_ n: Int, dtype: DType = .int64, generator: Generator = .default) throws(TensorError)
    -> Tensor
  {
    guard n >= 0 else {
      throw .invalidArgument(operation: "randperm", reason: "the count of integers, \(n), is negative")
    }
    let result = try Tensor(uninitialized: [n], dtype: .int64)
    let places = result.address.assumingMemoryBound(to: Int64.self)
    for i in 0..<n { places[i] = Int64(i) }
    for i in 0..<Swift.max(n - 1, 0) {
      let other = i + Int(generator.next32()) % (n - i)
      (places[i], places[other]) = (places[other], places[i])
    }
    return try result.to(dtype)
  }

  /// `rand` with this tensor's shape and dtype.
  public static func rand(like other: Tensor, generator: Generator = .default) throws(TensorError) -> Tensor {
    try other.check()
    return try rand(other.shape, dtype: other.dtype, generator: generator)
  }

  /// `randn` with this tensor's shape and dtype.
  public static func randn(like other: Tensor, generator: Generator = .default) throws(TensorError) -> Tensor {
    try other.check()
    return try randn(other.shape, dtype: other.dtype, generator: generator)
  }

  /// `randint` with this tensor's shape and dtype.
  public static func randint(like other: Tensor, _ low: Int, _ high: Int, generator: Generator = .default)
    throws(TensorError) -> Tensor
  {
    try other.check()
    return try randint(low, high, other.shape, dtype: other.dtype, generator: generator)
  }

  /// `randint` from 0 with this tensor's shape and dtype.
  public static func randint(like other: Tensor, _ high: Int, generator: Generator = .default) throws(TensorError)
    -> Tensor
  {
    try randint(like: other, 0, high, generator: generator)
  }

  /// Normal values with a mean and a standard deviation for each element.
  public static func normal(_ mean: Tensor, _ std: Tensor, generator: Generator = .default) throws(TensorError)
    -> Tensor
  {
    try mean.check()
    try std.check()
    if std.count > 0, try std.amin().item() < 0 {
      throw .invalidArgument(operation: "normal", reason: "a standard deviation is negative")
    }
    let shape = try broadcastShape("normal", mean.shape, std.shape)
    return try randn(shape, dtype: mean.dtype, generator: generator) * std + mean
  }

  /// 1 with the probability that the element names, else 0; one draw for each element, in its dtype.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` for a value outside 0...1.
  public func bernoulli(generator: Generator = .default) throws(TensorError) -> Tensor {
    try check()
    try requireFloat("bernoulli", dtype)
    try requireKernel("bernoulli_tensor_cpu_self_", dtype, float16: false)
    let chances = try contiguous(as: .float64)
    let out = try Tensor(uninitialized: shape, dtype: .float64)
    let p = chances.address.assumingMemoryBound(to: Double.self)
    let values = out.address.assumingMemoryBound(to: Double.self)
    for i in 0..<count {
      guard p[i] >= 0 && p[i] <= 1 else {
        throw .invalidArgument(operation: "bernoulli", reason: "the probability \(p[i]) is not between 0 and 1")
      }
      let draw = dtype == .float64 ? ck_uniform53(generator.state_) : Double(ck_uniform24(generator.state_))
      values[i] = draw < p[i] ? 1 : 0
    }
    return try out.to(dtype)
  }
}

extension Tensor {
  /// Overwrites every element with values from `low` (included) to `high` (PyTorch's `uniform_`).
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for dtypes other than the four larger floats, and
  ///   ``TensorError/invalidArgument(operation:reason:)`` when low exceeds high.
  public mutating func uniform(from low: Double = 0, to high: Double = 1, generator: Generator = .default)
    throws(TensorError)
  {
    try requireDrawable("uniform")
    guard low <= high else {
      throw .invalidArgument(operation: "uniform", reason: "the range from \(low) to \(high) is empty")
    }
    try fill(dtype) { ck_uniform(generator.state_, $0.dtype.code, low, high, Int64($0.count), $0.address) }
  }

  /// Overwrites every element with normal values (PyTorch's `normal_`).
  ///
  /// As PyTorch, it draws another stream for 16 or more contiguous values than for fewer.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for dtypes other than the four larger floats, and
  ///   ``TensorError/invalidArgument(operation:reason:)`` when the deviation is negative.
  public mutating func normal(mean: Double = 0, std: Double = 1, generator: Generator = .default) throws(TensorError) {
    try requireDrawable("normal")
    guard std >= 0 else {
      throw .invalidArgument(operation: "normal", reason: "the standard deviation \(std) is negative")
    }
    let blocks = isContiguous && count >= 16
    try fill(dtype) { ck_normal(generator.state_, $0.dtype.code, mean, std, blocks, Int64($0.count), $0.address) }
  }

  /// Overwrites every element with integers from `low` (included) to `high` (excluded; PyTorch's `random_`).
  public mutating func random(from low: Int, to high: Int, generator: Generator = .default) throws(TensorError) {
    try check()
    try requireKernel("random", dtype)
    guard low < high else {
      throw .invalidArgument(operation: "random", reason: "there is no integer from \(low) below \(high)")
    }
    if !dtype.isFloatingPoint {
      for bound in [low, high - 1] { _ = try Tensor(number: .int(Int64(bound)), dtype: dtype) }
    }
    let range = UInt64(bitPattern: Int64(high)) &- UInt64(bitPattern: Int64(low))
    try drawIntegers(low, range, generator)
  }

  /// Overwrites every element with integers from 0 to the greatest one of the dtype (PyTorch's `random_()`); floats go
  /// to 2 to the number of bits of their significand.
  public mutating func random(generator: Generator = .default) throws(TensorError) {
    try check()
    try requireKernel("random", dtype)
    let range: UInt64
    switch dtype {
    case .bool: range = 2
    case _ where dtype.isFloatingPoint: range = (1 << UInt64(dtype.info.mantissaBits + 1)) + 1
    default: range = UInt64(dtype.info.max.intValue ?? 0) + 1
    }
    try drawIntegers(0, range, generator)
  }

  /// Overwrites every element with 1 with probability `p`, else 0 (PyTorch 2.1.1's `bernoulli_`, which dropout uses).
  ///
  /// One word of the generator seeds a multiplicative congruential generator modulo 2^31 - 1, as in Intel's MKL.
  public mutating func bernoulli(_ p: Double, generator: Generator = .default) throws(TensorError) {
    try check()
    guard p >= 0 && p <= 1 else {
      throw .invalidArgument(operation: "bernoulli", reason: "the probability \(p) is not between 0 and 1")
    }
    let values = try Tensor(uninitialized: [count], dtype: .uint8)
    let places = values.address.assumingMemoryBound(to: UInt8.self)
    var congruential = CongruentialGenerator(generator)
    for i in 0..<count { places[i] = congruential.next() < p ? 1 : 0 }
    try put(values)
  }

  /// Overwrites every element with exponentially distributed values (PyTorch 2.1.1's `exponential_`, but for the last
  /// bit, which there depends on Intel's logarithm).
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` unless the rate is positive.
  public mutating func exponential(rate: Double = 1, generator: Generator = .default) throws(TensorError) {
    try requireDrawable("exponential")
    guard rate > 0 else {
      throw .invalidArgument(operation: "exponential", reason: "the rate \(rate) is not positive")
    }
    let values = try Tensor(uninitialized: [count], dtype: .float64)
    let places = values.address.assumingMemoryBound(to: Double.self)
    var congruential = CongruentialGenerator(generator)
    for i in 0..<count {
      let u = congruential.next()
      places[i] = -ck_natural_log(dtype == .float64 ? u : Double(Float(u))) / rate
    }
    try put(values)
  }

  private func requireDrawable(_ operation: String) throws(TensorError) {
    try check()
    guard dtype.isFloatingPoint && !dtype.isFloat8 else { throw .notImplemented(operation: operation, dtype: dtype) }
  }

  private mutating func drawIntegers(_ low: Int, _ range: UInt64, _ generator: Generator) throws(TensorError) {
    try fill(.int64) {
      ck_integers(
        generator.state_, Int64(low), range, Int64($0.count), $0.address.assumingMemoryBound(to: Int64.self))
    }
  }

  /// Has a vector of `kind` drawn: the elements themselves where they are one, else values to put there.
  private mutating func fill(_ kind: DType, _ draw: (Tensor) -> Void) throws(TensorError) {
    guard kind == dtype && isDense else {
      let values = try Tensor(uninitialized: [count], dtype: kind)
      draw(values)
      return try put(values)
    }
    try makeUnique()
    draw(view([count], [1]))
  }

  /// Overwrites the elements, in memory order when they fill a block, else row by row.
  private mutating func put(_ values: Tensor) throws(TensorError) {
    let inMemoryOrder = isDense
    try makeUnique()
    let target = inMemoryOrder ? view([count], [1]) : self
    copyElements(of: inMemoryOrder ? values : values.view(shape, contiguousStrides(shape)), to: target)
  }
}

/// The multiplicative congruential generator modulo 2^31 - 1 (L'Ecuyer 1999) that PyTorch 2.1.1 uses by way of MKL for
/// Bernoulli and exponential values, seeded by one word of the main generator.
private struct CongruentialGenerator {
  private static let modulus: UInt64 = 2_147_483_647
  private var x: UInt64

  init(_ generator: Generator) {
    let seed = UInt64(generator.next32()) % Self.modulus
    x = seed == 0 ? 1 : seed
  }

  /// The next value between 0 and 1.
  mutating func next() -> Double {
    defer { x = x * 1_132_489_760 % Self.modulus }
    return Double(x) / Double(Self.modulus)
  }
}

extension Tensor {
  /// Numbers of elements, drawn with probabilities in proportion to the elements: of a vector, or of each row.
  ///
  /// - Parameters:
  ///   - samples: How many to draw.
  ///   - replacement: Whether one may be drawn again.
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` for negative or infinite elements, a sum of 0, and
  ///   more samples than elements that are not replaced.
  public func multinomial(_ samples: Int, replacement: Bool = false, generator: Generator = .default)
    throws(TensorError)
    -> Tensor
  {
    try check()
    try requireFloat("multinomial", dtype)
    guard rank == 1 || rank == 2, samples > 0, replacement || samples <= shape[rank - 1] else {
      throw .invalidArgument(operation: "multinomial", reason: "cannot draw \(samples) of shape \(shape)")
    }
    let usable = try isFinite() & (self .>= 0)
    guard try usable.all().item().boolValue, try sum(dim: -1).amin().item() > 0 else {
      throw .invalidArgument(
        operation: "multinomial", reason: "probabilities must be finite, not negative, and not all 0")
    }
    guard replacement else {
      var race = try Tensor(uninitialized: shape, dtype: dtype)
      try race.exponential(generator: generator)
      return try (self / race).topK(samples).indices
    }
    let drawn = try Tensor(uninitialized: Array(shape.dropLast()) + [samples], dtype: .int64)
    let places = drawn.address.assumingMemoryBound(to: Int64.self)
    let sums = try double().cumulativeSum(dim: -1)
    let limits = try [Double](sums / sums.narrow(-1, shape[rank - 1] - 1, 1))
    let size = shape[rank - 1]
    for i in 0..<drawn.count {
      let (u, row) = (ck_uniform53(generator.state_), i / samples * size)
      places[i] = Int64((0..<(size - 1)).first { limits[row + $0] >= u } ?? size - 1)
    }
    return drawn
  }
}
