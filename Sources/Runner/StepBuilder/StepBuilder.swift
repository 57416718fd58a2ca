// A lesson's steps, built in order ahead of the session that runs them.

import Foundation
import LessonModel

/// A step after building.
public struct BuiltStep: Sendable {
  public enum Result: Sendable {
    /// It can be loaded: the library's path and the name of its entry point.
    case library(path: String, entryPoint: String)
    /// The compiler refused it; never empty.
    case refused([Diagnostic])
    /// It uses a name that another step (by index) failed to declare.
    case needs(Int)
    /// `eval: false`.
    case notEvaluated
    /// The build itself went wrong.
    case broken(String)
    /// No step can be built, because the runtime's modules cannot be imported; in the compiler's words.
    case unusableRuntime(String)
  }

  public var result: Result
  /// The earlier steps whose declarations it uses by name: it needs them to have succeeded.
  public var uses: Set<Int> = []
  public var warnings: [Diagnostic] = []
  /// Seconds of compiling and linking; 0 when nothing was to be done.
  public var seconds: Double = 0
}

/// Builds lessons.
public struct StepBuilder: Sendable {
  let toolchain: Toolchain
  let runtime: RuntimeLibrary
  let cache: BuildCache
  let confine: @Sendable (_ arguments: [String], _ writable: [URL]) -> [String]

  public init(
    toolchain: Toolchain, runtime: RuntimeLibrary, cache: BuildCache,
    confine: @escaping @Sendable (_ arguments: [String], _ writable: [URL]) -> [String]
  ) {
    self.toolchain = toolchain
    self.runtime = runtime
    self.cache = cache
    self.confine = confine
  }

  /// The colours of a step's code, from the cache where it was parsed before.
  public func highlights(of code: String) -> [HighlightSpan] { syntax(of: code).highlights }

  /// Whether a lesson awaits at its top level.
  public func awaits(_ lesson: Lesson) -> Bool {
    lesson.steps.contains { $0.options.eval && syntax(of: $0.codeWithoutOptions).awaits }
  }

  /// The lesson's position for one in the debug information of a step's library.
  public func lessonPosition(line: Int, column: Int, in step: Step) -> SourcePosition {
    StepSource(step, syntax: syntax(of: step.codeWithoutOptions), prologue: [], fileName: "")
      .lessonPosition(line: line, column: column)
  }

  /// Starts building; the stream gives a task for each step, in order, as soon as the steps before it are known.
  public func build(_ lesson: Lesson) -> AsyncStream<Task<BuiltStep, Never>> {
    AsyncStream { continuation in
      let task = Task {
        try? FileManager.default.createDirectory(at: cache.moduleCache, withIntermediateDirectories: true)
        var build = LessonBuild(lesson, builder: self)
        for step in lesson.runSteps where !Task.isCancelled { continuation.yield(await build.start(step)) }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  func syntax(of code: String) -> StepSyntax {
    let key = "syntax 5\n\(code)"
    if let known: StepSyntax = cache.value(for: key) { return known }
    let syntax = StepSyntax(parsing: code)
    cache.store(syntax, for: key)
    return syntax
  }
}
