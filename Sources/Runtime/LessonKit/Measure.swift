// How long a piece of code takes.

/// What a measured piece of code gave, and how long it took.
public struct Timing<Result>: Displayable {
  /// What the code returned the last time.
  public let result: Result
  /// The seconds of each run, in order.
  public let allSeconds: [Double]

  /// The seconds of the run in the middle when they are sorted.
  public var seconds: Double {
    allSeconds.sorted()[allSeconds.count / 2]
  }

  /// The result is shown, the time is not: a page shows the same for every run of the same lesson. A lesson that wants
  /// the time on its page says so, `display("\(time.seconds.significant(2)) s")`, and its page then differs from
  /// run to run.
  public var mimeBundle: MIMEBundle {
    Result.self == Void.self ? MIMEBundle(plain: "measured") : LessonKit.mimeBundle(of: result)
  }
}

/// Runs code and takes its time by the monotonic clock.
///
///     let time = try measure { try model(x) }
///     time.seconds          // how long it took
///     time.result           // what it returned
///
/// - Parameter runs: How often to run it, at least once; ``Timing/seconds`` is then the median.
/// - Throws: What the code throws.
public func measure<Result>(runs: Int = 1, _ body: () throws -> Result) rethrows -> Timing<Result> {
  let clock = ContinuousClock()
  var start = clock.now
  var result = try body()
  var times = [seconds(start.duration(to: clock.now))]
  for _ in 1..<max(1, runs) {
    start = clock.now
    result = try body()
    times.append(seconds(start.duration(to: clock.now)))
  }
  return Timing(result: result, allSeconds: times)
}

private func seconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) * 1e-18
}
