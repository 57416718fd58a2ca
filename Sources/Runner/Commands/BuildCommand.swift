// `lesson build`: the pages of all lessons in Lessons/.

import ArgumentParser
import Foundation

struct BuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Run all lessons of Lessons/ and write their pages.",
    discussion: """
      Examples:
        lesson build                      write output/NAME.html for each lesson
        lesson build --output-dir site    write site/NAME.html
      """)

  @Option(help: "Write pages to this folder.")
  var outputDir = "output"

  @OptionGroup var options: RunOptions

  func run() async throws {
    let files = LessonFile.all(in: "Lessons")
    guard !files.isEmpty else {
      throw Failure(.unusable, "there are no lessons in Lessons/; `lesson new` writes one")
    }
    try await Batch(options: options).run(files) { file, _, _, page in
      let url = pageFile(of: file, in: outputDir)
      try writeWhole(page.utf8, to: url)
      print(url.relativePath)
    }
  }
}
