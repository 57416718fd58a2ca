// What a number format can hold: PyTorch's finfo and iinfo in one value.

/// The figures of a number format.
public struct DTypeInfo: Sendable, Hashable {
  /// The format itself.
  public let dtype: DType
  /// Bits of one element.
  public let bits: Int
  /// Bits of the exponent; 0 for integers.
  public let exponentBits: Int
  /// Bits of the fraction that are stored, without the hidden one; 0 for integers.
  public let mantissaBits: Int
  /// The least finite value.
  public let min: Scalar
  /// The greatest finite value.
  public let max: Scalar
  /// The distance from 1 to the next greater value; 0 for integers.
  public let eps: Double
  /// The least positive value with full precision; 0 for integers.
  public let smallestNormal: Double
  /// The least positive value; 0 for integers.
  public let smallestSubnormal: Double
}

extension DTypeInfo: CustomStringConvertible {
  /// The figures in a line: `bfloat16: 16 bits (1 sign, 8 exponent, 7 mantissa), min -3.3895313892515355e+38, ...`.
  public var description: String {
    let range = "min \(min), max \(max)"
    guard dtype.isFloatingPoint else { return "\(dtype): \(bits) bits, \(range)" }
    let fields = "\(bits) bits (1 sign, \(exponentBits) exponent, \(mantissaBits) mantissa)"
    let least = "smallest normal \(Scalar.float(smallestNormal)), smallest subnormal \(Scalar.float(smallestSubnormal))"
    return "\(dtype): \(fields), \(range), eps \(Scalar.float(eps)), \(least)"
  }
}

extension DType {
  /// The figures of this format, as `torch.finfo` and `torch.iinfo` give them.
  public var info: DTypeInfo {
    switch self {
    case .float64: floating(exponent: 11, mantissa: 52, max: .greatestFiniteMagnitude)
    case .float32: floating(exponent: 8, mantissa: 23, max: Double(Float.greatestFiniteMagnitude))
    case .float16: floating(exponent: 5, mantissa: 10, max: 65504)
    case .bfloat16: floating(exponent: 8, mantissa: 7, max: 0x1.fep127)
    case .float8E4M3FN: floating(exponent: 4, mantissa: 3, max: 448)
    case .float8E5M2: floating(exponent: 5, mantissa: 2, max: 57344)
    case .int64: integer(Int64.self)
    case .int32: integer(Int32.self)
    case .int16: integer(Int16.self)
    case .int8: integer(Int8.self)
    case .uint8: integer(UInt8.self)
    case .bool:
      DTypeInfo(
        dtype: .bool, bits: 8, exponentBits: 0, mantissaBits: 0, min: false, max: true, eps: 0, smallestNormal: 0,
        smallestSubnormal: 0)
    }
  }

  private func floating(exponent: Int, mantissa: Int, max: Double) -> DTypeInfo {
    let leastExponent = 2 - (1 << (exponent - 1))
    let normal = Double(sign: .plus, exponent: leastExponent, significand: 1)
    let eps = Double(sign: .plus, exponent: -mantissa, significand: 1)
    return DTypeInfo(
      dtype: self, bits: itemSize * 8, exponentBits: exponent, mantissaBits: mantissa, min: .float(-max),
      max: .float(max), eps: eps, smallestNormal: normal, smallestSubnormal: normal * eps)
  }

  private func integer<T: FixedWidthInteger>(_ type: T.Type) -> DTypeInfo {
    DTypeInfo(
      dtype: self, bits: T.bitWidth, exponentBits: 0, mantissaBits: 0, min: .int(Int64(T.min)),
      max: .int(Int64(T.max)), eps: 0, smallestNormal: 0, smallestSubnormal: 0)
  }
}
