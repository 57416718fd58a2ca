// A number's bits in one format or several: sign, exponent and mantissa, and what rounding does between them.

import Tensors

/// One number as a chain of formats stores it; ``bits(_:as:)`` makes it.
public struct BitPattern: Displayable, Equatable, Sendable {
  /// The number that was given.
  public let value: Scalar
  /// The formats in order; each is rounded from the one before.
  public let formats: [StoredNumber]

  public var mimeBundle: MIMEBundle {
    MIMEBundle(plain: plainText, html: html)
  }
}

/// A number in one format.
public struct StoredNumber: Equatable, Sendable {
  /// The format.
  public let dtype: DType
  /// All bits, the most significant first: `0011110111001101`.
  public let bits: String
  /// What the bits stand for.
  public let value: Scalar
  /// What was rounded to give it.
  public let source: Scalar
  /// How many of the mantissa's last bits the next format does not keep.
  var droppedBits = 0

  /// The first bit of a floating-point or signed format; empty for `uint8` and `bool`.
  public var sign: String { isSigned ? String(bits.prefix(1)) : "" }
  /// The exponent with its bias; empty for an integer.
  public var exponent: String { String(bits.dropFirst(sign.count).prefix(dtype.info.exponentBits)) }
  /// The digits after the (unwritten) leading one; for an integer, all but the sign.
  public var mantissa: String { String(bits.dropFirst(sign.count + dtype.info.exponentBits)) }

  /// The value minus what it was rounded from.
  public var roundingError: Double { value.doubleValue - source.doubleValue }

  private var isSigned: Bool { dtype != .uint8 && dtype != .bool }
}

/// The bits of a number in the formats named, each rounded from the one before.
///
///     try bits(0.1, as: .float32, .bfloat16)
///
/// shows the sign, exponent and mantissa of 0.1 in float32, which of its bits bfloat16 drops, and by how much that
/// moves the value. Without formats, the number's own: float64 for a `Double`.
///
/// - Throws: `TensorError.valueOutOfRange` for an integer format that the number does not fit.
public func bits(_ value: some TensorScalar, as dtypes: DType...) throws -> BitPattern {
  try bitPattern(of: Tensor(value, dtype: type(of: value).dtype), as: dtypes)
}

/// The bits of a tensor's only element, first in its own dtype, then in the formats named.
///
/// - Throws: `TensorError.notASingleElement`.
public func bits(_ tensor: Tensor, as dtypes: DType...) throws -> BitPattern {
  try bitPattern(of: tensor, as: [tensor.dtype] + dtypes)
}

private func bitPattern(of tensor: Tensor, as dtypes: [DType]) throws -> BitPattern {
  let value = try tensor.item()
  var formats: [StoredNumber] = []
  var current = tensor
  for dtype in dtypes.isEmpty ? [tensor.dtype] : dtypes {
    let next = try cast(current, to: dtype)
    if let last = formats.indices.last { formats[last].droppedBits = droppedBits(from: current.dtype, to: dtype) }
    formats.append(
      StoredNumber(dtype: dtype, bits: try binary(next), value: try next.item(), source: try current.item()))
    current = next
  }
  return BitPattern(value: value, formats: formats)
}

/// An integer that does not fit would wrap around, which is no rounding.
private func cast(_ tensor: Tensor, to dtype: DType) throws -> Tensor {
  let result = try tensor.to(dtype)
  let value = try tensor.item()
  if dtype.isInteger, (try result.item().doubleValue - value.doubleValue).magnitude >= 1 || value.doubleValue.isNaN {
    throw TensorError.valueOutOfRange(value, dtype)
  }
  return result
}

private func droppedBits(from: DType, to: DType) -> Int {
  guard from.isFloatingPoint, to.isFloatingPoint else { return 0 }
  return max(0, from.info.mantissaBits - to.info.mantissaBits)
}

private func binary(_ tensor: Tensor) throws -> String {
  let width = tensor.dtype.itemSize * 8
  let digits = String(try bitPatterns(of: tensor)[0], radix: 2)
  return String(repeating: "0", count: width - digits.count) + digits
}

// MARK: - Words

extension StoredNumber {
  /// The value put together from the fields: `+1.6015625 × 2^-4`.
  public var reading: String {
    let info = dtype.info
    guard dtype.isFloatingPoint else { return integerReading }
    let number = value.doubleValue
    if number.isNaN { return "not a number: exponent all ones, mantissa not zero" }
    if number.isInfinite { return "infinity: exponent all ones, mantissa zero" }
    if number == 0 { return "zero: exponent and mantissa zero" }
    let isSubnormal = !exponent.contains("1")
    let bias = (1 << (info.exponentBits - 1)) - 1
    let power = isSubnormal ? 1 - bias : (Int(exponent, radix: 2) ?? 0) - bias
    let fraction = Double(Int(mantissa, radix: 2) ?? 0) * info.eps
    let sign = number < 0 ? "-" : "+"
    return "\(sign)\(isSubnormal ? fraction : 1 + fraction) × 2^\(power)" + (isSubnormal ? ", subnormal" : "")
  }

  private var integerReading: String {
    switch dtype {
    case .bool: "truth value"
    case .uint8: "unsigned"
    default: "two's complement"
    }
  }

  /// What rounding did.
  public var rounding: String {
    if source.doubleValue.isNaN || roundingError == 0 { return "exact" }
    if !value.doubleValue.isFinite { return source.doubleValue.isFinite ? "overflow" : "exact" }
    if value.doubleValue == 0 { return "underflow to zero" }
    let direction = roundingError > 0 ? "up" : "down"
    return "\(direction) by \(roundingError.magnitude.significant(3))"
  }
}

// MARK: - Forms

extension BitPattern {
  private var plainText: String {
    let rows = formats.map { number -> [Any] in
      let fields = [number.sign, number.exponent, number.mantissa].filter { !$0.isEmpty }.joined(separator: " ")
      return [number.dtype.name, fields, number.value.description, number.reading, number.rounding]
    }
    return "\(value)\n" + (table(Self.header, rows).mimeBundle["text/plain"] ?? "")
  }

  private static let header = ["dtype", "sign exponent mantissa", "value", "reads as", "rounded"]

  private var html: String {
    let head = Self.header.filter { $0 != "reads as" }.map {
      element("th", attributes: "scope=\"col\"", $0 == "sign exponent mantissa" ? legend : $0)
    }
    let rows = formats.map { number in
      element(
        "tr",
        element("th", attributes: "scope=\"row\"", number.dtype.name)
          + element("td", class: "lk-bits-fields", fields(of: number))
          + element("td", class: "lk-number", escaped(number.value.description) + reading(of: number))
          + element("td", escaped(number.rounding)))
    }
    let caption = element("caption", "The bits of \(escaped(value.description))")
    return element(
      "table", class: "lk-bits",
      caption + element("thead", element("tr", head.joined())) + element("tbody", rows.joined()))
  }

  /// Below the value, so that what rounding did has room beside it.
  private func reading(of number: StoredNumber) -> String {
    element("span", class: "lk-reading", power(number.reading))
  }

  private var legend: String {
    ["sign", "exponent", "mantissa"].map { element("span", class: "lk-\($0)", $0) }.joined(separator: " ")
  }

  private func fields(of number: StoredNumber) -> String {
    let kept = number.mantissa.dropLast(number.droppedBits)
    let dropped = number.mantissa.suffix(number.droppedBits)
    let tail =
      dropped.isEmpty
      ? "" : element("span", class: "lk-dropped", attributes: "title=\"not kept by the next format\"", String(dropped))
    return field("sign", number.sign) + field("exponent", number.exponent) + field("mantissa", kept + tail)
  }

  private func field(_ name: String, _ bits: String) -> String {
    bits.isEmpty ? "" : element("span", class: "lk-\(name)", attributes: "title=\"\(name)\"", bits)
  }

  private func power(_ reading: String) -> String {
    let parts = reading.split(separator: "^", maxSplits: 1)
    guard parts.count == 2 else { return escaped(reading) }
    let exponent = parts[1].prefix { $0 != "," }
    return escaped(String(parts[0])) + element("sup", String(exponent))
      + escaped(String(parts[1].dropFirst(exponent.count)))
  }
}
