// One scenario, measured once.

/// What both sides of a pair took.
struct Measurement {
  /// The plain Swift program of the same steps.
  struct Plain {
    var build: Cost
    var run: Cost

    var total: Cost { build + run }
  }

  var scenario: Scenario
  var lesson: Cost
  var plain: Plain?
  /// Of one more run of the same kind, because writing the record takes time as well.
  var record: RunRecord
  var pageSize: Int
}
