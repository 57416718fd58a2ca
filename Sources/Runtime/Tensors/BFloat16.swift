// The 16-bit float with float32's exponent: 1 sign bit, 8 exponent bits, 7 fraction bits.

internal import CKernels

/// A bfloat16 number.
///
/// Each operation computes in `Float` and rounds once, to nearest, ties to even.
///
/// For example: `BFloat16(0.1).bitPattern` is `0x3dcd`, and `Float(BFloat16(0.1))` is `0.100097656`.
public struct BFloat16: Sendable {
  /// Sign, exponent and fraction, from the most significant bit down.
  public var bitPattern: UInt16

  /// The number with these bits.
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Rounds to the nearest value, ties to even.
  public init(_ value: Float) { bitPattern = ck_bfloat16_from_float(value) }

  /// Rounds to `Float` first and then to bfloat16, as PyTorch does.
  public init(_ value: Double) { self.init(Float(value)) }

  /// Rounds to the nearest value by way of `Float`.
  public init(_ value: some BinaryInteger) { self.init(Float(value)) }

  /// Positive infinity.
  public static var infinity: BFloat16 { BFloat16(bitPattern: 0x7f80) }
  /// The quiet NaN 0x7fc0.
  public static var nan: BFloat16 { BFloat16(bitPattern: 0x7fc0) }
  /// Zero.
  public static var zero: BFloat16 { BFloat16(bitPattern: 0) }
  /// The greatest finite value, about 3.39e38.
  public static var greatestFiniteMagnitude: BFloat16 { BFloat16(bitPattern: 0x7f7f) }
  /// The least positive value with full precision, 2^-126.
  public static var leastNormalMagnitude: BFloat16 { BFloat16(bitPattern: 0x0080) }
  /// The least positive value, 2^-133.
  public static var leastNonzeroMagnitude: BFloat16 { BFloat16(bitPattern: 0x0001) }
  /// The distance from 1 to the next greater value: 2^-7.
  public static var ulpOfOne: BFloat16 { BFloat16(bitPattern: 0x3c00) }

  /// Whether this is not a number.
  public var isNaN: Bool { bitPattern & 0x7fff > 0x7f80 }
  /// Whether this is an infinity.
  public var isInfinite: Bool { bitPattern & 0x7fff == 0x7f80 }
  /// Whether this is neither NaN nor an infinity.
  public var isFinite: Bool { bitPattern & 0x7f80 != 0x7f80 }
  /// The absolute value.
  public var magnitude: BFloat16 { BFloat16(bitPattern: bitPattern & 0x7fff) }
}

extension Float {
  /// The same value; nothing is lost.
  public init(_ value: BFloat16) { self = ck_float_from_bfloat16(value.bitPattern) }
}

extension Double {
  /// The same value; nothing is lost.
  public init(_ value: BFloat16) { self = Double(Float(value)) }
}

extension BFloat16: SignedNumeric, Comparable, Hashable {
  public init?<T: BinaryInteger>(exactly source: T) {
    guard let float = Float(exactly: source), Float(BFloat16(float)) == float else { return nil }
    self.init(float)
  }

  public static func + (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(Float(a) + Float(b)) }
  public static func - (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(Float(a) - Float(b)) }
  public static func * (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(Float(a) * Float(b)) }
  /// The quotient, rounded.
  public static func / (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(Float(a) / Float(b)) }
  public static func *= (a: inout BFloat16, b: BFloat16) { a = a * b }
  /// Divides and rounds.
  public static func /= (a: inout BFloat16, b: BFloat16) { a = a / b }
  public static prefix func - (a: BFloat16) -> BFloat16 { BFloat16(bitPattern: a.bitPattern ^ 0x8000) }
  public static func < (a: BFloat16, b: BFloat16) -> Bool { Float(a) < Float(b) }
  public static func == (a: BFloat16, b: BFloat16) -> Bool { Float(a) == Float(b) }
  public func hash(into hasher: inout Hasher) { hasher.combine(Float(self)) }
}

extension BFloat16: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(value) }
  public var description: String { Float(self).description }
}
