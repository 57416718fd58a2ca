// The command line: help, usage errors, and every subcommand and option.

import Foundation
import Testing

extension Lessons {
  @Suite struct CommandTests {
    private func run(_ arguments: String..., in folder: URL? = nil) async throws -> Finished {
      try await Command(arguments: arguments, folder: folder ?? makeFolder()).run()
    }

    @Test(arguments: ["run", "build", "new", "list", "fetch", "doctor", "clean"])
    func everySubcommandExplainsItselfWithExamples(_ name: String) async throws {
      let finished = try await run(name, "--help")
      #expect(finished.status == 0)
      #expect(finished.output.contains("lesson \(name)"))
      #expect(finished.output.contains("Example"))
      #expect(finished.errors.isEmpty)
    }

    @Test func theCommandExplainsItself() async throws {
      let alone = try await run(), asked = try await run("--help")
      #expect(alone.status == 0 && asked.status == 0)
      #expect(asked.output.contains("Exit status: 0 all as expected; 1 a step failed;"))
      #expect(alone.output == asked.output)
      #expect(try await run("--version").output.hasPrefix("lesson "))
    }

    @Test(arguments: [
      ["run"], ["run", "--nonsense", "x"], ["frobnicate"], ["run", "x", "--timeout", "0"],
      ["run", "x", "--timeout", "soon"], ["run", "a", "b", "-o", "p.html"], ["run", "a", "b", "--record", "-"],
      ["new"], ["new", "!!"], ["run", "x", "--sandbox", "maybe"], ["run", "x", "--allow", "everything"],
      ["fetch"], ["fetch", "a/b/c"],
    ])
    func usageErrors(_ arguments: [String]) async throws {
      let finished = try await Command(arguments: arguments, folder: makeFolder()).run()
      #expect(finished.status == 2)
      #expect(finished.errors.hasPrefix("error: "))
      #expect(finished.output.isEmpty)
    }

    @Test func aNewLessonRunsAndIsListed() async throws {
      let folder = try makeFolder()
      let made = try await run("new", "Sorting: \"numbers\" & more", in: folder)
      #expect(made.output == "Wrote sorting-numbers-more.md; now: lesson run sorting-numbers-more.md\n")
      let result = try await runLesson(in: folder, named: "sorting-numbers-more")
      #expect(result.status == 0)
      #expect(result.steps.map(\.status) == ["ok", "ok", "error", "ok"])
      #expect(try result.step("out-of-range").error?.message == "Index out of range")
      #expect(
        result.page?.contains("<title>Sorting: &quot;numbers&quot; &amp; more</title>") == true
          || result.page?.contains("<title>Sorting: \"numbers\" &amp; more</title>") == true)
      let listed = try await run("list", in: folder)
      #expect(listed.output == "sorting-numbers-more  Sorting: \"numbers\" & more\n")
      let again = try await run("new", "Sorting numbers more", in: folder)
      #expect(again.status == 2 && again.errors.contains("exists already"))
    }

    @Test func doctorNamesWhatIsMissing() async throws {
      let healthy = try await run("doctor")
      #expect(healthy.status == 0)
      #expect(!healthy.output.contains("missing"))
      let sick = try await Command(arguments: ["doctor"], folder: makeFolder(), environment: ["PATH": "/nowhere"]).run()
      #expect(sick.status == 4)
      #expect(sick.output.contains("missing  Swift compiler"))
      #expect(sick.output.contains("mend it: install Swift 6"))
    }

    @Test func cleanRemovesTheCacheAlone() async throws {
      let folder = try makeFolder(), cache = try makeFolder()
      try Data(lesson("print(1)").utf8).write(to: folder.appendingPathComponent("lesson.md"))
      let environment = ["XDG_CACHE_HOME": Optional(cache.path)]
      _ = try await runLesson(in: folder, environment: environment)
      #expect(FileManager.default.fileExists(atPath: cache.path + "/lesson"))
      let cleaned = try await Command(arguments: ["clean"], folder: folder, environment: environment).run()
      #expect(cleaned.output == "Removed \(cache.path)/lesson\n")
      #expect(!FileManager.default.fileExists(atPath: cache.path + "/lesson"))
      #expect(FileManager.default.fileExists(atPath: folder.path + "/page.html"))
      let again = try await Command(arguments: ["clean"], folder: folder, environment: environment).run()
      #expect(again.status == 0 && again.output == "There is no cache to remove.\n")
    }

    @Test func progressIsPlainAndQuietIsSilent() async throws {
      let text = lesson("print(1)", "let x: Int = \"\"", "print(2)")
      let told = try await runLesson(text)
      #expect(told.output == "page.html\n")
      let lines = told.errors.split(separator: "\n")
      try #require(lines.count == 6)
      #expect(lines[0].contains(/^\[1\/3\] print\(1\)  ok [0-9.]+ s$/))
      #expect(lines[1].contains(/^\[2\/3\] let x: Int = ""  failed/))
      #expect(lines[2] == "  lesson.md:6:14: error: cannot convert value of type 'String' to specified type 'Int'")
      #expect(lines[3] == "    let x: Int = \"\"")
      #expect(lines[4] == "                 ^")
      #expect(!told.errors.contains("\u{1b}"))
      let quiet = try await runLesson(text, ["--quiet"])
      #expect(quiet.errors == lines[2...4].map { $0 + "\n" }.joined())
      let silent = try await runLesson(lesson("print(1)"), ["--quiet"])
      #expect(silent.errors.isEmpty)
    }

    /// Whoever names a file on the command line wants it to be read.
    @Test func aFileNamedByAParameterCanBeRead() async throws {
      let folder = try makeFolder(), file = folder.appendingPathComponent("words.txt")
      try Data("from elsewhere".utf8).write(to: file)
      let step = "import Foundation\nprint(try String(contentsOfFile: params.file, encoding: .utf8))"
      let text = lesson(step, frontMatter: "params:\n  file: \(file.path)")
      let denied = try await runLesson(text)
      #expect(try denied.step(1).status == "error")
      let named = try await runLesson(text, ["-P", "file=\(file.path)"])
      #expect(try named.step(1).stdout == "from elsewhere\n")
    }

    @Test func timingsAreShownOnRequest() async throws {
      let text = lesson("print(1)")
      let plain = try await runLesson(text), timed = try await runLesson(text, ["--timings"])
      #expect(try plain.step(1).runSeconds == nil)
      #expect(try timed.step(1).runSeconds != nil && timed.step(1).buildSeconds != nil)
      #expect(plain.page != timed.page)
    }

    @Test func withoutTheCacheEverythingIsCompiled() async throws {
      let text = lesson("print(\"compiled\")")
      _ = try await runLesson(text)
      let cached = try await runLesson(text, ["--timings"])
      let anew = try await runLesson(text, ["--timings", "--no-cache"])
      #expect(try cached.step(1).buildSeconds == 0)
      #expect(try #require(anew.step(1).buildSeconds) > 0)
    }

    @Test func theTimeLimitCanBeSet() async throws {
      let result = try await runLesson(
        lesson("while true {}", "//| timeout: 0.5\nwhile true {}"), ["--timeout", "0.25"])
      #expect(try result.step(1).error?.message.contains("longer than its limit of 0.25 seconds") == true)
      #expect(try result.step(2).error?.message.contains("longer than its limit of 0.5 seconds") == true)
    }

    @Test func severalLessonsAndWhereTheirPagesGo() async throws {
      let folder = try makeFolder()
      try Data(lesson("print(1)").utf8).write(to: folder.appendingPathComponent("a.md"))
      try Data(lesson("throw CancellationError()").utf8).write(to: folder.appendingPathComponent("b.md"))
      let both = try await run("run", "a", "b", "--output-dir", "site/pages", in: folder)
      #expect(both.status == 1)
      #expect(both.output == "site/pages/a.html\nsite/pages/b.html\n")
      #expect(FileManager.default.fileExists(atPath: folder.path + "/site/pages/b.html"))
      let record = try await run("run", "a", "--record", "-", "--quiet", in: folder)
      let decoded = try JSONDecoder().decode(Record.self, from: Data(record.output.utf8))
      #expect(decoded.lesson == "a.md" && decoded.steps.map(\.stdout) == ["1\n"])
    }
  }

  @Suite struct InstallationTests {
    @Test func anInstalledCopyRunsFromAnyFolder() async throws {
      let copy = try installedCopy(), folder = try makeFolder()
      try Data(lesson("try Tensor([1, 2]) * 2", "fatalError(\"told\")").utf8)
        .write(to: folder.appendingPathComponent("lesson.md"))
      let link = folder.appendingPathComponent("a-link")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: copy.appendingPathComponent("bin/lesson"))
      for executable in [copy.appendingPathComponent("bin/lesson"), link] {
        let finished = try await Command(
          executable: executable, arguments: ["run", "lesson", "-o", "page.html", "--record", "record.json"],
          folder: folder
        ).run()
        let result = try result(of: finished, in: folder)
        #expect(try result.step(1).displays.first?["text/plain"] == "tensor([2, 4])", "\(result.errors)")
        #expect(try result.step(2).error?.message == "told")
      }
    }
  }
}
