// The weights of one axis of a resize.

/// For every position along the new axis: which positions of the old one it mixes, and how much of each.
///
/// Formulas and rounding are those of Pillow 10 (`Resample.c`): weights in double precision, normalised to the sum 1,
/// then as integers with 22 fraction bits.
struct ResizeWeights {
  /// The fraction bits of a weight: 32, less 8 for the pixel and 2 for the overshoot of negative weights.
  static let fractionBits: Int32 = 22

  /// The weights of all positions, one after the other.
  private(set) var weights: [Int32] = []
  /// The first old position of each new one, and where its weights are in `weights`.
  private(set) var spans: [(start: Int, weights: Range<Int>)] = []

  init(from oldSize: Int, to newSize: Int, _ filter: Resampling) {
    let scale = Double(oldSize) / Double(newSize)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    spans.reserveCapacity(newSize)
    for position in 0..<newSize {
      let center = (Double(position) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), oldSize)
      let values = (start..<max(start, end)).map { filter.weight((Double($0) - center + 0.5) * (1 / stretch)) }
      spans.append((start, weights.count..<weights.count + values.count))
      weights += Self.fixed(values)
    }
  }

  /// Weights of the sum 1 as integers, rounded half away from zero.
  private static func fixed(_ values: [Double]) -> [Int32] {
    let total = values.reduce(0, +)
    return values.map { value in
      let share = (total == 0 ? value : value / total) * Double(1 << fractionBits)
      return Int32(share < 0 ? share - 0.5 : share + 0.5)
    }
  }
}
