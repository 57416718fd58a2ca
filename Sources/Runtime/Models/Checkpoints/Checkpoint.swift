// One front for all forms in which a model's tensors are kept on disk.

import NeuralNets
import Tensors

/// The tensors of a model's folder or of a single file, listed at once and read when they are asked for.
///
/// In a folder the first of ``fileNames`` that is there counts. Nothing that a file asks for is ever executed.
///
/// For example:
///
///     let checkpoint = try Checkpoint(contentsOf: "blip")
///     for entry in checkpoint.entries { print(entry.key, entry.dtype, entry.shape) }
///     try model.load(stateDict: checkpoint.stateDict(dtype: .bfloat16))
public struct Checkpoint: Sendable {
  /// What a folder is searched for, in this order: safetensors, whole or in shards, then PyTorch's pickled tensors.
  public static let fileNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
  ]

  /// The file, or the file in the folder that was found.
  public let path: String
  /// The tensors in the order of the file or of the index.
  public let entries: [CheckpointEntry]
  private let places: [String: (file: TensorFile, tensor: StoredTensor)]

  /// Opens a folder, or a file: `.safetensors`, `.bin`, or an index of either kind.
  ///
  /// Only headers are read, however large the checkpoint is.
  /// - Throws: ``CheckpointError``.
  public init(contentsOf path: String) throws(CheckpointError) {
    let path = try isFolder(path) ? Self.find(in: path) : path
    let list = path.hasSuffix(".json") ? try Self.shards(index: path) : try Self.tensors(of: TensorFile(path: path))
    self.path = path
    entries = list.map(\.tensor.entry)
    places = Dictionary(list.map { ($0.tensor.entry.key, $0) }) { first, _ in first }
  }

  /// The names of the tensors.
  public var keys: [String] { entries.map(\.key) }

  /// One tensor; a float is converted when a dtype is given. Without a conversion it is the file's own memory.
  ///
  /// - Throws: ``CheckpointError/noTensor(key:checkpoint:)``, or what is wrong with the file.
  public func tensor(_ key: String, dtype: DType? = nil) throws(CheckpointError) -> Tensor {
    guard let (file, tensor) = places[key] else { throw .noTensor(key: key, checkpoint: path) }
    return try file.read(tensor, as: dtype)
  }

  /// All tensors; floats are converted when a dtype is given, one after the other, so that the memory needed is that of
  /// the result. Tensors that are stored once under several names share their memory.
  public func stateDict(dtype: DType? = nil) throws(CheckpointError) -> StateDict {
    var state = StateDict()
    var done: [Source: Tensor] = [:]
    for entry in entries {
      guard let (file, stored) = places[entry.key] else { continue }
      let source = Source(file: ObjectIdentifier(file.mapping), place: stored.place)
      if done[source] == nil { done[source] = try file.read(stored, as: dtype) }
      state[entry.key] = done[source]
    }
    return state
  }

  private struct Source: Hashable {
    let file: ObjectIdentifier
    let place: StoredTensor.Place
  }
}

extension StateDict {
  /// The tensors of a model's folder or of a checkpoint file; floats are converted when a dtype is given.
  ///
  /// - Throws: ``CheckpointError``.
  public init(contentsOf path: String, dtype: DType? = nil) throws(CheckpointError) {
    self = try Checkpoint(contentsOf: path).stateDict(dtype: dtype)
  }
}

extension Checkpoint {
  fileprivate typealias Located = (file: TensorFile, tensor: StoredTensor)

  fileprivate static func find(in folder: String) throws(CheckpointError) -> String {
    for name in fileNames where isFile(folder + "/" + name) { return folder + "/" + name }
    throw .notFound(folder: folder)
  }

  fileprivate static func tensors(of file: TensorFile) -> [Located] { file.tensors.map { (file, $0) } }

  /// The tensors that an index names, from the files it names; all of these are opened first.
  fileprivate static func shards(index path: String) throws(CheckpointError) -> [Located] {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let index = try ShardIndex(path)
    let missing = index.shards.filter { !isFile(folder + "/" + $0) }
    guard missing.isEmpty else { throw .missingShards(folder: folder, shards: missing) }
    var files: [String: TensorFile] = [:]
    for shard in index.shards { files[shard] = try TensorFile(path: folder + "/" + shard) }
    var tensors: [Located] = []
    for (key, shard) in index.map {
      guard let file = files[shard], let tensor = file[key] else {
        throw .malformed(file: path, .notInShard(key: key, shard: shard))
      }
      tensors.append((file, tensor))
    }
    return tensors
  }
}
