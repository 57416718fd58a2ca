// The situations in which a lesson is run.

/// A row of the report.
enum Scenario: String, CaseIterable {
  case cold = "cold"
  case coldWithModules = "cold, C modules kept"
  case warm = "warm"
  case changedStep = "step changed"
  case addedLine = "lines added"
  case addedDeclaration = "declaration added"

  /// What of the cache is there before the run.
  enum Cache { case nothing, modules, lesson }

  var cache: Cache {
    switch self {
    case .cold: .nothing
    case .coldWithModules: .modules
    default: .lesson
    }
  }

  /// The lesson as it is run: changed in the step in the middle, differently for each number.
  func text(of lesson: LessonText, number: Int) -> LessonText {
    switch self {
    case .cold, .coldWithModules, .warm: lesson
    case .changedStep: lesson.inserting("_ = \(number); ")
    case .addedLine: lesson.inserting("_ = \(number)" + String(repeating: "\n", count: number + 1))
    case .addedDeclaration: lesson.inserting("let added\(number) = \(number); ")
    }
  }
}
