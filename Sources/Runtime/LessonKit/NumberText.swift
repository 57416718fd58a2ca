// Numbers as text without Foundation, whose import would cost every step time.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension BinaryFloatingPoint {
  /// The number with so many digits after the point: `0.5.fixed(2)` is `0.50`. C's `%.2f`.
  public func fixed(_ digits: Int) -> String {
    cFormatted("%.*f", digits, Double(self))
  }

  /// The number in scientific notation with so many digits after the point: `0.0009979.scientific(3)` is `9.979e-04`.
  /// C's `%.3e`.
  public func scientific(_ digits: Int) -> String {
    cFormatted("%.*e", digits, Double(self))
  }

  /// The number with so many significant digits at most, in the shorter notation: `(1.0 / 3).significant(3)` is
  /// `0.333`. C's `%.3g`.
  public func significant(_ digits: Int) -> String {
    cFormatted("%.*g", digits, Double(self))
  }
}

extension String {
  /// The text with spaces after it until it is `width` characters wide (at most 10,000); longer text stays as it is.
  public func padded(to width: Int) -> String { self + padding(to: width) }

  /// The text with spaces before it until it is `width` characters wide (at most 10,000); longer text stays as it is.
  public func leftPadded(to width: Int) -> String { padding(to: width) + self }

  private func padding(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, Swift.min(Swift.max(width, 0), 10_000) - count))
  }
}

/// One number by C's `printf`, in the C locale that Swift programs start in.
private func cFormatted(_ format: String, _ digits: Int, _ value: Double) -> String {
  let digits = Int32(clamping: Swift.max(0, Swift.min(digits, 100)))
  var buffer = [CChar](repeating: 0, count: 512)
  let length = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A number of bytes as people read it, in powers of 1000: `989.7 MB`.
public func byteText(_ count: Int) -> String {
  var value = Double(count)
  for unit in ["bytes", "kB", "MB", "GB"] {
    if value < 1000 {
      return unit == "bytes" ? "\(count) \(count == 1 ? "byte" : "bytes")" : "\(value.fixed(1)) \(unit)"
    }
    value /= 1000
  }
  return "\(value.fixed(1)) TB"
}

/// A whole number with its digits in groups of three: `247,414,076`.
public func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + text
}
