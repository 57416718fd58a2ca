// Short ways to read lessons in tests.

import Foundation
import LessonModel
import LessonReader

/// Reads a lesson under the name `lesson.md`.
func read(_ text: String) throws -> Lesson {
  try LessonReader.read(Array(text.utf8), fileName: "lesson.md")
}

/// The errors of a lesson as `line:column id: message`, in their order; empty for a lesson without errors.
func errors(in text: String) throws -> [String] { try diagnostics(in: text).map(describe) }

func describe(_ diagnostic: Diagnostic) -> String {
  let start = diagnostic.span.map { "\($0.start.line):\($0.start.column)" } ?? "-"
  return "\(start) \(diagnostic.id): \(diagnostic.message)"
}

/// A file or folder beside these tests.
func fixture(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    .appendingPathComponent(name)
}

/// The errors of a lesson; empty for a lesson without errors.
func diagnostics(in text: String) throws -> [Diagnostic] {
  do {
    _ = try read(text)
    return []
  } catch let errors as LessonErrors {
    return errors.diagnostics
  }
}

func hints(in text: String) throws -> [String] { try diagnostics(in: text).compactMap(\.hint) }

/// Texts of arbitrary pieces, the same in every run: a linear congruential generator (Knuth's MMIX constants).
struct RandomPieces {
  private var state: UInt64 = 1

  mutating func text(of pieces: [String], count: Int) -> String {
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return pieces[Int(state >> 33) % pieces.count]
    }.joined()
  }
}
