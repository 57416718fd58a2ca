// What can go wrong with checkpoints: cases with data, one sentence each.

import Tensors

/// An error of reading or writing a checkpoint. `file` and `folder` are paths as they were put together.
///
/// For example: `do { ... } catch CheckpointError.missingShards(_, let shards) { print(shards) }`.
public enum CheckpointError: Error, Sendable, Equatable {
  /// The file cannot be opened or read; `reason` is the system's.
  case unreadable(file: String, reason: String)
  /// The folder has none of the files that a checkpoint can be in.
  case notFound(folder: String)
  /// The file breaks its format.
  case malformed(file: String, CheckpointFlaw)
  /// The file is sound as far as was read, but holds or asks for something that is not read here.
  case unsupported(file: String, found: String)
  /// The index names files that are not there.
  case missingShards(folder: String, shards: [String])
  /// The checkpoint has no tensor of that name.
  case noTensor(key: String, checkpoint: String)
  /// The tensor cannot be made, for want of memory for example.
  case tensor(key: String, file: String, TensorError)
  /// The file cannot be written; `reason` is the system's.
  case unwritable(file: String, reason: String)
}

/// How a checkpoint file breaks its format.
public enum CheckpointFlaw: Sendable, Equatable {
  /// It has fewer bytes than its format needs at least.
  case tooShort(bytes: Int, needed: Int)
  /// The header is said to be longer than the file, or than the 100 MB that the format allows.
  case headerSize(UInt64, limit: Int)
  /// A header or an index is not JSON, or not of the right form.
  case notUnderstood(reason: String)
  /// An entry lacks its dtype, its shape or its offsets, or they are not what they should be.
  case incompleteEntry(key: String)
  /// Two tensors have one name.
  case duplicateKey(String)
  /// The sizes of the shape multiply to more than any machine has.
  case shapeTooLarge(key: String, shape: [Int])
  /// The shape needs another count of bytes than the entry has.
  case sizeMismatch(key: String, shape: [Int], dtype: DType, bytes: Int)
  /// A tensor lies outside of the data.
  case outOfRange(key: String, begin: Int, end: Int, bytes: Int)
  /// Two tensors share bytes.
  case overlap(key: String, other: String)
  /// Bytes that belong to no tensor.
  case hole(begin: Int, end: Int)
  /// A truth value that is neither 0 nor 1.
  case notABool(key: String)
  /// The index puts a tensor into a file that does not have it.
  case notInShard(key: String, shard: String)
  /// The zip archive around pickled tensors is damaged.
  case archive(reason: String)
  /// A file in the archive has changed since it was written.
  case checksum(entry: String)
  /// The pickle is damaged, after so many bytes.
  case pickle(reason: String, offset: Int)
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) cannot be read: \(reason)."
    case .notFound(let folder):
      "\(folder) holds no checkpoint: there is neither \(Checkpoint.fileNames.joined(separator: " nor "))."
    case .malformed(let file, let flaw):
      "\(file) is damaged: \(flaw)."
    case .unsupported(let file, let found):
      "\(file) holds \(found), and only tensors are read."
    case .missingShards(let folder, let shards):
      "\(folder) lacks \(shards.count == 1 ? "a file" : "files") that its index names: \(shards.joined(separator: ", "))."
    case .noTensor(let key, let checkpoint):
      "\(checkpoint) has no tensor \"\(key)\"."
    case .tensor(let key, let file, let error):
      "The tensor \"\(key)\" of \(file) cannot be made: \(error)"
    case .unwritable(let file, let reason):
      "\(file) cannot be written: \(reason)."
    }
  }
}

extension CheckpointFlaw: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let bytes, let needed): "it has \(bytes) bytes and needs at least \(needed)"
    case .headerSize(let size, let limit): "its header is said to have \(size) bytes, but at most \(limit) are possible"
    case .notUnderstood(let reason): reason
    case .incompleteEntry(let key): "the entry \"\(key)\" has no proper dtype, shape and data_offsets"
    case .duplicateKey(let key): "there are two tensors \"\(key)\""
    case .shapeTooLarge(let key, let shape): "the shape \(shape) of \"\(key)\" is larger than any machine's memory"
    case .sizeMismatch(let key, let shape, let dtype, let bytes):
      "\"\(key)\" has \(bytes) bytes, which is not what \(dtype) of shape \(shape) needs"
    case .outOfRange(let key, let begin, let end, let bytes):
      "\"\(key)\" is said to lie at bytes \(begin) to \(end), but there are \(bytes)"
    case .overlap(let key, let other): "\"\(key)\" and \"\(other)\" share bytes"
    case .hole(let begin, let end): "the bytes \(begin) to \(end) of its data belong to no tensor"
    case .notABool(let key): "\"\(key)\" has a truth value that is neither 0 nor 1"
    case .notInShard(let key, let shard): "it says that \"\(key)\" is in \(shard), which does not have it"
    case .archive(let reason): "as a zip archive it is not sound: \(reason)"
    case .checksum(let entry): "the checksum of \(entry) in it does not match"
    case .pickle(let reason, let offset): "\(reason) at byte \(offset) of its pickle"
    }
  }
}
