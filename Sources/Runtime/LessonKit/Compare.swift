// How far two tensors are apart.

import Tensors

/// The difference between two tensors of one shape; ``compare(_:_:ulpsOf:)`` makes it.
public struct Comparison: Displayable, Equatable, Sendable {
  /// Both tensors' shape.
  public let shape: [Int]
  /// The first tensor's dtype and the second's.
  public let dtypes: [DType]
  /// How many elements differ in value.
  public let differing: Int
  /// The mean of the absolute differences, computed in `Double`; NaN where one element of a pair is NaN.
  public let meanDifference: Double
  /// The greatest absolute difference; NaN, if any, counts as the greatest.
  public let maxDifference: Double
  /// Where the greatest difference is: an index per dimension; nil when the tensors are empty.
  public let maxIndex: [Int]?
  /// The two elements there.
  public let maxPair: [Scalar]
  /// The greatest distance in units in the last place: how many representable numbers of ``ulpDType`` lie between the
  /// two elements once both are rounded to it. Nil when a NaN meets a number.
  public let maxULPs: Int?
  /// The format whose steps ``maxULPs`` counts.
  public let ulpDType: DType

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  public var mimeBundle: MIMEBundle { report.mimeBundle }

  private var report: Table {
    let names = dtypes.map(\.name).joined(separator: " and ")
    var rows: [[Any]] = [
      ["elements", "\(LessonKit.grouped(count)) of shape \(shape), \(names)"],
      ["different", "\(LessonKit.grouped(differing))"],
      ["mean difference", meanDifference.scientific(3)],
      ["greatest difference", maxDifference.scientific(3)],
    ]
    if let maxIndex, differing > 0 { rows.append(["found at", "\(maxIndex): \(maxPair[0]) and \(maxPair[1])"]) }
    rows.append(["greatest distance", maxULPs.map { "\(LessonKit.grouped($0)) ULP of \(ulpDType)" } ?? "not a number"])
    return table([], rows)
  }
}

/// Compares two tensors element by element.
///
///     let difference = try compare(logitsBF16, logits)
///     difference.maxDifference.scientific(3)   // 1.691e-03
///     display(difference)
///
/// - Parameter ulpsOf: The format whose steps are counted; the coarser of the two unless told.
/// - Throws: `TensorError.shapeMismatch` unless the shapes are equal.
public func compare(_ a: Tensor, _ b: Tensor, ulpsOf ulpDType: DType? = nil) throws -> Comparison {
  guard a.shape == b.shape else {
    throw TensorError.shapeMismatch(operation: "compare", shapes: [a.shape, b.shape], rule: "the shapes must be equal")
  }
  let (x, y) = (try [Double](a), try [Double](b))
  let differences = zip(x, y).map(difference)
  let place = differences.indices.max { rank(differences[$0]) < rank(differences[$1]) }
  let format = ulpDType ?? coarser(a.dtype, b.dtype)
  return Comparison(
    shape: a.shape, dtypes: [a.dtype, b.dtype], differing: differences.count { $0 != 0 },
    meanDifference: differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count),
    maxDifference: place.map { differences[$0] } ?? 0, maxIndex: place.map { unravel($0, a.shape) },
    maxPair: try place.map { [try a.scalars()[$0], try b.scalars()[$0]] } ?? [],
    maxULPs: try greatestDistance(a.to(format), b.to(format)), ulpDType: format)
}

/// The floating-point format with fewer digits; of an integer and a float the float.
private func coarser(_ a: DType, _ b: DType) -> DType {
  guard a.isFloatingPoint, b.isFloatingPoint else { return a.isFloatingPoint ? a : b }
  return a.info.mantissaBits <= b.info.mantissaBits ? a : b
}

/// NaN against NaN, and an infinity against itself, are no difference.
private func difference(_ a: Double, _ b: Double) -> Double {
  a == b || (a.isNaN && b.isNaN) ? 0 : (a - b).magnitude
}

private func rank(_ difference: Double) -> Double {
  difference.isNaN ? .infinity : difference
}

/// The index per dimension of the element at a row-major position.
private func unravel(_ position: Int, _ shape: [Int]) -> [Int] {
  var rest = position
  return Array(
    shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }
    .reversed())
}

/// Nil when a NaN stands against a number.
private func greatestDistance(_ a: Tensor, _ b: Tensor) throws -> Int? {
  let (x, y) = (try orderedPatterns(a), try orderedPatterns(b))
  guard zip(x, y).allSatisfy({ ($0 == nil) == ($1 == nil) }) else { return nil }
  let distances = zip(x, y).map { x, y in (x ?? 0) > (y ?? 0) ? (x ?? 0) - (y ?? 0) : (y ?? 0) - (x ?? 0) }
  return distances.max().map { Int(clamping: $0) } ?? 0
}

/// Each element as a whole number such that neighbouring floats are neighbouring numbers, and both zeros are one; nil
/// for NaN.
private func orderedPatterns(_ tensor: Tensor) throws -> [Int128?] {
  let patterns = try bitPatterns(of: tensor)
  let values = try [Double](tensor)
  let signBit = UInt64(1) << (tensor.dtype.itemSize * 8 - 1)
  return zip(patterns, values).map { pattern, value in
    if value.isNaN { return nil }
    if !tensor.dtype.isFloatingPoint { return Int128(value) }
    return pattern & signBit == 0 ? Int128(pattern) : -Int128(pattern & ~signBit)
  }
}

/// The bits of each element, row by row, in the low end of the number.
func bitPatterns(of tensor: Tensor) throws -> [UInt64] {
  let size = tensor.dtype.itemSize
  let bytes = try tensor.bytes()
  return stride(from: 0, to: bytes.count, by: size).map { start in
    var pattern: UInt64 = 0
    withUnsafeMutableBytes(of: &pattern) { $0.copyBytes(from: bytes[start..<start + size]) }
    return UInt64(littleEndian: pattern)
  }
}
