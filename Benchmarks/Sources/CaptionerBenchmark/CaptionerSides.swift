// The two sides, each a program that prints a name and a value on each line.

import Foundation
import Measuring

/// Something that captions pictures as a process of its own.
protocol CaptionerSide {
  var name: String { get }
  func command(_ arguments: [String]) -> [String]
}

/// The runtime of lessons.
struct SwiftSide: CaptionerSide {
  let name = "swift"
  private let program: String

  /// Builds the program against the laid-out library, as a user of the library would.
  init(_ options: CaptionerOptions, _ files: CaptionerFiles) throws {
    program = files.program.path
    let library = URL(fileURLWithPath: options.library).path
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Measured")
    _ = try run([
      "swiftc", "-O", source.appendingPathComponent("captioner.swift").path, "-o", program, "-I", "\(library)/modules",
      "-L", library, "-lLessonKit", "-Xlinker", "-rpath", "-Xlinker", library,
    ])
  }

  func command(_ arguments: [String]) -> [String] { [program] + arguments }

  func makeCheckpoint(_ folder: URL) throws { _ = try run(command(["make", folder.path])) }
}

/// Transformers on PyTorch.
struct PythonSide: CaptionerSide {
  let name = "python"
  let versions: String
  private let start: [String]

  /// Nil when Python, or one of the libraries, is not at hand.
  init?(_ options: CaptionerOptions) {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Measured")
    start = [options.python, source.appendingPathComponent("captioner.py").path]
    guard let answer = try? run(start + ["versions"]) else { return nil }
    versions = answer.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func command(_ arguments: [String]) -> [String] { start + arguments }
}

/// One run of one side in one dtype: `parts`, and the whole process.
struct CaptionerRun {
  let side: String
  let dtype: String
  /// The ids of the caption.
  let ids: String
  /// Seconds, and for `peak` bytes.
  let values: [String: Double]
}

func measure(
  _ side: any CaptionerSide, _ dtype: String, _ files: CaptionerFiles, _ options: CaptionerOptions
) throws -> CaptionerRun {
  let parts = try run(side.command(["parts", files.model.path, dtype, options.picture]))
  let whole = try run(side.command(["whole", files.model.path, dtype, options.picture]))
  let (fields, last) = (fields(parts.text), fields(whole.text))
  var values = fields.compactMapValues(Double.init)
  values["peak"] = last["peak"].flatMap(Double.init)
  values["whole"] = whole.seconds
  return CaptionerRun(side: side.name, dtype: dtype, ids: last["ids"] ?? "", values: values)
}

/// Lines of a name and a value.
private func fields(_ text: String) -> [String: String] {
  let pairs = text.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
  return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
}

/// Runs a program to its end.
///
/// - Throws: `Problem` when it cannot be started or fails, with the end of what it printed.
func run(_ arguments: [String]) throws -> (text: String, seconds: Double) {
  let (process, output) = (Process(), Pipe())
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.standardOutput = output
  process.standardError = output
  let start = ContinuousClock.now
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  let elapsed = (ContinuousClock.now - start) / .seconds(1)
  guard process.terminationStatus == 0 else {
    throw Problem(description: "\(arguments[0]) failed:\n\(text.suffix(2000))")
  }
  return (text, elapsed)
}
