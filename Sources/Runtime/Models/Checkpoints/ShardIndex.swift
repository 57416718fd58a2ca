// The index of a checkpoint in several files: a JSON object whose `weight_map` names the file of each tensor.

/// A `model.safetensors.index.json` or `pytorch_model.bin.index.json`.
struct ShardIndex {
  private let path: String
  private let members: [(key: String, shard: String)]

  init(contentsOf path: String) throws(ModelError) {
    self.path = path
    let json: JSONValue
    do {
      json = try JSONValue(parsing: try bytes(ofFile: path))
    } catch let error as UnreadableFile {
      throw .unreadable(file: path, reason: error.reason)
    } catch {
      throw .malformed(file: path, reason: "\(error)")
    }
    guard let map = json["weight_map"]?.members else { throw .malformed(file: path, reason: "it has no weight_map") }
    var members: [(key: String, shard: String)] = []
    for member in map {
      guard let shard = member.value.string, !shard.isEmpty, !shard.contains("/"),
        shard.hasSuffix(".bin") || shard.hasSuffix(".safetensors")
      else {
        throw .malformed(file: path, reason: "for \"\(member.key)\" it does not name a file beside it")
      }
      members.append((member.key, shard))
    }
    self.members = members
  }

  /// Opens all files; the entries are in the index's order.
  func open() throws(ModelError) -> ([TensorFile], [TensorEntry], [String: (entry: Int, file: Int)]) {
    var (files, names) = ([TensorFile](), [String: Int]())
    var shards: [[String: TensorEntry]] = []
    var (entries, places) = ([TensorEntry](), [String: (entry: Int, file: Int)]())
    for (key, shard) in members {
      if names[shard] == nil {
        let file = try openShard(shard)
        names[shard] = files.count
        files.append(file)
        shards.append(Dictionary(file.entries.map { ($0.key, $0) }) { $1 })
      }
      guard let number = names[shard], let entry = shards[number][key] else {
        throw .malformedTensor(file: path, key: key, reason: "should be in \(shard), which does not have it")
      }
      guard places.updateValue((entries.count, number), forKey: key) == nil else {
        throw .malformedTensor(file: path, key: key, reason: "is there twice")
      }
      entries.append(entry)
    }
    return (files, entries, places)
  }

  private func openShard(_ name: String) throws(ModelError) -> TensorFile {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    guard fileExists(folder + name) else { throw .missingShard(index: path, shard: name) }
    return try TensorFile(contentsOf: folder + name)
  }
}
