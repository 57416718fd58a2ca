// Building one lesson: interfaces in order, code beside them.

import Foundation
import LessonModel
import Processes

/// The state of building one lesson: what has been declared, and what is missing.
struct LessonBuild {
  private let lesson: Lesson
  private let builder: StepBuilder
  private let compiler: Compiler
  private let codeGeneration = Limiter(limit: max(1, ProcessInfo.processInfo.activeProcessorCount))
  private var visible = VisibleNames()
  private var derived = DerivedConformances()
  private var interfaces: [Int: Interface] = [:]
  /// The steps that would have declared a name, had the compiler taken them.
  private var missing: [String: Int] = [:]

  /// What later steps import.
  private struct Interface: Codable {
    var path: String
    var fingerprint: String
  }

  /// A step for which the compiler has been called; its object file is in the folder if it has no errors.
  private struct Compilation {
    var folder: URL
    var result: ProcessResult
  }

  /// What is kept of generating code.
  private struct CodeRecord: Codable {
    var errors: [Diagnostic]
    var warnings: [Diagnostic]
  }

  init(_ lesson: Lesson, builder: StepBuilder) {
    self.lesson = lesson
    self.builder = builder
    compiler = Compiler(
      toolchain: builder.toolchain, runtime: builder.runtime,
      settings: Compiler.Settings(swiftMode: lesson.frontMatter.swiftMode, isAsync: builder.awaits(lesson)),
      moduleCache: builder.cache.moduleCache, confine: builder.confine)
  }

  /// Makes the step's interface, and starts making its library.
  mutating func start(_ step: Step) async -> Task<BuiltStep, Never> {
    guard step.options.eval else { return Task { BuiltStep(result: .notEvaluated) } }
    let syntax = builder.syntax(of: step.codeWithoutOptions)
    let missing = missing
    if let culprit = syntax.usedNames.compactMap({ missing[$0] }).min() {
      markMissing(syntax, step)
      return Task { BuiltStep(result: .needs(culprit)) }
    }
    let job = makeJob(step, syntax)
    let interfaceKey = key("interface", job, step)
    var seconds = 0.0
    var compilation: Compilation?
    do {
      if syntax.isVisibleToLaterSteps || !syntax.imports.isEmpty {
        let made = try await measured(&seconds) { try await makeInterface(job, key: interfaceKey) }
        compilation = made.compilation
        guard let interface = made.interface else {
          markMissing(syntax, step)
          return makeLibrary(job, step, syntax, of: compilation, missing: missing, after: seconds)
        }
        interfaces[step.index] = interface
      }
      visible.add(syntax, ofStep: step.index)
      derived.add(syntax)
      for name in syntax.lostNames { self.missing[name] = nil }
      return makeLibrary(job, step, syntax, of: compilation, missing: missing, after: seconds)
    } catch {
      markMissing(syntax, step)
      return Task { BuiltStep(result: .broken(String(describing: error))) }
    }
  }

  private mutating func markMissing(_ syntax: StepSyntax, _ step: Step) {
    for name in syntax.lostNames { missing[name] = step.index }
  }

  private func makeJob(_ step: Step, _ syntax: StepSyntax) -> Compiler.Job {
    let prologue =
      visible.importLines + visible.guardLines(for: syntax)
      + derived.lines(for: syntax, of: step, fileName: lesson.source.fileName)
      + (compiler.settings.isAsync ? StepSource.asyncPrologue : [])
    return Compiler.Job(
      step: step.index,
      source: StepSource(step, syntax: syntax, prologue: prologue, fileName: lesson.source.fileName),
      interfaces: visible.importedSteps.compactMap { index in
        interfaces[index].map { Compiler.Job.Interface(module: stepModuleName(index), path: $0.path) }
      },
      optimize: step.options.optimize)
  }

  /// Everything that decides what the compiler makes of a step.
  private func key(_ kind: String, _ job: Compiler.Job, _ step: Step) -> String {
    let imported = visible.importedSteps.map { "\($0) \(interfaces[$0]?.fingerprint ?? "")" }
    let header = [kind, "1", builder.toolchain.version, builder.runtime.stamp, job.moduleName]
    return (header + compiler.flags(optimize: job.optimize) + imported + [job.source.interfaceText])
      .joined(separator: "\n")
  }

  /// The interface of a step, or nil when the compiler refuses it; and the compilation that made it along the way.
  ///
  /// One call for code and interface takes hardly longer than one for the code alone. It makes neither when anything
  /// in the step is wrong, even inside a function; then the interface is tried by itself.
  private func makeInterface(
    _ job: Compiler.Job, key: String
  ) async throws -> (interface: Interface?, compilation: Compilation?) {
    let cache = builder.cache
    if let entry = cache.entry(for: key), let interface = readInterface(in: entry, job) { return (interface, nil) }
    let compilation = try await compile(job, withInterface: true)
    if compilation.result.isTimedOut { return (nil, compilation) }
    return try await removing(compilation.folder) {
      let work = try cache.makeWorkFolder()
      return try await removing(work) {
        guard try await putInterface(of: job, from: compilation, in: work) else {
          try? FileManager.default.removeItem(at: work)
          return (nil, compilation)
        }
        let module = try Data(contentsOf: job.interface(in: work))
        try Data(fingerprint(module).utf8).write(to: work.appendingPathComponent("fingerprint"))
        return (readInterface(in: try cache.finish(work, for: key), job), compilation)
      }
    }
  }

  /// Whether the step has an interface.
  private func putInterface(
    of job: Compiler.Job, from compilation: Compilation, in folder: URL
  ) async throws -> Bool {
    guard compilation.result.exitStatus == 0 else {
      return try await compiler.emitInterface(job, in: folder).exitStatus == 0
    }
    try FileManager.default.moveItem(at: job.interface(in: compilation.folder), to: job.interface(in: folder))
    return true
  }

  private func readInterface(in entry: URL, _ job: Compiler.Job) -> Interface? {
    guard let mark = try? String(contentsOf: entry.appendingPathComponent("fingerprint"), encoding: .utf8) else {
      return nil
    }
    return Interface(path: entry.appendingPathComponent("\(job.moduleName).swiftmodule").path, fingerprint: mark)
  }

  private func makeLibrary(
    _ job: Compiler.Job, _ step: Step, _ syntax: StepSyntax, of compilation: Compilation?, missing: [String: Int],
    after seconds: Double
  ) -> Task<BuiltStep, Never> {
    let uses = visible.steps(declaring: syntax.usedNames).subtracting([step.index])
    let libraryKey = key("library", job, step) + "\n\(step.firstLine) \(lesson.source.fileName) \(step.lineOffsets)"
    let (build, codeGeneration) = (self, codeGeneration)
    return Task {
      do {
        if let known = build.knownLibrary(key: libraryKey, job) {
          if let compilation { try? FileManager.default.removeItem(at: compilation.folder) }
          return build.judge(known, missing, uses: uses)
        }
        return try await codeGeneration.run {
          var seconds = seconds
          let generated = try await measured(&seconds) {
            try await build.generate(job, syntax, from: compilation, key: libraryKey)
          }
          var built = build.judge(generated, missing, uses: uses)
          built.seconds = seconds
          return built
        }
      } catch let error as UnusableRuntime {
        return BuiltStep(result: .unusableRuntime(error.message))
      } catch {
        return BuiltStep(result: .broken(String(describing: error)))
      }
    }
  }

  private func knownLibrary(key: String, _ job: Compiler.Job) -> (CodeRecord, URL, Compiler.Job)? {
    guard let entry = builder.cache.entry(for: key), let record = readRecord(in: entry) else { return nil }
    return (record, entry, job)
  }

  private func readRecord(in entry: URL) -> CodeRecord? {
    (try? Data(contentsOf: entry.appendingPathComponent("value.json"))).flatMap {
      try? JSONDecoder().decode(CodeRecord.self, from: $0)
    }
  }

  /// Links a step, after compiling it where that has not been done, and keeps what came of it.
  private func generate(
    _ job: Compiler.Job, _ syntax: StepSyntax, from compilation: Compilation?, key: String
  ) async throws -> (CodeRecord, URL, Compiler.Job) {
    let compilation = if let compilation { compilation } else { try await compile(job, withInterface: false) }
    return try await removing(compilation.folder) {
      var record = try await judge(compilation, job, syntax)
      if record.errors.isEmpty {
        let linked = try await compiler.link(job, in: compilation.folder)
        if linked.exitStatus != 0 { record.errors = [Diagnostic(.error, "cannot be linked: \(linked.text)", at: nil)] }
      }
      for file in [compilation.folder.appendingPathComponent("step.swift"), job.object(in: compilation.folder)] {
        try? FileManager.default.removeItem(at: file)
      }
      try JSONEncoder().encode(record).write(to: compilation.folder.appendingPathComponent("value.json"))
      return (record, try builder.cache.finish(compilation.folder, for: key), job)
    }
  }

  private func compile(_ job: Compiler.Job, withInterface: Bool) async throws -> Compilation {
    let work = try builder.cache.makeWorkFolder()
    return try await removing(work) {
      let result = try await compiler.generateCode(job, withInterface: withInterface, in: work)
      return Compilation(folder: work, result: result)
    }
  }

  private func judge(_ compilation: Compilation, _ job: Compiler.Job, _ syntax: StepSyntax) async throws -> CodeRecord {
    let result = compilation.result
    if result.isTimedOut { throw CompilerTimeout() }
    var found = diagnostics(in: result, job)
    if let error = found.first(where: { $0.isAbout(builder.runtime) }) { throw UnusableRuntime(message: error.message) }
    if result.exitStatus != 0, !found.contains(where: { $0.severity == .error }) {
      throw CompilerFailure(output: result.text)
    }
    if result.exitStatus == 0, syntax.restrictsAccess {
      found += diagnostics(in: try await compiler.checkAccess(job, in: compilation.folder), job)
        .filter(\.isAccessError)
    }
    return CodeRecord(
      errors: found.filter { $0.severity == .error },
      warnings: found.filter { $0.severity == .warning && isTheAuthorsConcern($0, job, syntax) })
  }

  /// Whether a warning would also be there in one plain program.
  private func isTheAuthorsConcern(_ warning: Diagnostic, _ job: Compiler.Job, _ syntax: StepSyntax) -> Bool {
    // Without a place it is about the prologue.
    guard let line = warning.span?.start.line else { return false }
    let hiddenLine = syntax.hiddenExpressionLine.map(job.source.lessonLine)
    // A `;` after a last expression says that its value is not wanted.
    let isHidden = hiddenLine == line && warning.message.hasSuffix("is unused")
    return !isHidden && !isAboutModules(warning)
  }

  /// Whether a warning is only there because each step is a module of its own: an author may well extend a type of one
  /// step by a protocol of another.
  private func isAboutModules(_ warning: Diagnostic) -> Bool {
    warning.message.hasPrefix("extension declares a conformance of imported type")
      && warning.quotedNames.prefix(2).contains { visible.declares($0) }
  }

  private func diagnostics(in result: ProcessResult, _ job: Compiler.Job) -> [Diagnostic] {
    compilerDiagnostics(in: result.text, source: job.source, fileName: lesson.source.fileName)
  }

  private func judge(
    _ known: (record: CodeRecord, entry: URL, job: Compiler.Job), _ missing: [String: Int], uses: Set<Int>
  ) -> BuiltStep {
    let (record, entry, job) = known
    if let culprit = record.errors.lazy.flatMap(\.quotedNames).compactMap({ missing[$0] }).min() {
      return BuiltStep(result: .needs(culprit))
    }
    guard record.errors.isEmpty else {
      return BuiltStep(result: .refused(record.errors), uses: uses, warnings: record.warnings)
    }
    let path = entry.appendingPathComponent(job.libraryName).path
    return BuiltStep(result: .library(path: path, entryPoint: job.entryPoint), uses: uses, warnings: record.warnings)
  }
}

/// Removes a work folder when `body` fails.
private func removing<R>(_ folder: URL, _ body: () async throws -> R) async rethrows -> R {
  do {
    return try await body()
  } catch {
    try? FileManager.default.removeItem(at: folder)
    throw error
  }
}

/// Adds the time that `body` takes.
private func measured<R>(_ seconds: inout Double, _ body: () async throws -> R) async rethrows -> R {
  let start = ContinuousClock.now
  defer { seconds += (ContinuousClock.now - start) / .seconds(1) }
  return try await body()
}

/// The compiler did not come to an end.
private struct CompilerTimeout: Error, CustomStringConvertible {
  var description: String {
    "the compiler worked on it for \(Int(Compiler.timeout)) seconds without an end; break up long expressions"
  }
}

/// The prologue's own imports failed.
private struct UnusableRuntime: Error {
  var message: String
}

/// The compiler ended without saying what is wrong with the step.
private struct CompilerFailure: Error, CustomStringConvertible {
  var output: String
  var description: String { "the Swift compiler failed without an error of the step's: \(output.prefix(2000))" }
}

extension Diagnostic {
  /// Whether it tells of a use of something `private` in the step itself: what earlier steps keep private is theirs
  /// to share, as all steps together are one program.
  fileprivate var isAccessError: Bool {
    severity == .error && message.contains("inaccessible due to") && notes.contains { $0.span != nil }
  }

  /// Whether it tells that a module of the runtime cannot be imported. Such an error has no place in the lesson.
  fileprivate func isAbout(_ runtime: RuntimeLibrary) -> Bool {
    let modules = RuntimeLibrary.modules + RuntimeLibrary.cModules
    let isNamed = message.contains(runtime.moduleFolder) || quotedNames.contains { modules.contains($0) }
    return severity == .error && span == nil && isNamed
  }

  /// The names in single quotes in the message, without argument labels.
  fileprivate var quotedNames: [String] {
    message.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }
      .map { String($0.element.prefix { $0 != "(" }) }
  }
}
