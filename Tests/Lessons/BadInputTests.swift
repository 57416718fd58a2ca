// Lessons that cannot be used, and machines that lack something: what is said, and the exit status.

import Foundation
import Testing

extension Lessons {
  @Suite struct FilesTests {
    /// A folder with one lesson in Lessons/.
    private func folder() throws -> URL {
      let folder = try makeFolder()
      let lessons = folder.appendingPathComponent("Lessons")
      try FileManager.default.createDirectory(at: lessons, withIntermediateDirectories: true)
      try Data(lesson("print(1)").utf8).write(to: lessons.appendingPathComponent("01-numbers.md"))
      return folder
    }

    private func run(_ name: String, in folder: URL) async throws -> Finished {
      try await Command(arguments: ["run", name], folder: folder).run()
    }

    @Test(arguments: [
      ("01-number", "error: there is no lesson 01-number, here or in Lessons/; did you mean 01-numbers?\n"),
      ("number", "error: there is no lesson number, here or in Lessons/; did you mean 01-numbers?\n"),
      ("Lessons", "error: Lessons is a folder; name a lesson, for example Lessons/01-numbers.md\n"),
      (
        "elsewhere/entirely.md",
        "error: there is no lesson elsewhere/entirely.md, here or in Lessons/; `lesson list` "
          + "names those that are\n"
      ),
    ])
    func noSuchLesson(_ name: String, message: String) async throws {
      let finished = try await run(name, in: folder())
      #expect(finished.status == 2)
      #expect(finished.errors == message)
      #expect(finished.output.isEmpty)
    }

    @Test(arguments: ["01-numbers", "01-numbers.md", "Lessons/01-numbers", "Lessons/01-numbers.md"])
    func aLessonIsFound(_ name: String) async throws {
      let folder = try folder()
      let finished = try await run(name, in: folder)
      #expect(finished.status == 0)
      #expect(finished.output == "output/01-numbers.html\n")
      #expect(try text(of: folder.appendingPathComponent("output/01-numbers.html")).hasSuffix("</html>\n"))
    }

    @Test(
      arguments: [
        ([], "is empty"), ([0xff, 0xfe, 0x41, 0x00], "UTF-16"), (Array("caf".utf8) + [0xe9, 0x0a], "UTF-8"),
      ] as [([UInt8], String)])
    func aFileThatIsNoLesson(_ bytes: [UInt8], reason: String) async throws {
      let result = try await runLesson(bytes: bytes)
      #expect(result.status == 2)
      #expect(result.errors.hasPrefix("error: lesson.md"))
      #expect(result.errors.contains(reason))
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(result.page == nil)
    }

    @Test func aFileThatIsTooLarge() async throws {
      let result = try await runLesson(bytes: [UInt8](repeating: 0x61, count: 50 << 20))
      #expect(result.status == 2)
      #expect(result.errors == "error: lesson.md is 50 MB; a lesson has at most 16 MB\n")
    }

    @Test func windowsLineEndsWork() async throws {
      let text =
        "# T\n\n```swift\nlet x = 1\nlet text = \"\"\"\n  a\n  \"\"\"\nprint(text + \"b\")\n```\n\n```swift\nx + \"\"\n```\n"
      let result = try await runLesson(text.replacing("\n", with: "\r\n"))
      #expect(try result.step(1).stdout == "ab\n")
      let error = try #require(result.step(2).error)
      #expect([error.line, error.column] == [12, 3])
    }

    @Test func errorsInTheMarkupAreListedAndNothingRuns() async throws {
      let result = try await runLesson(
        """
        ---
        switf: 6
        ---

        ```swift
        //| lable: a
        //| timeout: soon
        print("ran")
        ```

        ```swift
        //| label: a
        ```

        ```swift
        //| label: a
        ```
        """)
      #expect(result.status == 3)
      #expect(result.record == nil && result.page == nil && result.output.isEmpty)
      let lines = result.errors.split(separator: "\n")
      #expect(
        lines.map { $0.split(separator: " ")[0] } == [
          "lesson.md:2:1:", "lesson.md:6:5:", "lesson.md:7:14:", "lesson.md:16:5:", "lesson.md:12:5:",
        ])
      #expect(lines[0].hasSuffix("Did you mean `swift`?") && lines[1].hasSuffix("Did you mean `label`?"))
    }

    @Test func frontMatterThatIsNotYAML() async throws {
      let result = try await runLesson("---\ntitle: [\n---\n")
      #expect(result.status == 3)
      #expect(result.errors.hasPrefix("lesson.md:2:9: error: The front matter is not valid YAML"))
    }
  }

  @Suite struct MachineTests {
    @Test func withoutACompiler() async throws {
      let result = try await runLesson(lesson("1"), environment: ["PATH": "/nowhere", "LESSON_SWIFTC": nil])
      #expect(result.status == 4)
      #expect(
        result.errors == "error: there is no swiftc on the PATH; install Swift 6 from https://swift.org/install\n")
      #expect(result.page == nil)
    }

    @Test func withAnotherCompiler() async throws {
      let copy = try installedCopy()
      let file = copy.appendingPathComponent("lib/lesson/toolchain.json")
      let changed = try text(of: file).replacing(/Swift version [0-9.]+/, with: "Swift version 5.0")
      try Data(changed.utf8).write(to: file)
      let finished = try await run(copy)
      #expect(finished.status == 4)
      #expect(finished.errors.contains("the runtime library was built with Swift version 5.0"))
      #expect(finished.errors.contains("`make build`"))
      #expect(finished.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
      "lib/lesson/modules/CKernels/module.modulemap", "lib/lesson/main-module.o", "libexec/lesson/lesson-host",
    ])
    func withoutAPart(_ part: String) async throws {
      let copy = try installedCopy()
      try FileManager.default.removeItem(at: copy.appendingPathComponent(part))
      let finished = try await run(copy)
      #expect(finished.status == 4)
      #expect(finished.errors.contains("\(part) is missing, a part of this installation; run `make build`"))
      #expect(finished.errors.split(separator: "\n").count == 1)
      let doctor = try await Command(
        executable: copy.appendingPathComponent("bin/lesson"), arguments: ["doctor"], folder: makeFolder()
      ).run()
      #expect(doctor.status == 4)
      #expect(doctor.output.contains("missing  host and runtime") && doctor.output.contains(part))
    }

    @Test(arguments: ["modules/CImageCodecs/module.modulemap", "modules/Tensors.swiftmodule", "libLessonKit.so"])
    func withAPartThatCannotBeUsed(_ part: String) async throws {
      let copy = try installedCopy()
      try Data("broken".utf8).write(to: copy.appendingPathComponent("lib/lesson").appendingPathComponent(part))
      let finished = try await run(copy)
      #expect(finished.status == 4)
      #expect(finished.errors.hasPrefix("error: ") && finished.errors.contains("; run `make build`"))
      #expect(finished.errors.split(separator: "\n").count == 1)
    }

    private func run(_ installation: URL) async throws -> Finished {
      try await Command(
        executable: installation.appendingPathComponent("bin/lesson"), arguments: ["run", "lesson.md"],
        folder: folderWithLesson()
      ).run()
    }

    @Test func withoutACacheThatCanBeWritten() async throws {
      let folder = try folderWithLesson()
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      let result = try await runLesson(in: folder, environment: ["XDG_CACHE_HOME": file.path])
      #expect(result.status == 0)
      #expect(result.errors.contains("cannot be written, so all steps are compiled anew"))
      #expect(try result.step(1).stdout == "1\n")
    }

    @Test func anOutputFolderThatIsAFile() async throws {
      let folder = try folderWithLesson()
      try Data("kept".utf8).write(to: folder.appendingPathComponent("output"))
      let finished = try await Command(arguments: ["run", "lesson.md"], folder: folder).run()
      #expect(finished.status == 4)
      #expect(finished.errors.hasSuffix("error: the folder output cannot be made: File exists\n"))
      #expect(try text(of: folder.appendingPathComponent("output")) == "kept")
    }

    /// A limit on the size of files stands for a full disk.
    @Test func aFullDiskLeavesTheOldPage() async throws {
      let folder = try folderWithLesson()
      try Data("the old page".utf8).write(to: folder.appendingPathComponent("page.html"))
      let finished = try await Command(
        executable: URL(fileURLWithPath: "/bin/bash"),
        arguments: ["-c", "ulimit -f 4; exec \"$0\" run lesson.md -o page.html", builtCommand.path], folder: folder
      ).run()
      #expect(finished.status == 4)
      #expect(finished.errors.contains("error: page.html cannot be written: File too large\n"))
      #expect(try text(of: folder.appendingPathComponent("page.html")) == "the old page")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["lesson.md", "page.html"])
    }

    @Test func devicesStayDevices() async throws {
      guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
      let finished = try await Command(
        arguments: ["run", "lesson.md", "-o", "/dev/full"], folder: folderWithLesson()
      ).run()
      #expect(finished.status == 4)
      #expect(finished.errors.contains("error: /dev/full cannot be written: No space left on device\n"))
      let type = try FileManager.default.attributesOfItem(atPath: "/dev/full")[.type] as? FileAttributeType
      #expect(type == .typeCharacterSpecial)
    }

    private func folderWithLesson() throws -> URL {
      let folder = try makeFolder()
      try Data(lesson("print(1)").utf8).write(to: folder.appendingPathComponent("lesson.md"))
      return folder
    }
  }
}

/// The built parts, copied to a folder of their own as `make install` does.
func installedCopy() throws -> URL {
  let root = try makeFolder()
  for name in ["bin", "libexec", "lib"] {
    let from = package.appendingPathComponent(".build").appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: from.path) else { throw NotBuilt() }
    try FileManager.default.copyItem(at: from, to: root.appendingPathComponent(name))
  }
  return root
}
