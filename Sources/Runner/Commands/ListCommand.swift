// `lesson list`: the lessons that can be run from here.

import ArgumentParser
import Foundation
import LessonModel

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the lessons of Lessons/ with their titles.",
    discussion: """
      Example:
        lesson list
      """)

  func run() throws {
    let files = LessonFile.all()
    if files.isEmpty { printError("there are no lessons in Lessons/; `lesson new` writes one") }
    let width = files.map(\.name.count).max() ?? 0
    for file in files {
      let title = (try? file.read().title) ?? "(has errors; `lesson run \(file.name)` lists them)"
      print(file.name.padding(toLength: width, withPad: " ", startingAt: 0), title, separator: "  ")
    }
  }
}
