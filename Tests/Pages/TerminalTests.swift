// Output as a terminal shows it.

import LessonModel
import Testing

@testable import Pages

@Suite struct TerminalTests {
  @Test(arguments: [
    ("plain <&> text\n", "plain &lt;&amp;&gt; text\n"),
    ("\u{1b}[31mred\u{1b}[0m", "<span class=\"a-fg1\">red</span>"),
    (
      "\u{1b}[1;4;92mx\u{1b}[22my\u{1b}[m", "<span class=\"a-b a-u a-fg10\">x</span><span class=\"a-u a-fg10\">y</span>"
    ),
    ("\u{1b}[3mi\u{1b}[23m \u{1b}[9ms\u{1b}[29m", "<span class=\"a-i\">i</span> <span class=\"a-s\">s</span>"),
    ("\u{1b}[41mx\u{1b}[49my", "<span class=\"a-bg1\">x</span>y"),
    ("\u{1b}[38;5;9mx", "<span class=\"a-fg9\">x</span>"),
    ("\u{1b}[38;5;208mx", "<span style=\"color:#ff8700\">x</span>"),
    ("\u{1b}[48;5;244mx", "<span style=\"background:#808080\">x</span>"),
    ("\u{1b}[38;2;1;2;255mx\u{1b}[39my", "<span style=\"color:#0102ff\">x</span>y"),
    ("\u{1b}[38:2::1:2:3mx", "<span style=\"color:#010203\">x</span>"),
    ("\u{1b}[7mx\u{1b}[27my", "<span class=\"a-fg-paper a-bg-ink\">x</span>y"),
    ("\u{1b}[31;7mx", "<span class=\"a-fg-paper a-bg1\">x</span>"),
    ("\u{1b}[31ma\nb", "<span class=\"a-fg1\">a</span>\n<span class=\"a-fg1\">b</span>"),
  ]) func colors(_ text: String, _ markup: String) {
    #expect(shown(text) == markup)
  }

  @Test(arguments: [
    ("10%\r20%\r100%\n", "100%\n"),
    ("long line\rshort", "shortline"),
    ("long line\r\u{1b}[Kshort", "short"),
    ("long line\u{1b}[2K\rshort", "short"),
    ("crlf\r\nnext\r\n", "crlf\nnext\n"),
    ("abc\u{8}\u{8}X", "aXc"),
    ("\u{8}x", "x"),
    ("äöü\r€", "€öü"),
    ("ab\u{1b}[1DX", "aX"),
    ("a\u{1b}[3Cb", "a   b"),
    ("abc\u{1b}[2GX", "aXc"),
  ]) func overwriting(_ text: String, _ markup: String) {
    #expect(shown(text) == markup)
  }

  @Test(arguments: [
    ("\u{1b}[2Ja\u{1b}[10;5Hb\u{1b}[?25lc", "abc"),
    ("\u{1b}]0;title\u{7}a", "a"),
    ("\u{1b}]8;;https://a.example\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
    ("\u{1b}(Ba\u{1b}cb\u{1b}", "ab"),
    ("\u{1b}[31", ""),
    ("\u{1b}]never ended", "never ended"),
    ("a\u{1b}[999999999999Cb", "a" + String(repeating: " ", count: 999) + "b"),
  ]) func otherSequencesAreLeftOut(_ text: String, _ markup: String) {
    #expect(shown(text) == markup)
  }

  @Test func controlsAreVisible() {
    #expect(
      shown("\u{0}\t\u{7f}")
        == "<span class=\"ctl\" title=\"U+0000\">␀</span>\t<span class=\"ctl\" title=\"U+007F\">␡</span>")
    #expect(
      shown("\u{85}\u{202e}é—")
        == "<span class=\"ctl\" title=\"U+0085\">U+0085</span><span class=\"ctl\" title=\"U+202E\">U+202E</span>é—")
  }

  private func shown(_ text: String) -> String { TerminalText.markup(Array(text.utf8)[...]).string }
}

@Suite struct CutTests {
  @Test func shortTextStaysWhole() {
    let text = String(repeating: "x\n", count: 1000)
    let cut = CutText(text)
    #expect(Array(cut.head) == Array(text.utf8))
    #expect(cut.tail.isEmpty && cut.omittedBytes == 0)
  }

  @Test func manyLines() {
    let cut = CutText((1...5000).map { "\($0)\n" }.joined())
    let head = String(decoding: cut.head, as: UTF8.self), tail = String(decoding: cut.tail, as: UTF8.self)
    #expect(head.hasPrefix("1\n") && head.hasSuffix("\n500\n"))
    #expect(tail.hasPrefix("4501\n") && tail.hasSuffix("5000\n"))
    // 501...999: 4 bytes a line, 1000...4500: 5 bytes a line.
    #expect(cut.omittedLines == 4000 && cut.omittedBytes == 499 * 4 + 3501 * 5)
    #expect(cut.note == "4,000 lines (20 kB) left out")
  }

  @Test func oneLongLineIsCutBetweenCharacters() {
    let cut = CutText(String(repeating: "€", count: 1_000_000))
    #expect(cut.head.count + cut.tail.count + cut.omittedBytes == 3_000_000)
    #expect(cut.head.count % 3 == 0 && cut.tail.count % 3 == 0 && cut.head.count <= 100_000)
    #expect(cut.note == "2.8 MB left out")
  }

  @Test func longLinesAreCutBetweenLines() {
    let line = String(repeating: "x", count: 999) + "\n"
    let cut = CutText(String(repeating: line, count: 500))
    #expect(cut.head.count == 100_000 && cut.tail.count == 100_000 && cut.omittedLines == 300)
  }

  @Test func progressBarLeavesItsLastState() {
    let text = (0...20_000).map { "\r\($0) of 20000 done" }.joined() + "\nend\n"
    let cut = CutText(text)
    #expect(cut.omittedBytes == 0)
    #expect(TerminalText.markup(cut.head).string == "20000 of 20000 done\nend\n")
  }

  @Test(.timeLimit(.minutes(1))) func tenMegabytesAreQuick() {
    let text = String(repeating: "a line of output\r\n", count: 600_000)
    let run = run(
      [block(.step(0))], steps: [Step(index: 1, fenceLine: 1, code: "x\n")],
      outcomes: [.init(status: .ok, outputs: [.stdout(text)])])
    let clock = ContinuousClock()
    var page = ""
    let time = clock.measure { page = PagesTests.page(run) }
    #expect(page.utf8.count < 300_000)
    #expect(page.contains("599,000 lines (10.8 MB) left out"))
    #expect(time < .seconds(10), "debug builds take about a second")
  }
}
