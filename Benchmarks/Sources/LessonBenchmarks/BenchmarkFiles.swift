// The temporary folder in which everything happens.

import Foundation
import Measuring

/// Copies and caches; the lesson's own folder and the user's cache are left alone.
struct BenchmarkFiles {
  private let folder: URL
  let lesson: URL

  /// With what lies beside the lesson: both sides read their models and pictures from there.
  init(lesson original: URL) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("benchmarks-\(UUID().uuidString)")
    lesson = folder.appendingPathComponent(original.lastPathComponent)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let place = original.deletingLastPathComponent()
    for name in try FileManager.default.contentsOfDirectory(atPath: place.path) where !name.hasSuffix(".md") {
      try FileManager.default.copyItem(
        at: place.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }
  }

  var log: URL { folder.appendingPathComponent("log") }
  var page: URL { folder.appendingPathComponent("page.html") }
  var record: URL { folder.appendingPathComponent("record.json") }
  var source: URL { folder.appendingPathComponent("main.swift") }
  var program: URL { folder.appendingPathComponent("program") }
  /// The `XDG_CACHE_HOME` of the lesson's runs.
  var cache: URL { folder.appendingPathComponent("cache") }
  /// The plain compiler's cache of C modules.
  var plainModules: URL { folder.appendingPathComponent("modules") }

  /// Makes it the folder in which programs start.
  func enter() throws {
    guard FileManager.default.changeCurrentDirectoryPath(folder.path) else {
      throw Problem(description: "\(folder.path) cannot be entered")
    }
  }

  func write(_ text: LessonText) throws {
    try Data(text.text.utf8).write(to: lesson)
    try Data(text.program.utf8).write(to: source)
  }

  /// Leaves of both sides' caches what a scenario starts with.
  func prepare(_ kept: Scenario.Cache) {
    switch kept {
    case .nothing:
      remove(cache)
      remove(plainModules)
    case .modules: remove(cache.appendingPathComponent("lesson/entries"))
    case .lesson: break
    }
  }

  func pageSize() throws -> Int { try Data(contentsOf: page).count }

  func removeAll() { remove(folder) }

  private func remove(_ url: URL) { try? FileManager.default.removeItem(at: url) }
}
