// Whole pages compared with the ones kept in Fixtures; `LESSON_RECORD=1` writes them anew.

import Foundation
import LessonModel
import Pages
import Testing

@Suite struct GoldenTests {
  @Test func sample() throws {
    try compare(page(sampleRun, assets: ["dot.png": dotPNG]), with: "sample.html")
  }

  @Test func timingsAndInterruption() throws {
    var run = sampleRun
    run.outcomes.removeLast(5)
    run.isInterrupted = true
    try compare(page(run, options: PageOptions(showsTimings: true)), with: "interrupted.html")
  }

  @Test func sameRunSameBytes() {
    #expect(page(sampleRun) == page(sampleRun))
  }

  private func compare(_ page: String, with name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
    if ProcessInfo.processInfo.environment["LESSON_RECORD"] == "1" { try Data(page.utf8).write(to: file) }
    let kept = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(page == kept, "\(name) differs; look at the page, then record it with LESSON_RECORD=1")
  }
}

func page(_ run: LessonRun, options: PageOptions = PageOptions(), assets: [String: String] = [:]) -> String {
  PageWriter.page(for: run, options: options, assets: assets, highlight: sampleSpans)
}
