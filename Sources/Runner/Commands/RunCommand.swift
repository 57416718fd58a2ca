// `lesson run`: lessons in, pages out.

import ArgumentParser
import Foundation
import LessonModel

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run lessons and write their pages.",
    discussion: """
      A lesson is looked for in the current folder, then in Lessons/, with or without `.md`. Its page is written \
      to output/NAME.html, also when steps fail.

      Examples:
        lesson run 03-dtypes                        write output/03-dtypes.html
        lesson run 03-dtypes.md -o page.html        write page.html
        lesson run 03-dtypes --record - --quiet     print the run as JSON
        lesson run draft.md --open                  run, then open the page in the browser
        lesson run draft.md -P beams=3              with another value of its parameter `beams`
        lesson run draft.md --allow models          fetch the models it wants from the hub
      """)

  @Argument(help: ArgumentHelp("Lessons to run, one after the other.", valueName: "file"))
  var files: [String]

  @Option(name: [.customShort("o"), .long], help: "Write the page to this file (one lesson only).")
  var output: String?

  @Option(help: "Write pages to this folder, by their lessons' names.")
  var outputDir = "output"

  @Option(
    help: ArgumentHelp("Also write the run as JSON; - for standard output (one lesson only).", valueName: "file"))
  var record: String?

  @Option(
    name: [.customShort("P"), .customLong("param")],
    help: ArgumentHelp("Set a parameter of the lesson's front matter.", valueName: "name=value"))
  var parameters: [String] = []

  @Flag(help: "Open the page when it is written.")
  var open = false

  @OptionGroup var options: RunOptions

  func validate() throws {
    if files.count > 1, output != nil { throw ValidationError("-o takes one lesson; use --output-dir for several") }
    if files.count > 1, record != nil { throw ValidationError("--record takes one lesson") }
  }

  func run() async throws {
    let lessons = try files.map { try LessonFile(named: $0) }
    let batch = Batch(options: options, parameters: try parameters.map(ParameterSetting.init))
    try await batch.run(lessons) { file, lesson, run, page in
      let url = output.map { URL(fileURLWithPath: $0) } ?? pageFile(of: file, in: outputDir)
      try writeWhole(page.utf8, to: url)
      if let record { try write(RunRecord(run, showsTimings: options.timings), to: record) }
      if record != "-" { print(url.relativePath) }
      if open { openInBrowser(url) }
    }
  }

  private func write(_ record: RunRecord, to path: String) throws {
    let json = try record.json()
    guard path == "-" else { return try writeWhole(json, to: URL(fileURLWithPath: path)) }
    do {
      try FileHandle.standardOutput.write(contentsOf: json)
    } catch {
      throw Failure(.lacking, "the record cannot be written: \(error.reason)")
    }
  }

  private func openInBrowser(_ page: URL) {
    #if os(macOS)
      let opener = "/usr/bin/open"
    #else
      let opener = "/usr/bin/xdg-open"
    #endif
    let process = Process()
    process.executableURL = URL(fileURLWithPath: opener)
    process.arguments = [page.path]
    if (try? process.run()) == nil { printError("\(opener) cannot be started; open \(page.path) yourself") }
  }
}

/// Options of everything that runs lessons.
struct RunOptions: ParsableArguments {
  @Flag(help: "Show how long each step took, also on the page. Pages with timings differ from run to run.")
  var timings = false

  @Flag(help: "Compile all steps anew, and keep nothing of it.")
  var noCache = false

  @Option(help: ArgumentHelp("Seconds a step may run that does not set its own limit.", valueName: "seconds"))
  var timeout = 60.0

  @Flag(help: "Show no progress, only errors and the page's path.")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "What lessons may do that they otherwise may not: models (have any model fetched from the hub).",
      valueName: "what"))
  var allow: [Allowance] = []

  enum Allowance: String, ExpressibleByArgument, CaseIterable { case models }

  @Option(help: "What to do where the system cannot contain a lesson: auto (say so) or require (do not run).")
  var sandbox = SandboxDemand.auto

  enum SandboxDemand: String, ExpressibleByArgument, CaseIterable { case auto, require }

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout takes seconds between 0 and 86400, not \(timeout)")
    }
  }

  var settings: RunSettings {
    RunSettings(
      usesCache: !noCache, timeout: timeout, isQuiet: quiet, showsTimings: timings,
      requiresSandbox: sandbox == .require, models: ModelAgreement(isForAll: allow.contains(.models)))
  }
}

/// Where a lesson's page goes in a folder of pages.
func pageFile(of file: LessonFile, in folder: String) -> URL {
  URL(fileURLWithPath: folder).appendingPathComponent("\(file.name).html")
}
