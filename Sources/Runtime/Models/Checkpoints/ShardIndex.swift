// The index of a checkpoint that is split into several files.

/// A `model.safetensors.index.json` or `pytorch_model.bin.index.json`: which tensor is in which file.
struct ShardIndex {
  /// In the order of the index.
  let map: [(key: String, shard: String)]
  /// The files, each once, in the order in which they are first named.
  let shards: [String]

  init(_ path: String) throws(CheckpointError) {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes(ofFile: path)) } catch let error as JSONProblem {
      throw .malformed(file: path, .notUnderstood(reason: "\(error)"))
    } catch {
      throw .unreadable(file: path, reason: (error as? UnreadableFile)?.reason ?? "\(error)")
    }
    guard let members = json["weight_map"]?.members else {
      throw .malformed(file: path, .notUnderstood(reason: "it has no object weight_map"))
    }
    var map: [(key: String, shard: String)] = []
    var (shards, keys) = ([String](), Set<String>())
    for member in members {
      guard let shard = member.value.string, Self.isPlainName(shard) else {
        throw .malformed(file: path, .notUnderstood(reason: "what it says of \"\(member.key)\" is not the name of a file"))
      }
      guard keys.insert(member.key).inserted else { throw .malformed(file: path, .duplicateKey(member.key)) }
      if !shards.contains(shard) { shards.append(shard) }
      map.append((member.key, shard))
    }
    (self.map, self.shards) = (map, shards)
  }

  /// An index speaks of files beside it, and of no others.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}
