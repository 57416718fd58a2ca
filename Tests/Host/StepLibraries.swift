// Steps built for these tests, in the form in which the builder builds them.

import Foundation
import Processes

/// A folder with a stand-in for the runtime, and the steps built so far.
final class StepLibraries {
  let folder: URL
  private var built: [Int] = []

  init() async throws {
    folder = try makeFolder()
    let stepEnd = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Runtime/LessonKit/StepEnd.swift").path
    try write(runtimeStandIn, to: "LessonKit.swift")
    try await compile(
      ["-emit-library", "-emit-module", "-parse-as-library", "-module-name", "LessonKit"]
        + [path("LessonKit.swift"), stepEnd, "-o", runtime])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var runtime: String { path("libLessonKit.so") }

  func library(_ step: Int) -> String { path("Step\(step).so") }

  /// Builds the next step; it sees all that were built before.
  @discardableResult
  func add(_ code: String, isAsync: Bool = true) async throws -> Int {
    let step = built.count + 1, name = "Step\(step)"
    let imports = ["import LessonKit"] + built.map { "@testable import Step\($0)" }
    let opening = isAsync ? ["await ()", "defer { LessonKit._stepEnds() }"] : []
    try write((imports + opening + [code]).joined(separator: "\n"), to: "main.swift")
    try await compile(
      ["-c", "-wmo", path("main.swift"), "-module-name", name, "-emit-module-path", path("\(name).swiftmodule")]
        + ["-enable-testing", "-Onone", "-suppress-warnings", "-I", folder.path, "-o", path("\(name).o")]
        + ["-disable-access-control", "-entry-point-function-name", "\(name)_main"].flatMap { ["-Xfrontend", $0] }
        + (isAsync ? ["-default-isolation", "MainActor"] : []))
    try await compile(["-emit-library", path("\(name).o"), "-o", library(step), "-lswiftSwiftOnoneSupport"])
    built.append(step)
    return step
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func compile(_ arguments: [String]) async throws {
    let result = try await run([swiftCompiler] + arguments, environment: ProcessInfo.processInfo.environment)
    guard result.exitStatus == 0 else { throw CompilerFailure(output: result.text) }
  }

  struct CompilerFailure: Error {
    var output: String
  }
}

/// The functions that the host looks up in the runtime.
private let runtimeStandIn = """
  import Glibc

  @_cdecl("lessonkit_attach")
  public func attach(_ display: UnsafeRawPointer) {}

  @_cdecl("lessonkit_describe_error")
  public func describe(
    _ error: UnsafeRawPointer, _ type: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ description: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) {
    let error = unsafeBitCast(error, to: (any Error).self)
    type.pointee = strdup("\\(Swift.type(of: error))")
    description.pointee = strdup("\\(error)")
  }
  """
