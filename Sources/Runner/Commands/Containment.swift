// What the session and the compiler may touch on this machine (Documentation/Safety.md).

import Foundation
import Processes
import StepBuilder

/// Puts programs into the sandbox that the host knows how to make.
struct Containment: Sendable {
  /// Bytes of memory that a step may hold unless the lesson says otherwise.
  static let defaultMemoryLimit = 4 << 30

  private let installation: Installation
  private let toolchain: Toolchain
  private let cache: BuildCache
  private let isRequired: Bool
  /// What a reader of the page must know: what could not be contained.
  let notices: [String]

  /// - Throws: `Failure` when containment is required and this machine cannot do it.
  init(installation: Installation, toolchain: Toolchain, cache: BuildCache, isRequired: Bool) async throws {
    self.installation = installation
    self.toolchain = toolchain
    self.cache = cache
    self.isRequired = isRequired
    let missing = try await Self.probe(installation).filter { $0.isMissing }
    if isRequired, let first = missing.first {
      throw Failure(
        .lacking, "`--sandbox require`, but this machine cannot contain \(first.name): \(first.explanation)")
    }
    notices = missing.map { "This machine cannot contain \($0.name): \($0.explanation)" }
  }

  /// An ability of this machine.
  struct Ability {
    var name: String
    var state: String
    var explanation: String

    var isMissing: Bool { state == "no" }
  }

  /// Asks the host what this machine can contain.
  static func probe(_ installation: Installation) async throws -> [Ability] {
    do {
      let result = try await Processes.run([installation.host, "sandbox", "--probe"], environment: [:])
      return result.text.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: "\t").map(String.init)
        return fields.count == 3 ? Ability(name: fields[0], state: fields[1], explanation: fields[2]) : nil
      }
    } catch {
      throw Failure(.lacking, "\(error); run `make build` or `make install`")
    }
  }

  /// The host's command for a session; `serve` and its arguments follow.
  ///
  /// - Parameter folders: What steps may read besides what Swift needs; those that do not exist stay out of reach,
  ///   also when they are made later.
  func session(reading folders: [String], writing scratch: URL, memory: Int) -> [String] {
    sandbox(
      reading: Self.system + [toolchain.root, installation.libraryFolder.path] + folders
        + cache.folders.map(\.path),
      writing: Self.devices + [scratch.path], executing: [installation.host] + Self.programLoaders,
      limits: [
        "--memory", String(memory), "--file-size", String(1 << 30), "--processes", "256", "--open-files", "1024",
      ]) + [installation.host]
  }

  /// A call of the compiler or the linker that may write to some folders.
  func compiler(_ arguments: [String], writing folders: [URL]) -> [String] {
    sandbox(
      reading: Self.system + [toolchain.root, installation.libraryFolder.path] + cache.folders.map(\.path),
      writing: Self.devices + folders.map(\.path), executing: [toolchain.root + "/bin"] + Self.programLoaders,
      limits: ["--memory", String(8 << 30), "--file-size", String(4 << 30), "--open-files", "4096"]) + arguments
  }

  private func sandbox(reading: [String], writing: [String], executing: [String], limits: [String]) -> [String] {
    [installation.host, "sandbox"] + (isRequired ? ["--require"] : [])
      + reading.flatMap { ["--read", $0] } + writing.flatMap { ["--write", $0] }
      + executing.flatMap { ["--execute", $0] } + limits + ["--"]
  }

  /// What programs need of the system: libraries, headers, time zones, locales, the state of their own process.
  private static let system = [
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
    "/etc/timezone", "/etc/alternatives", "/proc", "/sys/devices/system/cpu", "/dev/urandom", "/dev/random",
  ]
  private static let devices = ["/dev/null", "/dev/zero", "/dev/full"]
  /// What the kernel starts in order to start a program.
  private static let programLoaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]
}
