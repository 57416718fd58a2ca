// A model's tensors on disk: one file or several with an index, safetensors or pickle.

import NeuralNets
import Tensors

/// The tensors of a model's files, each made when it is asked for.
///
/// Files are mapped into memory: opening reads only their tables of contents, and a tensor in its own dtype borrows the
/// mapped memory, which the system reads when it is used, shares between processes and can drop again. A file must not be
/// cut short while its tensors are in use (replacing it by another of its name is harmless).
///
/// For example:
///
///     let checkpoint = try Checkpoint(contentsOf: "Models/shapes")
///     try model.load(stateDict: checkpoint.stateDict(as: .bfloat16))
public struct Checkpoint: Sendable {
  /// The file that was opened: a checkpoint, or the index of a sharded one.
  public let path: String
  /// What the checkpoint holds, in the order of its file or index.
  public let entries: [TensorEntry]
  /// The file's remarks, such as `format: pt`; of a sharded checkpoint, those of the first file.
  public let metadata: [String: String]

  private let files: [TensorFile]
  /// By key: the entry's place, and the file that holds it.
  private let places: [String: (entry: Int, file: Int)]

  /// The files that a folder is searched for, in this order, which is that of Hugging Face's transformers.
  public static let fileNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
  ]

  /// Opens a folder's checkpoint, or a file: safetensors, what `torch.save` made of a state dict, or the index
  /// of several of these.
  ///
  /// - Throws: ``ModelError``.
  public init(contentsOf path: String) throws(ModelError) {
    self.path = isFolder(path) ? try Self.file(inFolder: path) : path
    if self.path.hasSuffix(".json") {
      (files, entries, places) = try ShardIndex(contentsOf: self.path).open()
    } else {
      let file = try TensorFile(contentsOf: self.path)
      files = [file]
      entries = file.entries
      places = Dictionary(uniqueKeysWithValues: file.entries.enumerated().map { ($1.key, ($0, 0)) })
    }
    metadata = files.first?.metadata ?? [:]
  }

  private static func file(inFolder folder: String) throws(ModelError) -> String {
    for name in fileNames where fileExists("\(folder)/\(name)") { return "\(folder)/\(name)" }
    throw .noCheckpoint(folder: folder, lookedFor: fileNames)
  }

  /// The names of all tensors.
  public var keys: [String] { entries.map(\.key) }

  /// What the checkpoint says of a tensor; nil when it has none of that name.
  public subscript(key: String) -> TensorEntry? { places[key].map { entries[$0.entry] } }

  /// A tensor by its name.
  ///
  /// - Parameter dtype: The dtype that a tensor of floats is converted to; others, and all without it, stay as they are.
  /// - Throws: ``ModelError/noSuchTensor(file:key:nearest:)``, ``ModelError/unsupportedDType(file:key:dtype:)``,
  ///   `TensorError.outOfMemory`.
  public func tensor(named key: String, as dtype: DType? = nil) throws -> Tensor {
    guard let place = places[key] else {
      throw ModelError.noSuchTensor(file: path, key: key, nearest: nearest(to: key, among: keys))
    }
    return try files[place.file].tensor(entries[place.entry], as: dtype)
  }

  /// All tensors, converted as `tensor(named:as:)` does, one after the other: little more than the result is ever in memory.
  public func stateDict(as dtype: DType? = nil) throws -> StateDict {
    var state = StateDict()
    for key in keys { state[key] = try tensor(named: key, as: dtype) }
    return state
  }
}
