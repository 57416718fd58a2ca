// `lesson clean`: forgets compiled steps.

import ArgumentParser
import Foundation
import StepBuilder

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Remove the cache of compiled steps. Pages stay.",
    discussion: """
      Example:
        lesson clean
      """)

  func run() throws {
    let folder = BuildCache.userFolder(ProcessInfo.processInfo.environment)
    guard FileManager.default.fileExists(atPath: folder.path) else { return print("There is no cache to remove.") }
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      throw Failure(.lacking, "\(folder.path) cannot be removed: \(error.reason)")
    }
    print("Removed \(folder.path)")
  }
}
