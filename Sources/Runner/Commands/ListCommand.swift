// `lesson list`: the lessons that can be run from here.

import ArgumentParser
import Foundation
import LessonModel

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the lessons of the current folder and of Lessons/ with their titles.",
    discussion: """
      Example:
        lesson list
      """)

  func run() throws {
    // Every Markdown file in Lessons/ is meant as a lesson; elsewhere only those with steps are.
    let entries = LessonFile.all(in: ".").map(entry).filter { $0.hasSteps } + LessonFile.all(in: "Lessons").map(entry)
    if entries.isEmpty { print("There are no lessons here or in Lessons/; `lesson new` writes one.") }
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      print(entry.name.padding(toLength: width, withPad: " ", startingAt: 0), entry.title, separator: "  ")
    }
  }

  private func entry(of file: LessonFile) -> (name: String, title: String, hasSteps: Bool) {
    do {
      let lesson = try file.read()
      return (file.name, lesson.title, !lesson.steps.isEmpty)
    } catch is LessonErrors {
      return (file.name, "(has errors; `lesson run \(file.name)` lists them)", true)
    } catch {
      return (file.name, "(cannot be read)", false)
    }
  }
}
