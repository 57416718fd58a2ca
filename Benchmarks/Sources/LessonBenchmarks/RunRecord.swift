// What `lesson run --timings --record` tells.

/// The part of the record that the benchmarks use.
struct RunRecord: Decodable {
  struct Step: Decodable {
    var status: String
    /// Seconds of compiling and linking; 0 when the step came from the cache.
    var buildSeconds: Double?
    var runSeconds: Double?
  }

  var steps: [Step]

  var builtSteps: Int { steps.count { ($0.buildSeconds ?? 0) > 0 } }
  var failedSteps: Int { steps.count { $0.status != "ok" } }
  /// The sum over steps, some of which were built at the same time.
  var buildSeconds: Double { steps.reduce(0) { $0 + ($1.buildSeconds ?? 0) } }
  var runSeconds: Double { steps.reduce(0) { $0 + ($1.runSeconds ?? 0) } }
}
