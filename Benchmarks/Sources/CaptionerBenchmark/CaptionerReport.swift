// The report: medians of both sides for each dtype, and how they compare.

import Foundation
import Measuring

struct CaptionerReport {
  private let runs: [CaptionerRun]
  /// Of the checkpoint, which is in float32.
  private let weights: Int

  init(_ runs: [CaptionerRun], weights: Int) { (self.runs, self.weights) = (runs, weights) }

  private static let rows = [
    ("load", "load the model, s"), ("vision", "vision tower, s"), ("token", "one more token, s"),
    ("caption", "caption of 20 tokens, s"), ("whole", "whole process, s"), ("peak", "peak memory, MB"),
  ]
  private static let dtypes = ["float32", "bfloat16"]

  private var hasPython: Bool { runs.contains { $0.side == "python" } }

  var text: String {
    let tables = Self.dtypes.map { dtype in "\(table(of: dtype))\n\(weightLine(dtype))" }
    return (tables + [gain, agreement].compactMap(\.self)).joined(separator: "\n\n")
  }

  private func table(of dtype: String) -> String {
    Measuring.table(
      [[dtype, "swift", "python", "python / swift"]]
        + Self.rows.map { key, name in
          let (swift, python) = (value(key, "swift", dtype), value(key, "python", dtype))
          let ratio = swift.flatMap { s in python.map { String(format: "%.2f", $0 / s) } } ?? "-"
          return [name, number(key, swift), number(key, python), ratio]
        })
  }

  private func weightLine(_ dtype: String) -> String {
    let bytes = Double(dtype == "float32" ? weights : weights / 2)
    let share = value("peak", "swift", dtype).map { String(format: "%.2f", $0 / bytes) } ?? "-"
    return "the weights take \(String(format: "%.0f", bytes / 1e6)) MB; swift's peak is \(share) times that"
  }

  /// The other way of reading the figures: what bfloat16 brings.
  private var gain: String? {
    guard let full = value("caption", "swift", "float32"), let half = value("caption", "swift", "bfloat16") else {
      return nil
    }
    let python = value("caption", "python", "float32").flatMap { full in
      value("caption", "python", "bfloat16").map { String(format: ", python's %.2f times", full / $0) }
    }
    return String(format: "swift's captions in bfloat16 are %.2f times as fast as in float32", full / half)
      + (python ?? "")
  }

  /// Whether both sides said the same; with random weights a word's lead over the next may be small.
  private var agreement: String? {
    guard hasPython else { return nil }
    return Self.dtypes.map { dtype in
      let captions = Set(runs.filter { $0.dtype == dtype }.map(\.ids))
      return "\(dtype): \(captions.count == 1 ? "both sides give the same ids" : "the sides give different ids")"
    }.joined(separator: "\n")
  }

  private func value(_ key: String, _ side: String, _ dtype: String) -> Double? {
    median(runs.filter { $0.side == side && $0.dtype == dtype }.compactMap { $0.values[key] })
  }

  private func number(_ key: String, _ value: Double?) -> String {
    value.map { key == "peak" ? String(format: "%.0f", $0 / 1e6) : String(format: "%.3f", $0) } ?? "-"
  }
}
