// One number out of a tensor, or one to compute with: a bool, an integer or a float, as Python would hold it.

internal import CKernels

/// A number that keeps its kind. Its description is Python's.
///
/// For example: `try Tensor([0.1], dtype: .float32).item()` prints as `0.10000000149011612`.
public enum Scalar: Sendable {
  case bool(Bool)
  case int(Int64)
  case float(Double)

  /// The value as a `Double`; a large integer is rounded.
  public var doubleValue: Double {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }

  /// The value as an `Int`, fractions cut off; nil for NaN, infinity and what does not fit.
  public var intValue: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Int(exactly: value)
    case .float(let value): Int(exactly: value.rounded(.towardZero))
    }
  }

  /// Whether the value is not zero.
  public var boolValue: Bool { doubleValue != 0 }

  /// The dtype that a tensor of this number gets: bool, int64 or the default dtype.
  public var dtype: DType {
    switch self {
    case .bool: .bool
    case .int: .int64
    case .float: defaultDType
    }
  }
}

extension Scalar: Hashable, Comparable {
  /// Equal as numbers, whatever their kinds, as in Python: 1 equals 1.0 and True.
  public static func == (a: Scalar, b: Scalar) -> Bool {
    if case .int(let x) = a, case .int(let y) = b { return x == y }
    return a.doubleValue == b.doubleValue
  }

  public static func < (a: Scalar, b: Scalar) -> Bool {
    if case .int(let x) = a, case .int(let y) = b { return x < y }
    return a.doubleValue < b.doubleValue
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(doubleValue) }
}

extension Scalar: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Scalar: CustomStringConvertible {
  public var description: String {
    switch self {
    case .bool(let value): value ? "True" : "False"
    case .int(let value): String(value)
    case .float(let value): pythonDescription(value)
    }
  }

  /// The value by one of Python's format specifications: `".3e"`, `".4f"`, `"g"`, `"10.2f"`, or `""`.
  ///
  /// For example: `try diff.mean().item().formatted(".3e")` is `9.979e-04`.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` for a specification of another form.
  public func formatted(_ specification: String) throws(TensorError) -> String {
    try format(self, specification)
  }
}

/// Python's `repr` of a float: the shortest digits that read back, with an exponent from 1e16 and below 1e-4.
private func pythonDescription(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  let text = value.description
  if value.magnitude < 1e16 {
    return value.magnitude > 1e15 ? formatted(value, "f", value == value.rounded() ? 1 : 3) : text
  }
  guard !text.contains("e") else { return text }
  let sign = value < 0 ? "-" : ""
  let whole = text.drop { $0 == "-" }.prefix { $0 != "." }
  var digits = String(whole)
  while digits.last == "0" { digits.removeLast() }
  let fraction = digits.dropFirst()
  return "\(sign)\(digits.prefix(1))\(fraction.isEmpty ? "" : ".")\(fraction)e+\(whole.count - 1)"
}

private func format(_ value: Scalar, _ specification: String) throws(TensorError) -> String {
  let unusable = TensorError.invalidArgument(
    operation: "format", reason: "\"\(specification)\" is not of the form [width][.precision][e|f|g], such as \".3e\"")
  if specification.isEmpty { return value.description }
  var rest = Substring(specification)
  let kind = rest.last ?? "f"
  guard "efg".contains(kind) else { throw unusable }
  rest.removeLast()
  let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
  guard parts.count <= 2, let width = parts[0].isEmpty ? 0 : Int(parts[0]), (0...1000).contains(width),
    let precision = parts.count < 2 ? 6 : Int(parts[1]), (0...1000).contains(precision)
  else { throw unusable }
  let text = formatted(value.doubleValue, kind, precision)
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// C's `%.*f`, `%.*e` or `%.*g`.
func formatted(_ value: Double, _ kind: Character, _ precision: Int) -> String {
  let format = CChar(kind.asciiValue ?? 0x66)
  let length = Int(ck_format(value, format, Int32(precision), nil, 0))
  return String(unsafeUninitializedCapacity: length + 1) { buffer in
    buffer.withMemoryRebound(to: CChar.self) { chars in
      _ = ck_format(value, format, Int32(precision), chars.baseAddress, Int64(length + 1))
    }
    return length
  }
}
