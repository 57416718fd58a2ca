// What has been built and parsed before.

import Foundation

/// A folder of results, each beside the whole text of what it was made from.
///
/// A hash names an entry's folder, but the text decides: two inputs of one hash never share a result. Entries are
/// written beside and renamed, so that runs at the same time do no harm to one another.
public struct BuildCache: Sendable {
  public let folder: URL
  /// Clang's cache of C modules, shared by all steps.
  let moduleCache: URL

  public init(folder: URL) {
    self.folder = folder
    // A compiled C module knows its own path, and is refused where the cache was moved to.
    moduleCache = folder.appendingPathComponent("modules-\(fingerprint(folder.path.utf8))")
  }

  /// An empty cache in another folder, with this one's C modules, which are the system's and not the lesson's.
  public func emptied(in folder: URL) -> BuildCache { BuildCache(folder: folder, moduleCache: moduleCache) }

  private init(folder: URL, moduleCache: URL) {
    self.folder = folder
    self.moduleCache = moduleCache
  }

  /// All folders of the cache.
  public var folders: [URL] { [folder, moduleCache] }

  /// Where a user's entries are: `$XDG_CACHE_HOME/lesson`, else `~/.cache/lesson`.
  public static func userFolder(_ environment: [String: String]) -> URL {
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      return URL(fileURLWithPath: folder).appendingPathComponent("lesson")
    }
    return URL(fileURLWithPath: environment["HOME"] ?? NSHomeDirectory()).appendingPathComponent(".cache/lesson")
  }

  /// Whether entries can be made; tries it.
  public var isWritable: Bool {
    guard let work = try? makeWorkFolder() else { return false }
    return (try? FileManager.default.removeItem(at: work)) != nil
  }

  /// The folder of a finished entry, or nil.
  func entry(for key: String) -> URL? {
    let entry = folderURL(for: key)
    guard let known = try? Data(contentsOf: entry.appendingPathComponent("key")), known == Data(key.utf8) else {
      return nil
    }
    return entry
  }

  /// A new folder to build an entry in.
  func makeWorkFolder() throws -> URL {
    let work = folder.appendingPathComponent("work").appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    return work
  }

  /// Makes a work folder the entry for `key`; where another run was faster, its entry stays.
  func finish(_ work: URL, for key: String) throws -> URL {
    try Data(key.utf8).write(to: work.appendingPathComponent("key"))
    let entry = folderURL(for: key)
    try FileManager.default.createDirectory(
      at: entry.deletingLastPathComponent(), withIntermediateDirectories: true)
    if rename(work.path, entry.path) == 0 { return entry }
    // What is there is either the same entry, which another run may be using, or something of no use to anyone.
    if self.entry(for: key) == nil { try? FileManager.default.removeItem(at: entry) }
    if rename(work.path, entry.path) != 0 { try? FileManager.default.removeItem(at: work) }
    return entry
  }

  /// A value kept under a key, or nil.
  func value<Value: Decodable>(for key: String) -> Value? {
    guard let entry = entry(for: key),
      let data = try? Data(contentsOf: entry.appendingPathComponent("value.json"))
    else { return nil }
    return try? JSONDecoder().decode(Value.self, from: data)
  }

  /// Keeps a value; a cache that cannot be written is as good as an empty one.
  func store(_ value: some Encodable, for key: String) {
    guard let work = try? makeWorkFolder() else { return }
    try? JSONEncoder().encode(value).write(to: work.appendingPathComponent("value.json"))
    _ = try? finish(work, for: key)
  }

  private func folderURL(for key: String) -> URL {
    folder.appendingPathComponent("entries").appendingPathComponent(fingerprint(key.utf8))
  }
}

/// A 128-bit FNV-1a hash as hexadecimal digits: a name, not a proof.
///
/// Source: Fowler, Noll, Vo; offset basis and prime as in the FNV reference.
func fingerprint(_ bytes: some Sequence<UInt8>) -> String {
  var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  for byte in bytes { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 32 - digits.count) + digits
}
