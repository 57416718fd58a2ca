// The calls of the compiler and the linker that make a step's interface and its library.

import Foundation
import LessonModel
import Processes

/// The runtime that steps import, as it lies on disk.
public struct RuntimeLibrary: Sendable {
  /// The folder with `LessonKit.swiftmodule` and what it imports.
  public let moduleFolder: String
  /// The dynamic library.
  public let library: String
  /// The object file by which all steps call their module `main` while they run (`Sources/Host/MainModule`).
  public let mainModule: String
  /// Changes when the runtime is built anew.
  let stamp: String

  public init(moduleFolder: String, library: String, mainModule: String) {
    self.moduleFolder = moduleFolder
    self.library = library
    self.mainModule = mainModule
    stamp = Self.modules(in: moduleFolder).map(fileStamp).joined(separator: " ")
  }

  static let modules = ["LessonKit", "Models", "NeuralNets", "Tensors"]
  static let cModules = ["CKernels", "CImageCodecs"]

  private static func modules(in folder: String) -> [String] {
    modules.map { "\(folder)/\($0).swiftmodule" } + cModules.map { "\(folder)/\($0)/module.modulemap" }
  }

  /// All files without which no step can be built and loaded.
  public var parts: [String] { [library, mainModule] + Self.modules(in: moduleFolder) }
}

/// Runs the compiler for one lesson.
struct Compiler: Sendable {
  /// What decides the flags of one step.
  struct Settings: Sendable {
    var swiftMode: String?
    /// Whether the lesson awaits at the top level, so that all its steps are built in the async form.
    var isAsync: Bool
  }

  let toolchain: Toolchain
  let runtime: RuntimeLibrary
  let settings: Settings
  let moduleCache: URL
  /// Puts a program that may write to one folder into the sandbox.
  let confine: @Sendable (_ arguments: [String], _ writable: [URL]) -> [String]

  /// The flags that decide what the compiler makes of a source, for the cache's keys.
  func flags(optimize: Bool) -> [String] {
    var flags = ["-target", toolchain.triple, "-enable-testing", "-enable-private-imports", "-disable-access-control"]
    // `/[a-z]+/` is a regular expression in every language mode, as an author of today writes it.
    flags.append("-enable-bare-slash-regex")
    flags += [optimize ? "-O" : "-Onone", "-gline-tables-only", "-diagnostic-style", "llvm", "-no-color-diagnostics"]
    #if !canImport(ObjectiveC)
      flags.append("-disable-objc-interop")
    #endif
    if let mode = settings.swiftMode { flags += ["-swift-version", mode] }
    if settings.isAsync { flags += ["-default-isolation", "MainActor"] }
    return flags
  }

  /// Emits `Step7.swiftmodule` into `folder`: what the steps after it need, without generating code.
  func emitInterface(_ job: Job, in folder: URL) async throws -> ProcessResult {
    try await frontend(
      job, in: folder,
      ["-emit-module", "-emit-module-path", job.interface(in: folder).path]
        + ["-experimental-skip-non-inlinable-function-bodies"])
  }

  /// Generates the step's code, `Step7.o`; in the same call also its interface, where it is wanted.
  func generateCode(_ job: Job, withInterface: Bool, in folder: URL) async throws -> ProcessResult {
    try await frontend(
      job, in: folder,
      ["-c", "-entry-point-function-name", job.entryPoint, "-file-compilation-dir", "."]
        + ["-o", job.object(in: folder).path]
        + (withInterface ? ["-emit-module-path", job.interface(in: folder).path] : []))
  }

  /// Checks the step's types under Swift's access rules, which the other calls leave aside.
  func checkAccess(_ job: Job, in folder: URL) async throws -> ProcessResult {
    try await frontend(job, in: folder, ["-typecheck"], without: "-disable-access-control")
  }

  /// Links the step's code to `Step7.so`.
  ///
  /// Swift names types by their module wherever a program prints them: `[main.Point(x: 1)]`. To an author the whole
  /// lesson is one program, so the descriptor of the step's module gives way to that of a module `main`.
  func link(_ job: Job, in folder: URL) async throws -> ProcessResult {
    let object = job.object(in: folder)
    let library = folder.appendingPathComponent(job.libraryName).path
    let arguments =
      [toolchain.linker, "-shared", "-z", "now", "-o", library, object.path, "\(toolchain.startFileFolder)/swiftrt.o"]
      + [runtime.mainModule, "--defsym=\(job.moduleDescriptor)=lesson_main_module"]
      + ["-L", toolchain.libraryFolder, "--as-needed"]
      + toolchain.libraries(of: try Data(contentsOf: object)).map { "-l\($0)" }
    return try await run(confine(arguments, [folder]), environment: Self.environment, timeout: Self.timeout)
  }

  private func frontend(
    _ job: Job, in folder: URL, _ mode: [String], without excluded: String? = nil
  ) async throws -> ProcessResult {
    let source = folder.appendingPathComponent("step.swift")
    try Data(job.source.text.utf8).write(to: source)
    let modules = job.interfaces.map { "-swift-module-file=\($0.module)=\($0.path)" }
    let arguments =
      [toolchain.frontend, "-frontend"] + mode + [source.path, "-module-name", job.moduleName]
      + flags(optimize: job.optimize).filter { $0 != excluded }
      + ["-I", runtime.moduleFolder, "-module-cache-path", moduleCache.path]
      + ["-plugin-path", toolchain.pluginFolder, "-in-process-plugin-server-path", toolchain.pluginServer] + modules
    return try await run(
      confine(arguments, [folder, moduleCache]), environment: Self.environment, timeout: Self.timeout)
  }

  /// Seconds after which the compiler is not waited for any more; some expressions would keep it for days.
  static let timeout = 120.0

  /// Messages in English whatever the user's language is: pages are the same for everyone.
  private static let environment = ["LC_ALL": "C", "TMPDIR": "/tmp"]

  /// One step as the compiler sees it.
  struct Job: Sendable {
    struct Interface: Sendable {
      var module: String
      var path: String
    }

    var step: Int
    var source: StepSource
    var interfaces: [Interface]
    var optimize: Bool

    var moduleName: String { stepModuleName(step) }
    var entryPoint: String { "\(moduleName)_main" }
    var libraryName: String { "\(moduleName).so" }
    /// The symbol of the module's descriptor, by which the Swift runtime knows the module's name.
    var moduleDescriptor: String { "$s\(moduleName.utf8.count)\(moduleName)MXM" }

    func interface(in folder: URL) -> URL { folder.appendingPathComponent("\(moduleName).swiftmodule") }
    func object(in folder: URL) -> URL { folder.appendingPathComponent("\(moduleName).o") }
  }
}

extension Toolchain {
  /// The libraries an object file may need; the linker keeps those that it does need.
  ///
  /// The compiler writes into the object what the modules it imports ask for (`-lFoundation`, ended by a zero byte).
  /// Foundation's libraries take the linker longer than all the rest, and most steps do without.
  fileprivate func libraries(of object: Data) -> [String] {
    let names = [
      "swiftCore", "swiftSwiftOnoneSupport", "swift_Concurrency", "swift_StringProcessing", "swiftRegexBuilder",
      "swiftObservation", "swiftSynchronization", "swiftDistributed", "swift_Differentiation", "swiftGlibc",
      "swift_Builtin_float", "swiftDispatch", "dispatch", "BlocksRuntime", "FoundationEssentials",
      "FoundationInternationalization", "Foundation", "FoundationNetworking", "FoundationXML",
    ]
    return names.filter { name in
      object.range(of: Data("-l\(name)\0".utf8)) != nil
        && FileManager.default.fileExists(atPath: "\(libraryFolder)/lib\(name).so")
    }
  }
}
