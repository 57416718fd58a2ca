// What can go wrong with the files of models: cases with data, one sentence each.

import Tensors

/// An error of finding, reading or writing a model's files. Its description says what is wrong, where, and the way out.
///
/// For example: `do { _ = try Checkpoint(contentsOf: folder) } catch ModelError.noCheckpoint(let folder, _) { print(folder) }`.
public enum ModelError: Error, Sendable, Equatable {
  /// A file or folder cannot be opened or read; `reason` is the system's.
  case unreadable(file: String, reason: String)
  /// A file cannot be written; `reason` is the system's.
  case unwritable(file: String, reason: String)
  /// A file is not what it should be: cut off, damaged, or of another kind.
  case malformed(file: String, reason: String)
  /// The description of one tensor in a file is wrong.
  case malformedTensor(file: String, key: String, reason: String)
  /// The file has no tensor of that name; `nearest` is the most similar one.
  case noSuchTensor(file: String, key: String, nearest: String?)
  /// The tensor's elements are of a type that ``DType`` lacks.
  case unsupportedDType(file: String, key: String, dtype: String)
  /// A pickle asks for something other than tensors; it was not run.
  case forbiddenPickle(file: String, global: String)
  /// The folder has none of the files that hold a checkpoint.
  case noCheckpoint(folder: String, lookedFor: [String])
  /// The index names a shard that is not there.
  case missingShard(index: String, shard: String)
  /// Neither a folder nor a name on the hub, such as `owner/name`.
  case notAModelName(String)
  /// The model, or this revision of it, is not in the cache of the hub.
  case notInCache(model: String, revision: String, cache: String)
  /// The model is neither in the cache nor could it be fetched; `reason` is a sentence or two.
  case notFetched(model: String, revision: String, reason: String)
  /// The model is in the cache, but without this file.
  case fileNotInCache(model: String, revision: String, file: String)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)."
    case .unwritable(let file, let reason): "\(file) cannot be written: \(reason)."
    case .malformed(let file, let reason):
      "\(file) is not a sound checkpoint: \(reason). Fetch or save the file again."
    case .malformedTensor(let file, let key, let reason):
      "\(file) is not a sound checkpoint: tensor \"\(key)\" \(reason). Fetch or save the file again."
    case .noSuchTensor(let file, let key, let nearest):
      "\(file) has no tensor \"\(key)\"\(nearest.map { "; did you mean \"\($0)\"?" } ?? ".")"
    case .unsupportedDType(let file, let key, let dtype):
      "\(file): tensor \"\(key)\" is of type \(dtype), which this runtime cannot hold; save it in another type."
    case .forbiddenPickle(let file, let global):
      "\(file) asks to run \(global), and was not read further: only tensors are loaded from a pickle. Use the model's safetensors file, or save its state dict alone."
    case .noCheckpoint(let folder, let names):
      "\(folder) has no checkpoint; looked for \(names.joined(separator: ", "))."
    case .missingShard(let index, let shard):
      "\(index) names the file \(shard), which is not beside it; fetch the model again."
    case .notAModelName(let name):
      "\"\(name)\" is neither a folder nor the name of a model on the hub, such as owner/name."
    case .notInCache(let model, let revision, let cache):
      "\(model) (revision \(revision)) is not on this machine: there is no such folder, and the cache \(cache) does not have it. Fetch it once (`lesson fetch \(model)`), or give the path of a folder."
    case .notFetched(let model, _, let reason):
      "There is no folder \(model), and the model of this name cannot be had: \(reason)"
    case .fileNotInCache(let model, let revision, let file):
      "\(model) (revision \(revision)) is in the cache without its file \(file); fetch it once (`lesson fetch \(model)`)."
    }
  }
}
