// Runs one lesson from its file to its page; the one place that knows every room.

import Foundation
import LessonModel
import Pages
import Processes
import Session
import StepBuilder

/// What a run does beyond the lesson itself.
struct RunSettings: Sendable {
  var usesCache = true
  var timeout = 60.0
  var isQuiet = false
  var showsTimings = false
  var requiresSandbox = false
  /// Which models may be fetched.
  var models = ModelAgreement()
}

/// Everything on this machine that runs need.
struct LessonRunner: Sendable {
  private let settings: RunSettings
  private let installation = Installation.current
  private let cache: BuildCache
  private let toolchain: Toolchain
  private let containment: Containment
  /// Where steps may write, and nothing stays.
  private let scratch: URL

  /// - Throws: `Failure` when the machine lacks something.
  init(_ settings: RunSettings) async throws {
    self.settings = settings
    let scratch = try makeTemporaryFolder()
    var isComplete = false
    defer { if !isComplete { try? FileManager.default.removeItem(at: scratch) } }
    self.scratch = scratch
    let userCache = Self.userCache(elseIn: scratch.appendingPathComponent("user-cache"))
    cache = settings.usesCache ? userCache : userCache.emptied(in: scratch.appendingPathComponent("cache"))
    toolchain = try await installation.toolchain(cache: userCache)
    containment = try await Containment(
      installation: installation, toolchain: toolchain, cache: cache, isRequired: settings.requiresSandbox)
    isComplete = true
  }

  /// The user's cache; where that cannot be written, one that nothing is kept of.
  private static func userCache(elseIn folder: URL) -> BuildCache {
    let cache = BuildCache(folder: BuildCache.userFolder(ProcessInfo.processInfo.environment))
    if cache.isWritable { return cache }
    printError("the cache \(cache.folder.path) cannot be written, so all steps are compiled anew; see `lesson doctor`")
    return BuildCache(folder: folder)
  }

  /// Removes what the runs left in the temporary folder.
  func cleanUp() { try? FileManager.default.removeItem(at: scratch) }

  /// Runs a lesson. A cancelled run gives what was done so far.
  func run(_ lesson: Lesson, in folder: URL) async throws -> LessonRun {
    let builder = makeBuilder()
    let files = try makeFolder("files")
    let models = ModelProvider(
      fetch: FetchProgram(path: installation.fetcher, isQuiet: settings.isQuiet), agreement: settings.models)
    let memory = lesson.frontMatter.memoryLimit ?? Containment.defaultMemoryLimit
    let session = Session(
      SessionSettings(
        host: containment.session(
          reading: [folder.path, models.folder] + named(in: folder), writing: files, memory: memory),
        runtimeLibrary: installation.runtime.library,
        environment: environment(scratch: files), workingFolder: folder.path, symbolizer: toolchain.symbolizer,
        demangler: toolchain.demangler,
        timeout: settings.timeout, memoryLimit: memory, findModel: { models.find($0, interruption: $1) }),
      builder: builder)
    let progress = ProgressReporter(lesson, isQuiet: settings.isQuiet)
    containment.notices.forEach(progress.warn)
    do {
      var run = try await session.run(lesson) { progress.report($0) }
      run.notices = containment.notices
      return run
    } catch let error as SessionUnavailable {
      progress.clear()
      throw Failure(.lacking, "\(error.reason); \(Installation.remedy)")
    }
  }

  /// The files and folders that stood on the command line as a parameter's value, which is asking for them to be read.
  /// Relative ones start where steps start, at the lesson's folder.
  private func named(in folder: URL) -> [String] {
    settings.models.named.map { URL(fileURLWithPath: $0, relativeTo: folder).path }
  }

  /// The page of a run.
  func page(of run: LessonRun, in folder: URL) -> String {
    let builder = makeBuilder()
    return PageWriter.page(
      for: run, options: PageOptions(showsTimings: settings.showsTimings),
      assets: Assets(folder: folder).dataURIs(of: run.lesson), highlight: { builder.highlights(of: $0) })
  }

  private func makeFolder(_ name: String) throws -> URL {
    let folder = scratch.appendingPathComponent(name)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.lacking, "\(folder.path) cannot be made: \(error.reason)")
    }
    return folder
  }

  private func makeBuilder() -> StepBuilder {
    let containment = containment
    return StepBuilder(
      toolchain: toolchain, runtime: installation.runtime, cache: cache,
      confine: { containment.compiler($0, writing: $1) })
  }

  /// The same for everyone who runs the lesson: what a step finds in it may end up on the page.
  private func environment(scratch: URL) -> [String: String] {
    [
      "LD_LIBRARY_PATH": toolchain.libraryFolder, "SWIFT_BACKTRACE": "enable=no", "PATH": "/usr/bin:/bin",
      "HOME": scratch.path, "TMPDIR": scratch.path, "USER": "lesson", "LC_ALL": "C.UTF-8", "TZ": "UTC",
      // Dictionaries and sets keep one order from run to run.
      "SWIFT_DETERMINISTIC_HASHING": "1",
    ]
  }
}

/// A new folder under the system's temporary one.
private func makeTemporaryFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lesson-\(UUID().uuidString)")
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  } catch {
    throw Failure(.lacking, "a temporary folder cannot be made: \(error.reason)")
  }
  return folder
}
