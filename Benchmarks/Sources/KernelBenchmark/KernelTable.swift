// A line of the table for each row.

import Foundation
import Measuring

/// All repetitions of one row with one number of threads; both sides in turn.
struct KernelMeasurement {
  let row: KernelRow
  var ours: [Double] = []
  var torch: [Double] = []

  /// - Throws: `Problem` when a side gives up.
  init(_ row: KernelRow, threads: Int, repetitions: Int, _ sides: KernelSides) throws {
    self.row = row
    let question = "\(threads) \(row.words)"
    for repetition in 0..<repetitions {
      if repetition % 2 == 1, let torch = sides.torch { self.torch.append(try torch.ask(question)) }
      ours.append(try sides.ours.ask(question))
      if repetition % 2 == 0, let torch = sides.torch { self.torch.append(try torch.ask(question)) }
    }
  }

  /// The median of the pairs' ratios, above 1 when ours is faster.
  var ratio: Double? { median(zip(torch, ours).map { $0 / $1 }) }
}

/// The machine's peaks with one number of threads.
struct KernelPeaks {
  private var flops: [String: Double] = [:]
  let bytes: Double

  init(threads: Int, _ peak: KernelSide) throws {
    func best(_ words: String) throws -> Double { try (0..<3).map { _ in try peak.ask("\(threads) \(words)") }.max()! }
    for dtype in ["float32", "bfloat16"] { flops[dtype] = try best("flops \(dtype)") }
    bytes = try best("bytes memory")
  }

  var text: String {
    let products = ["float32", "bfloat16"].map { String(format: "%.0f GFLOP/s in \($0)", (flops[$0] ?? 0) / 1e9) }
    return "peak " + products.joined(separator: ", ") + String(format: ", %.1f GB/s from memory", bytes / 1e9)
  }

  /// What a row reached, and its share of the peak.
  func reached(_ row: KernelRow, _ seconds: Double) -> (rate: String, share: String) {
    switch row.work {
    case .flops(let count, let dtype):
      let rate = count / seconds
      return (String(format: "%.0f GFLOP/s", rate / 1e9), percent(rate / (flops[dtype] ?? .nan)))
    case .bytes(let count):
      let rate = count / seconds
      return (String(format: "%.1f GB/s", rate / 1e9), percent(rate / bytes))
    case .calls: return ("", "")
    }
  }

  private func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}

func line(_ measurement: KernelMeasurement, _ peaks: KernelPeaks) -> String {
  let ours = median(measurement.ours) ?? 0
  let (rate, share) = peaks.reached(measurement.row, ours)
  let torch = median(measurement.torch).map(time) ?? "-"
  let ratio = measurement.ratio.map { String(format: "%.2f", $0) } ?? "-"
  let cells = [(time(ours), 10), (torch, 10), (ratio, 6), (rate, 13), (share, 6)]
  return measurement.row.title.padding(toLength: 58, withPad: " ", startingAt: 0)
    + cells.map { text, width in String(repeating: " ", count: max(1, width - text.count)) + text }.joined()
}

let heading =
  "".padding(toLength: 58, withPad: " ", startingAt: 0) + "      ours   PyTorch ratio      reached of peak"

/// Seconds in a unit that suits them.
private func time(_ seconds: Double) -> String {
  seconds < 1e-4 ? String(format: "%.2f µs", seconds * 1e6) : String(format: "%.2f ms", seconds * 1e3)
}
