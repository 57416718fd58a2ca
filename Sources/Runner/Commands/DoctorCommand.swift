// `lesson doctor`: whether this machine has all that a run needs.

import ArgumentParser
import Foundation
import LessonReader
import ModelHub
import Processes
import StepBuilder

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the compiler, the runtime and the sandbox, and say how to mend what is missing.",
    discussion: """
      Exits with 4 when something is missing that runs cannot do without.

      Example:
        lesson doctor
      """)

  func run() async throws {
    let installation = Installation.current
    let cache = BuildCache(folder: BuildCache.userFolder(ProcessInfo.processInfo.environment))
    var findings = await compiler(installation, cache)
    findings.append(Finding(state: .good, subject: "libcmark", detail: LessonReader.markdownLibraryVersion))
    findings += parts(of: installation)
    findings.append(cacheFolder(cache))
    findings += hub()
    findings += await sandbox(installation)
    findings.forEach { print($0.line) }
    if findings.contains(where: { $0.state == .missing }) { throw ExitStatus.lacking }
  }

  private struct Finding {
    enum State: String { case good = "ok", weak = "weak", missing = "missing" }

    var state: State
    var subject: String
    var detail: String
    var remedy: String?

    var line: String {
      let columns =
        state.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)
        + subject.padding(toLength: 18, withPad: " ", startingAt: 0) + detail
      return columns + (remedy.map { "\n         mend it: \($0)" } ?? "")
    }
  }

  private func compiler(_ installation: Installation, _ cache: BuildCache) async -> [Finding] {
    let found: Toolchain
    do {
      found = try await Toolchain.find(environment: ProcessInfo.processInfo.environment, cache: cache)
    } catch {
      return [
        Finding(
          state: .missing, subject: "Swift compiler", detail: String(describing: error),
          remedy: "install Swift 6 from https://swift.org/install and put its bin folder on the PATH")
      ]
    }
    var findings = [Finding(state: .good, subject: "Swift compiler", detail: found.version)]
    for (subject, program) in [("frontend", found.frontend), ("linker", found.linker)] {
      findings.append(file(program, subject, remedy: "install the whole toolchain, not single programs of it"))
    }
    if !FileManager.default.fileExists(atPath: found.symbolizer) {
      findings.append(
        Finding(
          state: .weak, subject: "symbolizer", detail: "without \(found.symbolizer), traps have no line",
          remedy: "install the whole toolchain, not single programs of it"))
    }
    if let built = try? installation.builtWith(), built.version != found.version {
      findings.append(
        Finding(
          state: .missing, subject: "same compiler", detail: "the runtime was built with \(built.version)",
          remedy: "put that compiler first on the PATH, or: make build"))
    }
    return findings
  }

  private func parts(of installation: Installation) -> [Finding] {
    let subject = "host and runtime"
    let missing = installation.missingParts
    guard !missing.isEmpty else { return [Finding(state: .good, subject: subject, detail: installation.root.path)] }
    return missing.map { Finding(state: .missing, subject: subject, detail: $0, remedy: Installation.remedy) }
  }

  private func file(_ path: String, _ subject: String, remedy: String) -> Finding {
    let exists = FileManager.default.fileExists(atPath: path)
    return Finding(
      state: exists ? .good : .missing, subject: subject, detail: path, remedy: exists ? nil : remedy)
  }

  private func cacheFolder(_ cache: BuildCache) -> Finding {
    try? FileManager.default.createDirectory(at: cache.folder, withIntermediateDirectories: true)
    let isWritable = FileManager.default.isWritableFile(atPath: cache.folder.path)
    return Finding(
      state: isWritable ? .good : .missing, subject: "cache", detail: cache.folder.path,
      remedy: isWritable ? nil : "make that folder writable, or set XDG_CACHE_HOME to one that is")
  }

  /// Where models come from and go to. Nothing is asked of the hub.
  private func hub() -> [Finding] {
    let settings = HubSettings(environment: ProcessInfo.processInfo.environment)
    let state = settings.isOffline ? "offline (HF_HUB_OFFLINE)" : settings.token == nil ? "no token" : "with a token"
    return [
      Finding(state: .good, subject: "model hub", detail: "\(settings.endpoint), \(state)"),
      Finding(state: .good, subject: "model cache", detail: settings.cacheFolder),
    ]
  }

  private func sandbox(_ installation: Installation) async -> [Finding] {
    let abilities = (try? await Containment.probe(installation)) ?? []
    return abilities.map {
      Finding(state: $0.isMissing ? .weak : .good, subject: $0.name, detail: $0.explanation)
    }
  }
}
