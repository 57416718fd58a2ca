// The numbers along one side of a plot.

/// A range of numbers, the round ones among them that are written at the axis, and their texts.
struct Axis: Equatable {
  let low: Double
  let high: Double
  let ticks: [Double]
  let labels: [String]

  /// An axis that covers all finite values; of no value, or of one only, some room around it.
  init(covering values: [Double], includingZero: Bool = false) {
    let finite = values.filter(\.isFinite) + (includingZero ? [0] : [])
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if low == high {
      let room = low == 0 ? 1 : low.magnitude / 2
      (low, high) = (low - room, high + room)
    }
    let step = Axis.roundStep((high / 5) - (low / 5))
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    labels = Axis.texts(ticks, step: step)
    self.low = first * step
    self.high = last * step
  }

  /// An axis with the given texts, one for each of 0, 1, 2, …
  init(labels: [String]) {
    ticks = labels.indices.map(Double.init)
    self.labels = labels
    low = -0.5
    high = Double(max(labels.count, 1)) - 0.5
  }

  /// Where a value lies between the ends, from 0 to 1.
  func position(of value: Double) -> Double {
    let position = (value / 2 - low / 2) / (high / 2 - low / 2)
    return position.isFinite ? position : 0.5
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below `step`.
  private static func roundStep(_ step: Double) -> Double {
    guard step.isFinite, step > .leastNormalMagnitude else { return 1 }
    let power = powerOfTen(below: step)
    let factor = [1, 2, 5, 10].first { $0 * power >= step * (1 - 1e-9) } ?? 10
    return factor * power
  }

  private static func powerOfTen(below value: Double) -> Double {
    let text = value.scientific(0)
    let exponent = text.split(separator: "e").last.map(String.init) ?? "0"
    let power = Double("1e\(exponent)") ?? 1
    return power > value ? power / 10 : power
  }

  /// As many digits as the step needs, the same for all.
  private static func texts(_ ticks: [Double], step: Double) -> [String] {
    let greatest = ticks.map(\.magnitude).max() ?? 0
    if greatest >= 1e6 || step < 1e-5 { return ticks.map { $0 == 0 ? "0" : $0.significant(3) } }
    let powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6]
    let digits = powers.firstIndex { (step * $0).isNearInteger } ?? 6
    return ticks.map { $0 == 0 ? "0" : $0.fixed(digits) }
  }
}

extension Double {
  fileprivate var isNearInteger: Bool { (self - rounded()).magnitude < 1e-6 }
}
