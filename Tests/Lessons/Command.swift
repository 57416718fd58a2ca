// The installed command as a process: started with arguments, watched to its end.

import Foundation

/// The folder of the package.
let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The command under test, as `make build` leaves it.
let builtCommand = package.appendingPathComponent(".build/bin/lesson")

struct NotBuilt: Error, CustomStringConvertible {
  var description: String { "\(builtCommand.path) is missing; run `make build` first" }
}

/// How a command ended.
struct Finished {
  var status: Int32
  var output: String
  var errors: String
}

/// One start of the command.
struct Command {
  var executable = builtCommand
  var arguments: [String]
  var folder: URL
  /// Changes to the environment; nil removes a variable.
  var environment: [String: String?] = [:]

  /// Runs it to its end.
  func run() async throws -> Finished {
    let running = try start()
    return try await running.end()
  }

  func start() throws -> Running {
    guard FileManager.default.fileExists(atPath: builtCommand.path) else { throw NotBuilt() }
    let running = try Running(in: makeFolder())
    running.process.executableURL = executable
    running.process.arguments = arguments
    running.process.currentDirectoryURL = folder
    var variables = ProcessInfo.processInfo.environment
    variables["XDG_CACHE_HOME"] = sharedCache.path
    for (name, value) in environment { variables[name] = value }
    running.process.environment = variables
    try running.process.run()
    return running
  }
}

/// A command that has been started. What it prints goes to files, so that no pipe fills up.
struct Running {
  let process = Process()
  private let outputFile, errorFile: URL

  fileprivate init(in folder: URL) throws {
    outputFile = folder.appendingPathComponent("stdout")
    errorFile = folder.appendingPathComponent("stderr")
    for file in [outputFile, errorFile] { try Data().write(to: file) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
  }

  func end() async throws -> Finished {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        process.waitUntilExit()
        continuation.resume()
      }
    }
    return Finished(
      status: process.terminationStatus, output: try text(of: outputFile), errors: try text(of: errorFile))
  }
}

/// A file's text; bytes that are not UTF-8 are replaced.
func text(of file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }

/// Where everything of this test process lies; removed when it ends.
let temporaryRoot: URL = {
  let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    .appendingPathComponent("lesson-tests-\(UUID().uuidString)")
  try? FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  atexit { try? FileManager.default.removeItem(at: temporaryRoot) }
  return root
}()

/// The cache of compiled steps that all tests share.
let sharedCache = temporaryRoot.appendingPathComponent("cache")

/// A new empty folder.
func makeFolder() throws -> URL {
  let folder = temporaryRoot.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}
