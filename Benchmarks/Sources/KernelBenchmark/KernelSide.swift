// Programs that measure: they answer a line with a number.

import Foundation
import Measuring

/// A program that runs as long as the benchmark does.
final class KernelSide {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  /// - Throws: `Problem` when the program cannot be started.
  init(_ command: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// - Throws: `Problem` when the program ends instead of answering.
  func ask(_ question: String) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(question)\n".utf8))
    guard let line = readLine(), let answer = Double(line) else {
      throw Problem(description: "no answer to \"\(question)\"")
    }
    return answer
  }

  func readLine() -> String? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[..<end], as: UTF8.self)
        buffer = Data(buffer[buffer.index(after: end)...])
        return line
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      buffer += more
    }
  }
}

/// The three programs.
struct KernelSides {
  let ours: KernelSide
  let peak: KernelSide
  /// Nil when Python has no PyTorch.
  let torch: KernelSide?
  /// What it calls itself.
  let torchName: String

  /// Builds our side against the laid-out library, as a user of the library would, and the peak for this processor.
  init(_ options: KernelOptions, folder: URL) throws {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Measured")
    let (program, peakProgram) = (
      folder.appendingPathComponent("kernels").path, folder.appendingPathComponent("peak").path
    )
    let library = URL(fileURLWithPath: options.library).path
    try build([
      "swiftc", "-O", source.appendingPathComponent("kernels.swift").path, "-o", program, "-I", "\(library)/modules",
      "-L",
      library, "-lLessonKit", "-Xlinker", "-rpath", "-Xlinker", library,
    ])
    try build([
      "clang", "-O2", "-march=native", source.appendingPathComponent("peak.c").path, "-o", peakProgram, "-lpthread",
    ])
    ours = try KernelSide([program])
    peak = try KernelSide([peakProgram])
    let python = try KernelSide([options.python, source.appendingPathComponent("kernels.py").path])
    let name = python.readLine()
    torch = name == nil ? nil : python
    torchName = name ?? "no PyTorch: \(options.python) has none (set PYTHON)"
  }
}

private func build(_ command: [String]) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = command
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw Problem(description: "\(command[0]) failed") }
}
