// The cache of built and parsed steps.

import Foundation
import Testing

@testable import StepBuilder

@Suite struct BuildCacheTests {
  private let cache: BuildCache

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lesson-cache-\(UUID().uuidString)")
    cache = BuildCache(folder: folder)
  }

  private func keep(_ text: String, for key: String) throws -> URL {
    let work = try cache.makeWorkFolder()
    try Data(text.utf8).write(to: work.appendingPathComponent("result"))
    return try cache.finish(work, for: key)
  }

  private func kept(for key: String) throws -> String? {
    try cache.entry(for: key).map { try String(contentsOf: $0.appendingPathComponent("result"), encoding: .utf8) }
  }

  @Test func entriesAreFoundByTheirKey() throws {
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    #expect(cache.entry(for: "a") == nil)
    _ = try keep("of a", for: "a")
    _ = try keep("of b", for: "b")
    #expect(try kept(for: "a") == "of a")
    #expect(try kept(for: "b") == "of b")
    #expect(cache.entry(for: "c") == nil)
  }

  @Test func theFirstResultStays() throws {
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    _ = try keep("first", for: "a")
    _ = try keep("second", for: "a")
    #expect(try kept(for: "a") == "first")
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.folder.path + "/work").isEmpty)
  }

  /// As if two keys had one hash: the folder that `a` is kept in holds the text of another key.
  @Test func equalHashesDoNotShare() throws {
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    let entry = try keep("of a", for: "a")
    try Data("another".utf8).write(to: entry.appendingPathComponent("key"))
    #expect(cache.entry(for: "a") == nil)
    _ = try keep("of a again", for: "a")
    #expect(try kept(for: "a") == "of a again")
  }

  @Test func halfWrittenEntriesAreNotFound() throws {
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    let entry = try keep("of a", for: "a")
    try FileManager.default.removeItem(at: entry.appendingPathComponent("key"))
    #expect(cache.entry(for: "a") == nil)
  }

  /// Every run that finishes an entry can use it from then on, whoever else finishes the same one.
  @Test func manyRunsFinishTheSameEntry() async throws {
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    for key in (0..<20).map({ "key \($0)" }) {
      try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<8 {
          group.addTask {
            _ = try keep("same", for: key)
            return try kept(for: key)
          }
        }
        for try await text in group { #expect(text == "same") }
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.folder.path + "/work").isEmpty)
  }

  @Test func valuesComeBack() throws {
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    cache.store(["a": 1], for: "value")
    #expect(cache.value(for: "value") == ["a": 1])
    #expect(cache.value(for: "value") == nil as [String]?)
    #expect(cache.value(for: "other") == nil as [String: Int]?)
  }

  @Test func aCacheThatCannotBeWrittenIsEmpty() throws {
    try Data().write(to: cache.folder)
    defer { try? FileManager.default.removeItem(at: cache.folder) }
    cache.store(1, for: "value")
    #expect(cache.value(for: "value") == nil as Int?)
    #expect(throws: (any Error).self) { try cache.makeWorkFolder() }
  }

  @Test func whereAUsersEntriesAre() {
    #expect(BuildCache.userFolder(["XDG_CACHE_HOME": "/x", "HOME": "/h"]).path == "/x/lesson")
    #expect(BuildCache.userFolder(["XDG_CACHE_HOME": "relative", "HOME": "/h"]).path == "/h/.cache/lesson")
    #expect(BuildCache.userFolder(["HOME": "/h"]).path == "/h/.cache/lesson")
  }

  /// Source of the values: the test vectors of the FNV reference for 128-bit FNV-1a.
  @Test func fingerprints() {
    #expect(fingerprint([]) == "6c62272e07bb014262b821756295c58d")
    #expect(fingerprint("a".utf8) == "d228cb696f1a8caf78912b704e4a8964")
    #expect(fingerprint("foobar".utf8) == "343e1662793c64bf6f0d3597ba446f18")
  }
}
