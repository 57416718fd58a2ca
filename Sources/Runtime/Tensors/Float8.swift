// The two 8-bit floats: formats for storage, with conversions and no arithmetic.

internal import CKernels

/// A float of 1 sign bit, 4 exponent bits and 3 fraction bits, without infinities (Micikevicius et al., "FP8 Formats
/// for Deep Learning", https://arxiv.org/abs/2209.05433). The greatest value is 448.
public struct Float8E4M3FN: Sendable, Hashable, CustomStringConvertible {
  /// Sign, exponent and fraction, from the most significant bit down.
  public var bitPattern: UInt8

  /// The number with these bits.
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  /// Rounds to nearest, ties to even; what would round above 448 becomes NaN, as in PyTorch 2.1.
  public init(_ value: Float) { bitPattern = ck_e4m3fn_from_float(value) }
  /// Rounds to `Float` first, as PyTorch does.
  public init(_ value: Double) { self.init(Float(value)) }
  public var description: String { Float(self).description }
}

/// A float of 1 sign bit, 5 exponent bits and 2 fraction bits, with infinities. The greatest finite value is 57344.
public struct Float8E5M2: Sendable, Hashable, CustomStringConvertible {
  /// Sign, exponent and fraction, from the most significant bit down.
  public var bitPattern: UInt8

  /// The number with these bits.
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
  /// Rounds to nearest, ties to even; overflows to infinity.
  public init(_ value: Float) { bitPattern = ck_e5m2_from_float(value) }
  /// Rounds to `Float` first, as PyTorch does.
  public init(_ value: Double) { self.init(Float(value)) }
  public var description: String { Float(self).description }
}

extension Float {
  /// The same value; nothing is lost.
  public init(_ value: Float8E4M3FN) { self = ck_float_from_e4m3fn(value.bitPattern) }
  /// The same value; nothing is lost.
  public init(_ value: Float8E5M2) { self = ck_float_from_e5m2(value.bitPattern) }
}
