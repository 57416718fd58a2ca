// A mapped file with a list of the tensors in it; safetensors and pickled checkpoints both come to this.

import Tensors

/// A file of tensors, each of which is read when it is asked for.
struct TensorFile: Sendable {
  let mapping: MappedFile
  let tensors: [StoredTensor]
  private let positions: [String: Int]

  init(_ mapping: MappedFile, _ tensors: [StoredTensor]) throws(CheckpointError) {
    self.mapping = mapping
    self.tensors = tensors
    var positions: [String: Int] = [:]
    for (position, tensor) in tensors.enumerated() where positions.updateValue(position, forKey: tensor.entry.key) != nil {
      throw .malformed(file: mapping.path, .duplicateKey(tensor.entry.key))
    }
    self.positions = positions
  }

  /// Opens a file of either format; which one, its first bytes say.
  init(path: String) throws(CheckpointError) {
    let mapping: MappedFile
    do { mapping = try MappedFile(path) } catch { throw .unreadable(file: path, reason: error.reason) }
    self = try ZipArchive.isOne(mapping.bytes) ? TensorFile(pickled: mapping) : TensorFile(safetensors: mapping)
  }

  subscript(key: String) -> StoredTensor? { positions[key].map { tensors[$0] } }

  /// The tensor, converted if it is a float and a float dtype is wished; without a copy where possible.
  func read(_ tensor: StoredTensor, as dtype: DType?) throws(CheckpointError) -> Tensor {
    try verify(tensor)
    let wanted = tensor.entry.dtype.isFloatingPoint ? dtype ?? tensor.entry.dtype : tensor.entry.dtype
    do {
      let stored = try borrow(tensor)
      guard wanted != stored.dtype else { return stored }
      guard tensor.isContiguous else { return try stored.to(wanted) }
      return try stored.to(wanted, inRunsOf: 1 << 20) { run in
        let size = stored.dtype.itemSize
        mapping.release(tensor.place.start + run.lowerBound * size..<tensor.place.start + run.upperBound * size)
      }
    } catch {
      throw .tensor(key: tensor.entry.key, file: mapping.path, error)
    }
  }

  /// A tensor over the file's own bytes, or over a copy if they are not aligned.
  private func borrow(_ tensor: StoredTensor) throws(TensorError) -> Tensor {
    let place = tensor.place
    guard let start = mapping.bytes.baseAddress, tensor.entry.count > 0 else {
      return try Tensor(shape: place.shape, dtype: place.dtype, bytes: [])
    }
    if Int(bitPattern: start + place.start) % place.dtype.itemSize == 0 {
      return try Tensor(
        borrowing: start + place.start, shape: place.shape, strides: place.strides, dtype: place.dtype, owner: mapping)
    }
    return try Tensor(shape: place.shape, dtype: place.dtype, bytes: [UInt8](mapping.bytes[tensor.range]))
  }

  private func verify(_ tensor: StoredTensor) throws(CheckpointError) {
    if let checksum = tensor.checksum, crc32(mapping.bytes[checksum.range]) != checksum.value {
      throw .malformed(file: mapping.path, .checksum(entry: checksum.name))
    }
    // Swift knows no third truth value; one would make programs behave in ways that nobody can foresee.
    if tensor.entry.dtype == .bool, mapping.bytes[tensor.checksum?.range ?? tensor.range].contains(where: { $0 > 1 }) {
      throw .malformed(file: mapping.path, .notABool(key: tensor.entry.key))
    }
  }
}
