// Comparisons and logic, element by element; results are bool.

internal import CKernels

private enum Comparisons {
  static let eq = BinaryOperation(name: "eq", kernel: ck_eq, result: .bool)
  static let ne = BinaryOperation(name: "ne", kernel: ck_ne, result: .bool)
  static let lt = BinaryOperation(name: "lt", kernel: ck_lt, result: .bool)
  static let le = BinaryOperation(name: "le", kernel: ck_le, result: .bool)
  static let gt = BinaryOperation(name: "gt", kernel: ck_gt, result: .bool)
  static let ge = BinaryOperation(name: "ge", kernel: ck_ge, result: .bool)
  static let and = BinaryOperation(name: "logical_and", kernel: ck_logical_and, result: .bool)
  static let or = BinaryOperation(name: "logical_or", kernel: ck_logical_or, result: .bool)
  static let xor = BinaryOperation(name: "logical_xor", kernel: ck_logical_xor, result: .bool)
  static let not = UnaryOperation(name: "logical_not", kernel: ck_logical_not, result: .bool)
  static let bitAnd = BinaryOperation(name: "bitwise_and", kernel: ck_bitwise_and, acceptsFloat: false)
  static let bitOr = BinaryOperation(name: "bitwise_or", kernel: ck_bitwise_or, acceptsFloat: false)
  static let bitXor = BinaryOperation(name: "bitwise_xor", kernel: ck_bitwise_xor, acceptsFloat: false)
  static let bitNot = UnaryOperation(name: "bitwise_not", kernel: ck_bitwise_not, acceptsFloat: false)
  static let shiftLeft = BinaryOperation(name: "lshift", kernel: ck_shift_left, acceptsFloat: false, acceptsBool: false)
  static let shiftRight = BinaryOperation(
    name: "rshift", kernel: ck_shift_right, acceptsFloat: false, acceptsBool: false)
}

extension Tensor {
  /// Whether elements are equal. (`==` asks whether two whole tensors are.)
  public static func .== (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.eq(a, b)
  }
  /// The same with a number on the right.
  public static func .== (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.eq(a, b.scalar)
  }
  /// Whether elements differ.
  public static func .!= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.ne(a, b)
  }
  /// The same with a number on the right.
  public static func .!= (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.ne(a, b.scalar)
  }
  /// Whether elements on the left are less.
  public static func .< (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.lt(a, b)
  }
  /// The same with a number on the right.
  public static func .< (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.lt(a, b.scalar)
  }
  /// Whether elements on the left are less or equal.
  public static func .<= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.le(a, b)
  }
  /// The same with a number on the right.
  public static func .<= (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.le(a, b.scalar)
  }
  /// Whether elements on the left are greater.
  public static func .> (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.gt(a, b)
  }
  /// The same with a number on the right.
  public static func .> (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.gt(a, b.scalar)
  }
  /// Whether elements on the left are greater or equal.
  public static func .>= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.ge(a, b)
  }
  /// The same with a number on the right.
  public static func .>= (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.ge(a, b.scalar)
  }
}

extension Tensor {
  /// Bitwise (for bool: logical) and; integers and bool only.
  public static func & (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.bitAnd(a, b)
  }
  /// The same with a number on the right.
  public static func & (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.bitAnd(a, b.scalar)
  }
  /// Bitwise (for bool: logical) or; integers and bool only.
  public static func | (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.bitOr(a, b)
  }
  /// The same with a number on the right.
  public static func | (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.bitOr(a, b.scalar)
  }
  /// Bitwise (for bool: logical) exclusive or; integers and bool only.
  public static func ^ (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.bitXor(a, b)
  }
  /// The same with a number on the right.
  public static func ^ (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.bitXor(a, b.scalar)
  }
  /// Every bit (for bool: the value) inverted; integers and bool only.
  public static prefix func ~ (a: Tensor) throws(TensorError) -> Tensor {
    try a.check()
    return try a.dtype == .bool ? Comparisons.not(a) : Comparisons.bitNot(a)
  }
  /// Bits shifted left; integers only.
  public static func << (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.shiftLeft(a, b.scalar)
  }
  /// Bits shifted right, the sign kept; integers only.
  public static func >> (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor {
    try Comparisons.shiftRight(a, b.scalar)
  }

  /// Whether both elements are not zero.
  public func logicalAnd(_ other: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.and(self, other)
  }
  /// Whether one of both elements is not zero.
  public func logicalOr(_ other: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.or(self, other)
  }
  /// Whether exactly one of both elements is not zero.
  public func logicalXor(_ other: Tensor) throws(TensorError) -> Tensor {
    try Comparisons.xor(self, other)
  }
  /// Whether an element is zero.
  public func logicalNot() throws(TensorError) -> Tensor { try Comparisons.not(self) }
}

extension Tensor {
  /// Whether |a - b| <= atol + rtol |b|, element by element; infinities must be equal.
  public func isClose(
    _ other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws(TensorError) -> Tensor {
    try requireSame("isClose", self, other)
    var close = try self .== other
    if equalNaN { close = try close | (isNaN() & other.isNaN()) }
    guard dtype.isFloatingPoint else { return close }
    let allowed = try other.abs() * rtol + atol
    let difference = try (self - other).abs()
    return try close | ((difference .<= allowed) & difference.isFinite())
  }

  /// Whether all elements are close to one another; see `isClose`.
  public func allClose(
    _ other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws(TensorError) -> Bool {
    try isClose(other, rtol: rtol, atol: atol, equalNaN: equalNaN).all().item().boolValue
  }

  /// Elements of `a` where the condition holds, else of `b`; all three broadcast.
  ///
  /// - Throws: ``TensorError/dtypeMismatch(operation:dtypes:rule:)`` unless the condition is bool.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    try chosen(condition, Operand(a), Operand(b))
  }
  /// The same with a number in place of the second tensor.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: some TensorScalar) throws(TensorError) -> Tensor {
    try chosen(condition, Operand(a), Operand(b.scalar))
  }
  /// The same with a number in place of the first tensor.
  public static func `where`(_ condition: Tensor, _ a: some TensorScalar, _ b: Tensor) throws(TensorError) -> Tensor {
    try chosen(condition, Operand(a.scalar), Operand(b))
  }

  /// The same with numbers in place of both tensors.
  public static func `where`(_ condition: Tensor, _ a: some TensorScalar, _ b: some TensorScalar) throws(TensorError)
    -> Tensor
  {
    try chosen(condition, Operand(a.scalar), Operand(b.scalar))
  }

  /// A copy with a number written where the mask is true.
  public func maskedFill(_ mask: Tensor, _ value: some TensorScalar) throws(TensorError) -> Tensor {
    try check()
    try mask.check()
    guard mask.dtype == .bool else {
      throw .dtypeMismatch(operation: "maskedFill", dtypes: [mask.dtype], rule: "the mask must be bool")
    }
    let number = try Tensor(number: value.scalar, dtype: dtype)
    return try Tensor.chosen(mask, Operand(number), Operand(self))
  }

  /// The elements where the mask is true, as a vector; both broadcast.
  public func maskedSelect(_ mask: Tensor) throws(TensorError) -> Tensor {
    try check()
    try mask.check()
    guard mask.dtype == .bool else {
      throw .dtypeMismatch(operation: "maskedSelect", dtypes: [mask.dtype], rule: "the mask must be bool")
    }
    let shape = try broadcastShape("maskedSelect", self.shape, mask.shape)
    return try expanded(to: shape, "maskedSelect").selected(by: mask.expanded(to: shape, "maskedSelect").contiguous())
  }

  private static func chosen(_ condition: Tensor, _ a: Operand, _ b: Operand) throws(TensorError) -> Tensor {
    try condition.check()
    try a.tensor?.check()
    try b.tensor?.check()
    guard condition.dtype == .bool else {
      throw .dtypeMismatch(operation: "where", dtypes: [condition.dtype], rule: "the condition must be bool")
    }
    let sizes = try broadcastSizes("where", condition.sizes, broadcastSizes("where", a.sizes, b.sizes))
    let common = try resultType(a.promotion, b.promotion)
    let first = try a.converted(to: common, keepsNumber: false)
    let second = try b.converted(to: common, keepsNumber: false)
    let out = try Tensor(uninitialized: sizes, dtype: common)
    let steps = try condition.expandedSteps(to: sizes, "where")
    try first.withSource(sizes, "where") { (first) throws(TensorError) in
      try second.withSource(sizes, "where") { second in
        withExtents(sizes, steps) { shape, steps in
          ck_where(
            Int64(common.itemSize), Int32(out.rank), shape, condition.source(steps), first, second, out.address)
        }
      }
    }
    return out
  }
}
