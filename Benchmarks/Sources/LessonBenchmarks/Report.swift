// The report: medians as tables of plain text.

import Foundation
import Measuring

/// All measurements of a benchmark, put into words.
struct Report {
  private let measurements: [Measurement]

  init(_ measurements: [Measurement]) { self.measurements = measurements }

  private func of(_ scenario: Scenario) -> [Measurement] { measurements.filter { $0.scenario == scenario } }

  /// Both sides of each scenario. The ratio is the median of the pairs' ratios, not the ratio of the medians.
  var pairs: String {
    let rows = Scenario.allCases.map { scenario in
      let pairs = of(scenario), plain = pairs.compactMap(\.plain?.total)
      return [
        scenario.rawValue, seconds(median(pairs.map(\.lesson.elapsed))),
        seconds(pairs.map(\.lesson.elapsed).min()), seconds(median(pairs.map(\.lesson.processor))),
        seconds(median(plain.map(\.elapsed))), seconds(plain.map(\.elapsed).min()),
        seconds(median(plain.map(\.processor))), ratio(pairs),
      ]
    }
    return table([["seconds", "lesson", "least", "CPU", "swiftc", "least", "CPU", "ratio"]] + rows)
  }

  private func ratio(_ pairs: [Measurement]) -> String {
    let ratios = pairs.compactMap { pair in pair.plain.map { pair.lesson.elapsed / $0.total.elapsed } }
    return median(ratios).map { String(format: "%.2f", $0) } ?? "-"
  }

  /// Where the lesson's time goes, from runs with `--timings --record`.
  var parts: String {
    let rows = Scenario.allCases.map { scenario in
      let records = of(scenario).map(\.record)
      let built = median(records.map { Double($0.builtSteps) }) ?? 0
      let build = median(records.map(\.buildSeconds)) ?? 0
      return [
        scenario.rawValue, String(format: "%.0f", built), seconds(build),
        built > 0 ? seconds(build / built) : "-", seconds(median(records.map(\.runSeconds))),
        String(records.map(\.failedSteps).max() ?? 0),
      ]
    }
    return table([["seconds", "built steps", "their sum", "per step", "running", "failed steps"]] + rows)
  }

  /// The plain program without its build.
  var plainRun: String { seconds(median(measurements.compactMap(\.plain?.run.elapsed))) }

  /// Bytes of the unchanged lesson's page.
  var pageSize: Int { of(.warm).last?.pageSize ?? 0 }
}

/// Seconds with three places.
func seconds(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }
