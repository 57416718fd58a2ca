// Arithmetic between tensors and numbers, with broadcasting and PyTorch's promotion.

internal import CKernels

enum Arithmetic {
  static let add = BinaryOperation(name: "add", kernel: ck_add)
  static let sub = BinaryOperation(name: "sub", kernel: ck_sub, acceptsBool: false)
  static let mul = BinaryOperation(name: "mul", kernel: ck_mul, keepsNumber: true)
  static let div = BinaryOperation(name: "div", kernel: ck_div, result: .floating, keepsNumber: true)
  static let floorDivide = BinaryOperation(name: "floor_divide", kernel: ck_floor_divide, acceptsBool: false)
  static let truncDivide = BinaryOperation(name: "div_trunc", kernel: ck_trunc_divide, acceptsBool: false)
  static let remainder = BinaryOperation(name: "remainder", kernel: ck_remainder, acceptsBool: false)
  static let fmod = BinaryOperation(name: "fmod", kernel: ck_fmod, acceptsBool: false)
  static let pow = BinaryOperation(name: "pow", kernel: ck_pow, keepsNumber: true, acceptsBool: false)
  static let maximum = BinaryOperation(name: "maximum", kernel: ck_maximum)
  static let minimum = BinaryOperation(name: "minimum", kernel: ck_minimum)
  static let neg = UnaryOperation(name: "neg", kernel: ck_neg, acceptsBool: false)
}

extension Tensor {
  /// Elementwise sum. Shapes are broadcast; dtypes are promoted; integers wrap around.
  ///
  /// - Throws: ``TensorError/shapesDoNotBroadcast(operation:_:_:)`` and ``TensorError/noPromotion(_:_:)``, as every
  ///   operator of two operands does.
  public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.add(a, b)
  }
  /// The same with a number on the right.
  public static func + (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.add(a, b.scalar)
  }
  /// The same with a number on the left.
  public static func + (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.add(Operand(a.scalar), Operand(b))
  }

  /// Elementwise difference; not for bool.
  public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.sub(a, b)
  }
  /// The same with a number on the right.
  public static func - (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.sub(a, b.scalar)
  }
  /// The same with a number on the left.
  public static func - (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.sub(Operand(a.scalar), Operand(b))
  }

  /// Elementwise product.
  public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.mul(a, b)
  }
  /// The same with a number on the right.
  public static func * (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.mul(a, b.scalar)
  }
  /// The same with a number on the left.
  public static func * (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.mul(Operand(a.scalar), Operand(b))
  }

  /// Elementwise true division: integers give the default dtype.
  public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.div(a, b)
  }
  /// The same with a number on the right.
  public static func / (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.div(a, b.scalar)
  }
  /// The same with a number on the left.
  public static func / (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.div(Operand(a.scalar), Operand(b))
  }

  /// The remainder with the divisor's sign, as Python's `%` (and unlike Swift's).
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when integers are divided by zero.
  public static func % (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.remainder(a, b)
  }
  /// The same with a number on the right.
  public static func % (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.remainder(a, b.scalar)
  }
  /// The same with a number on the left.
  public static func % (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.remainder(Operand(a.scalar), Operand(b))
  }

  /// Elementwise negation; not for bool.
  public static prefix func - (a: Tensor) throws(TensorError) -> Tensor { try Arithmetic.neg(a) }
}

extension Tensor {
  /// Adds in place. The result keeps this tensor's shape and dtype.
  ///
  /// - Throws: ``TensorError/dtypeMismatch(operation:dtypes:rule:)`` when the sum is of a higher category (a float into
  ///   an integer tensor) and ``TensorError/shapesDoNotBroadcast(operation:_:_:)`` when it has another shape. The
  ///   same holds for the other compound assignments.
  public static func += (a: inout Tensor, b: Tensor) throws(TensorError) { try a.assign(a + b, "add") }
  /// The same with a number on the right.
  public static func += (a: inout Tensor, b: some TensorScalar) throws(TensorError) { try a.assign(a + b, "add") }
  /// Subtracts in place.
  public static func -= (a: inout Tensor, b: Tensor) throws(TensorError) { try a.assign(a - b, "sub") }
  /// The same with a number on the right.
  public static func -= (a: inout Tensor, b: some TensorScalar) throws(TensorError) { try a.assign(a - b, "sub") }
  /// Multiplies in place.
  public static func *= (a: inout Tensor, b: Tensor) throws(TensorError) { try a.assign(a * b, "mul") }
  /// The same with a number on the right.
  public static func *= (a: inout Tensor, b: some TensorScalar) throws(TensorError) { try a.assign(a * b, "mul") }
  /// Divides in place.
  public static func /= (a: inout Tensor, b: Tensor) throws(TensorError) { try a.assign(a / b, "div") }
  /// The same with a number on the right.
  public static func /= (a: inout Tensor, b: some TensorScalar) throws(TensorError) { try a.assign(a / b, "div") }

  /// Writes the result of an operation on this tensor back to it.
  private mutating func assign(_ result: Tensor, _ operation: String) throws(TensorError) {
    guard result.shape == shape else {
      throw .shapesDoNotBroadcast(operation: "\(operation) in place", shape, result.shape)
    }
    guard dtype.isFloatingPoint || !result.dtype.isFloatingPoint, dtype != .bool || result.dtype == .bool else {
      throw .dtypeMismatch(
        operation: "\(operation) in place", dtypes: [result.dtype, dtype],
        rule: "the result must be of the tensor's category or a lower one")
    }
    try copy(from: result)
  }
}

extension Tensor {
  /// The quotient rounded down, as Python's `//`.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when integers are divided by zero.
  public func floorDivide(_ other: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.floorDivide(self, other)
  }
  /// The quotient by a number, rounded down.
  public func floorDivide(_ other: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.floorDivide(self, other.scalar)
  }

  /// The quotient with its fraction cut off (`torch.div(..., rounding_mode='trunc')`).
  public func truncDivide(_ other: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.truncDivide(self, other)
  }

  /// The quotient by a number with its fraction cut off.
  public func truncDivide(_ other: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.truncDivide(Operand(self), Operand(other.scalar))
  }

  /// The remainder with the dividend's sign, as C's `fmod`.
  public func fmod(_ other: Tensor) throws(TensorError) -> Tensor { try Arithmetic.fmod(self, other) }
  /// The remainder by a number, with the dividend's sign.
  public func fmod(_ other: some TensorScalar) throws(TensorError) -> Tensor {
    try Arithmetic.fmod(Operand(self), Operand(other.scalar))
  }

  /// Elementwise power. An integer tensor takes no negative integer exponent.
  public func pow(_ exponent: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.pow(self, exponent)
  }
  /// Each element to the power of a number.
  public func pow(_ exponent: some TensorScalar) throws(TensorError) -> Tensor {
    if case .int(let value) = exponent.scalar, value < 0, !dtype.isFloatingPoint {
      throw .invalidArgument(operation: "pow", reason: "an integer tensor cannot have the negative exponent \(value)")
    }
    return try Arithmetic.pow(self, exponent.scalar)
  }

  /// A number to the power of each element.
  public static func pow(_ base: some TensorScalar, _ exponent: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.pow(Operand(base.scalar), Operand(exponent))
  }

  /// self + alpha * other.
  public func add(_ other: Tensor, alpha: some TensorScalar) throws(TensorError) -> Tensor { try self + other * alpha }

  /// self + weight * (end - self), from whichever end is nearer.
  public func lerp(_ end: Tensor, _ weight: Double) throws(TensorError) -> Tensor {
    try requireSame("lerp", self, end)
    try requireFloat("lerp", dtype)
    let wide = dtype.compute
    let (a, b) = (try to(wide), try end.to(wide))
    let result = try Swift.abs(weight) < 0.5 ? a + (b - a) * weight : b - (b - a) * (1 - weight)
    return try result.to(dtype)
  }

  /// The elementwise greater value; NaN wins.
  public func maximum(_ other: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.maximum(self, other)
  }

  /// The elementwise lesser value; NaN wins.
  public func minimum(_ other: Tensor) throws(TensorError) -> Tensor {
    try Arithmetic.minimum(self, other)
  }

  /// The values limited to `min` from below and `max` from above; either may be left out.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when both are left out.
  public func clamp(min least: Scalar? = nil, max greatest: Scalar? = nil) throws(TensorError) -> Tensor {
    try check()
    guard least != nil || greatest != nil else {
      throw .invalidArgument(operation: "clamp", reason: "give min, max or both")
    }
    if dtype.isFloatingPoint, let limits = Self.limits(least, greatest) {
      return try Self.clamping(self, limits.lowerBound, limits.upperBound)
    }
    var result = self
    if let least { result = try Arithmetic.maximum(Operand(result), Operand(least)) }
    if let greatest { result = try Arithmetic.minimum(Operand(result), Operand(greatest)) }
    return result
  }

  private static let clamping = UnaryOperation(name: "clamp", kernel: ck_clamp)

  /// Both limits as one range, when they are numbers; the upper one wins.
  private static func limits(_ least: Scalar?, _ greatest: Scalar?) -> ClosedRange<Double>? {
    let upper = greatest?.doubleValue ?? .infinity
    let lower = Swift.min(least?.doubleValue ?? -.infinity, upper)
    return lower <= upper ? lower...upper : nil
  }
}
