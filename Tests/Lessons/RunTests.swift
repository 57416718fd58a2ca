// Runs as a whole: the order of outputs, their amounts, the same bytes each time, and Ctrl-C.

import Foundation
import Testing

extension Lessons {
  @Suite struct OutputTests {
    @Test func streamsAndDisplaysKeepTheirOrder() async throws {
      let result = try await runLesson(
        lesson(
          """
          import Foundation
          print("mark-1")
          fputs("mark-2\\n", stderr)
          display("mark-3")
          print("mark-4", terminator: "")
          fputs("mark-5\\n", stderr)
          FileHandle.standardError.write(Data("mark-6\\n".utf8))
          FileHandle.standardOutput.write(Data("mark-7\\n".utf8))
          display("mark-8")
          puts("mark-9")
          "mark-10"
          """))
      let page = try #require(result.page)
      // What was printed and shown stands behind the code, in which the marks stand too.
      let output = try page[#require(page.range(of: "mark-10", options: [])).upperBound...]
      #expect(output.matches(of: /mark-([0-9]+)/).compactMap { Int($0.1) } == Array(1...10))
      let step = try result.step(1)
      #expect(step.stdout == "mark-1\nmark-4mark-7\nmark-9\n")
      #expect(step.stderr == "mark-2\nmark-5\nmark-6\n")
      #expect(step.displays.count == 3)
    }

    @Test func theTerminalIsNotTheLessonsToControl() async throws {
      let escape = "\u{1b}]0;owned\u{7}"
      let result = try await runLesson(
        lesson(
          "/*\(escape)*/ let x = 1",
          "struct E: Error, CustomStringConvertible { var description = \"\\u{1b}[2J\" }\nthrow E()",
          "let y: Int = \"\(escape)\""))
      #expect(result.status == 1)
      #expect(!result.errors.contains("\u{1b}") && !result.errors.contains("\u{7}"))
      #expect(result.errors.contains("␛[2J") && result.errors.contains("␛]0;owned␇"))
    }

    @Test func twoHundredDisplays() async throws {
      let result = try await runLesson(lesson("for n in 0..<200 { display(n); print(n) }"))
      #expect(try result.step(1).displays.map { $0["text/plain"] } == (0..<200).map { String($0) })
      #expect(try result.step(1).stdout == (0..<200).map { "\($0)\n" }.joined())
    }

    @Test func tenMegabytesOfText() async throws {
      let result = try await runLesson(
        lesson(
          "let line = String(repeating: \"0123456789\", count: 10)\nfor _ in 0..<100_000 { print(line) }",
          "import Foundation\nwhile true { print(\"again\") }", "print(\"after\")"))
      #expect(try result.step(1).status == "ok")
      #expect(try result.step(1).stdout.utf8.count == 10_100_000)
      #expect(try result.step(2).stdout.utf8.count == 16 << 20)
      #expect(try result.step(3).stdout == "after\n")
      #expect(result.page?.hasSuffix("</html>\n") == true)
    }
  }

  @Suite struct ScaleTests {
    @Test func fiftySteps() async throws {
      let steps = ["var sum = 0"] + (2...50).map { "let x\($0) = \($0)\nsum += x\($0)\nsum" }
      let result = try await runLesson(lesson(steps))
      #expect(result.status == 0)
      #expect(result.steps.count == 50)
      // 2 + 3 + ... + 50
      #expect(try result.step(50).displays == [["text/plain": "1274"]])
    }

    @Test func aStepOfFiveThousandLines() async throws {
      let table = ["let table: [Int] = ["] + (0...2500).map { "  \($0)," } + ["]"]
      let function = ["func total() -> Int {", "  var total = 0"] + (0..<2492).map { "  total += \($0 % 7)" }
      let lines = table + function + ["  return total", "}", "total() + table[2501]"]
      #expect(lines.count == 5000)
      let result = try await runLesson(lesson(lines.joined(separator: "\n"), "print(1)"))
      let error = try #require(result.step(1).error)
      #expect([error.line, error.column] == [5001, 16])
      #expect(error.message == "Index out of range")
      let mended = try await runLesson(lesson(lines.dropLast().joined(separator: "\n"), "total() + table[2500]"))
      // 2492 is 356 times 7, and 0 + 1 + ... + 6 = 21.
      #expect(try mended.step(2).displays == [["text/plain": "9976"]])
    }
  }

  @Suite struct SameBytesTests {
    private static let text = """
      # Told twice

      ```swift
      import Foundation
      print(Set(["a", "b", "c", "d"]).count, ["x": 1, "y": 2].keys.sorted())
      let environment = ProcessInfo.processInfo.environment
      print(environment.keys.sorted(), environment["USER"] ?? "", NSUserName().isEmpty)
      ```

      ```swift
      final class Box {}
      unowned var gone: Box
      do { let box = Box(); gone = box }
      print(gone)
      ```

      ```swift
      let any: Any = 1
      print(any as! String)
      ```

      ```swift
      print(try Tensor.randn([3]), Int.random(in: 0...0))
      unknown + 1
      ```

      ```swift
      throw CancellationError()
      ```
      """

    @Test func twoRunsGiveTheSamePage() async throws {
      let first = try await runLesson(Self.text), second = try await runLesson(Self.text)
      #expect(first.page != nil)
      #expect(first.page == second.page)
      let uncached = try await runLesson(Self.text, ["--no-cache", "--quiet"])
      #expect(uncached.page == first.page)
    }

    @Test func folderHomeAndUserLeaveNoTrace() async throws {
      let first = try await runLesson(Self.text)
      let deep = try makeFolder().appendingPathComponent("a folder/with spaces & ünïcode")
      try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
      try Data(Self.text.utf8).write(to: deep.appendingPathComponent("lesson.md"))
      let elsewhere = try await runLesson(
        in: deep,
        environment: [
          "HOME": deep.path, "USER": "someone", "LOGNAME": "someone", "LANG": "de_DE.UTF-8", "TZ": "Asia/Tokyo",
          "XDG_CACHE_HOME": nil, "SECRET": "1",
        ])
      #expect(first.page == elsewhere.page)
      #expect(first.page?.contains(temporaryRoot.path) == false)
    }
  }

  @Suite struct InterruptionTests {
    @Test func controlCEndsEverything() async throws {
      let folder = try makeFolder()
      let text = lesson(
        "print(\"before\")",
        "import Foundation\ntry \"\\(getpid())\".write(toFile: NSTemporaryDirectory() + \"/pid\", atomically: true, "
          + "encoding: .utf8)\nsleep(1000)",
        "print(\"never\")")
      try Data(text.utf8).write(to: folder.appendingPathComponent("lesson.md"))
      let temporary = folder.appendingPathComponent("tmp")
      try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
      let running = try Command(
        arguments: ["run", "lesson.md", "-o", "page.html", "--record", "record.json"], folder: folder,
        environment: ["TMPDIR": temporary.path]
      ).start()
      let step = try #require(try waitForPID(under: temporary))
      kill(running.process.processIdentifier, SIGINT)
      let result = try await result(of: running.end(), in: folder)
      #expect(result.status == 130)
      #expect(result.record?.isInterrupted == true)
      #expect(result.steps.map(\.stdout) == ["before\n"])
      #expect(result.page?.contains("The run was interrupted after 1 of 3 steps.") == true)
      #expect(kill(step, 0) == -1 && errno == ESRCH)
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty)
    }

    /// The process that the sleeping step wrote down in its temporary folder.
    private func waitForPID(under folder: URL) throws -> pid_t? {
      let end = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < end {
        for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
        where file.lastPathComponent == "pid" {
          if let pid = pid_t(try text(of: file)) { return pid }
        }
        usleep(20_000)
      }
      return nil
    }
  }
}
