// `-P name=value`.

import LessonModel

/// A value for one of a lesson's parameters, as text.
struct ParameterSetting {
  var name: String
  var value: String

  /// - Throws: `Failure` for a text without `=`.
  init(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw Failure(.unusable, "-P takes name=value, not `\(text)`")
    }
    name = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }

  /// The lesson with this parameter set.
  ///
  /// - Throws: `Failure` where the lesson has no such parameter, or one of another type.
  func applied(to lesson: Lesson) throws -> Lesson {
    var lesson = lesson
    let known = lesson.frontMatter.parameters
    guard let index = known.firstIndex(where: { $0.name == name }) else {
      let near = nearestName(to: name, in: known.map(\.name)).map { "; did you mean \($0)?" }
      let all = known.isEmpty ? "; it has none" : "; it has \(known.map(\.name).joined(separator: ", "))"
      throw Failure(.unusable, "\(lesson.source.fileName) has no parameter \(name)\(near ?? all)")
    }
    guard let parsed = known[index].value.parsing(value) else {
      throw Failure(.unusable, "\(name) wants \(known[index].value.kind), not `\(value)`")
    }
    lesson.frontMatter.parameters[index].value = parsed
    return lesson
  }
}
