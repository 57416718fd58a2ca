// How far a fetch has come: a live bar on a terminal, a line now and then elsewhere.

import Foundation
import ModelHub

/// Tells how a fetch goes on.
public final class FetchProgress {
  private let write: (String) -> Void
  private let isLive: Bool
  private let now: () -> Double
  private var title = ""
  private var total = 0
  private var done = 0
  private var start = 0.0
  private var lastDrawn = -Double.infinity
  /// Times and received bytes of the last seconds, for the speed.
  private var samples: [(time: Double, received: Int)] = []
  private var received = 0

  /// - Parameters:
  ///   - isLive: Whether lines can be drawn over.
  ///   - now: The time in seconds from any start.
  public init(
    isLive: Bool, write: @escaping (String) -> Void,
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.isLive = isLive
    self.write = write
    self.now = now
  }

  /// Nothing is told.
  public static var silent: FetchProgress { FetchProgress(isLive: false, write: { _ in }) }

  func begin(_ title: String, count: Int, total: Int) {
    (self.title, self.total, done, received, start) = (title, total, 0, 0, now())
    samples = [(start, 0)]
    lastDrawn = isLive ? -Double.infinity : start
    if !isLive { write("fetching \(title): \(count == 1 ? "1 file" : "\(count) files"), \(ByteCount(total))\n") }
  }

  /// Bytes that need not be fetched, or (below 0) must be fetched again.
  func skip(_ count: Int) {
    done += count
    draw()
  }

  func add(_ count: Int) {
    done += count
    received += count
    draw()
  }

  func note(_ text: String) { write(isLive ? "\r\u{1b}[2K\(text)\n" : "  \(text)\n") }

  func end() {
    let seconds = max(now() - start, 0.001)
    let speed = ByteCount(Int(Double(received) / seconds))
    write("\(isLive ? "\r\u{1b}[2K" : "")fetched \(title): \(ByteCount(received)) in \(inWords(seconds)), \(speed)/s\n")
  }

  /// Leaves no half-drawn line behind.
  func abandon() { if isLive { write("\r\u{1b}[2K") } }

  private var interval: Double { isLive ? 0.1 : 10 }

  private func draw() {
    let time = now()
    guard time - lastDrawn >= interval else { return }
    lastDrawn = time
    samples.append((time, received))
    samples.removeFirst(max(0, samples.count - Self.sampleCount))
    write(isLive ? "\r\u{1b}[2K\(title)  \(bar)  \(figures)" : "  \(figures)\n")
  }

  /// At ten a second, five seconds' worth.
  private static let sampleCount = 50

  /// Bytes a second of late.
  private var speed: Double {
    guard let first = samples.first, let last = samples.last, last.time > first.time else { return 0 }
    return Double(last.received - first.received) / (last.time - first.time)
  }

  private var share: Double { total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1 }

  private var bar: String {
    let width = 24
    let full = Int(share * Double(width))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }

  /// `45 %, 445.2 MB of 990.4 MB, 23.1 MB/s, 24 s left`
  private var figures: String {
    let amounts = "\(Int(share * 100)) %, \(ByteCount(done)) of \(ByteCount(total))"
    guard speed > 0 else { return amounts }
    return "\(amounts), \(ByteCount(Int(speed)))/s, \(inWords(Double(total - done) / speed)) left"
  }

  private func inWords(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: String(format: "%.1f s", seconds)
    case ..<120: "\(Int(seconds)) s"
    case ..<7200: "\(Int(seconds / 60)) min"
    default: "\(Int(seconds / 3600)) h"
    }
  }
}
