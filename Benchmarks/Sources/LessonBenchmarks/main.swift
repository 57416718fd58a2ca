// Times `lesson run` against one plain Swift program of the same steps.

import Foundation
import Measuring

/// Measures everything, then prints it.
func runBenchmark(_ options: Options) throws {
  let benchmark = try Benchmark(options)
  defer { benchmark.removeFiles() }
  print("\(benchmark.heading); medians of \(options.repetitions)\n")
  if let reason = benchmark.unpaired { print("These steps are not one plain program: \(reason)\n") }
  let start = try (0..<max(5, options.repetitions)).map { _ in try benchmark.measureStart() }
  let report = Report(try (0..<options.repetitions).flatMap { try benchmark.measure($0) })
  print(report.pairs)
  print("\nIn the lesson's runs\n" + report.parts)
  print(
    """

    Starting the command (--version): \(seconds(median(start)))
    Running the built plain program: \(report.plainRun)
    Page: \(report.pageSize) bytes, of a lesson of \(benchmark.lessonSize) bytes
    """)
}

run { try runBenchmark(Options()) }
