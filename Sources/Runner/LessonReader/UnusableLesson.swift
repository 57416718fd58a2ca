// The reason why a file is no lesson at all.

import LessonModel

/// A file that cannot be read as a lesson, whatever its markup says.
public struct UnusableLesson: Error, Sendable, Hashable {
  /// One sentence that starts with the file's name.
  public var message: String
  /// Where the file stops being text; nil where the reason is the whole file.
  public var position: SourcePosition?

  public init(_ message: String, at position: SourcePosition? = nil) {
    self.message = message
    self.position = position
  }
}
