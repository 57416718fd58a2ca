// What a fetch says while it goes on.

import Foundation
import Testing

@testable import ModelFetcher
@testable import ModelHub

@Suite struct ProgressTests {
  /// 100 MB in steps of a second.
  private func transcript(isLive: Bool) -> [String] {
    var lines: [String] = []
    var time = 1000.0
    let progress = FetchProgress(isLive: isLive, write: { lines.append($0) }, now: { time })
    progress.begin("a/b (main)", count: 2, total: 100_000_000)
    progress.skip(20_000_000)
    for _ in 0..<20 {
      time += 1
      progress.add(4_000_000)
    }
    progress.end()
    return lines
  }

  @Test func plainLines() {
    #expect(
      transcript(isLive: false) == [
        "fetching a/b (main): 2 files, 100.0 MB\n",
        "  60 %, 60.0 MB of 100.0 MB, 4.0 MB/s, 10 s left\n",
        "  100 %, 100.0 MB of 100.0 MB, 4.0 MB/s, 0.0 s left\n",
        "fetched a/b (main): 80.0 MB in 20 s, 4.0 MB/s\n",
      ])
  }

  @Test func aBarThatIsDrawnOver() {
    let lines = transcript(isLive: true)
    #expect(lines.first == "\r\u{1b}[2Ka/b (main)  ████░░░░░░░░░░░░░░░░░░░░  20 %, 20.0 MB of 100.0 MB")
    #expect(
      lines[10]
        == "\r\u{1b}[2Ka/b (main)  ██████████████░░░░░░░░░░  60 %, 60.0 MB of 100.0 MB, 4.0 MB/s, 10 s left")
    #expect(lines.last == "\r\u{1b}[2Kfetched a/b (main): 80.0 MB in 20 s, 4.0 MB/s\n")
  }

  @Test func itIsDrawnTenTimesASecondAtMost() {
    var count = 0
    var time = 0.0
    let progress = FetchProgress(isLive: true, write: { _ in count += 1 }, now: { time })
    progress.begin("a/b (main)", count: 1, total: 1000)
    for _ in 0..<1000 {
      time += 0.001
      progress.add(1)
    }
    #expect((9...11).contains(count))
  }

  @Test func bytes() {
    let texts = [0, 999, 1000, 1_234_567, 989_700_000, 999_960_000, 12_345_678_901].map { "\(ByteCount($0))" }
    #expect(texts == ["0 bytes", "999 bytes", "1.0 kB", "1.2 MB", "989.7 MB", "1.0 GB", "12.3 GB"])
  }
}
