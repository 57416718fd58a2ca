// One file of tensors, safetensors or pickle, whose tensors are made when they are asked for.

import Tensors

/// A mapped file and what it holds.
struct TensorFile: Sendable {
  let file: MappedFile
  let entries: [TensorEntry]
  /// The file's own remarks, such as `format: pt`.
  let metadata: [String: String]

  /// Reads the table of contents; the format is known by the first bytes.
  init(contentsOf path: String) throws(ModelError) {
    file = try MappedFile(path: path)
    if ZipArchive.isArchive(file.bytes) {
      entries = try PickledTensors(file).entries
      metadata = [:]
    } else {
      let header = try SafeTensorsHeader(file)
      entries = header.entries
      metadata = header.metadata
    }
  }

  /// The tensor, converted to `dtype` if it is one of floats and `dtype` is given.
  ///
  /// One that needs no conversion borrows the mapped memory. One that does leaves only its result in memory.
  func tensor(_ entry: TensorEntry, as dtype: DType?) throws -> Tensor {
    guard let own = entry.dtype else {
      throw ModelError.unsupportedDType(file: file.path, key: entry.key, dtype: entry.dtypeName)
    }
    let stored = try stored(entry, own)
    guard let dtype, own.isFloatingPoint, dtype != own else { return stored }
    defer { file.release(entry.range) }
    return try stored.to(dtype)
  }

  private func stored(_ entry: TensorEntry, _ dtype: DType) throws(TensorError) -> Tensor {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    if let strides = entry.strides {
      return try Tensor(
        shape: entry.shape, dtype: dtype,
        bytes: truths(gathered(bytes, entry.shape, strides, dtype.itemSize), dtype))
    }
    // A bool in memory is 0 or 1, which a file need not respect; and addresses must suit the elements.
    guard dtype != .bool, let start = bytes.baseAddress, Int(bitPattern: start) % dtype.itemSize == 0 else {
      return try Tensor(shape: entry.shape, dtype: dtype, bytes: truths(Array(bytes), dtype))
    }
    return try Tensor(borrowing: start, shape: entry.shape, dtype: dtype, owner: file)
  }
}

/// For bool, every byte but 0 as 1.
private func truths(_ bytes: [UInt8], _ dtype: DType) -> [UInt8] {
  dtype == .bool ? bytes.map { $0 == 0 ? 0 : 1 } : bytes
}

/// Elements with strides, put row by row.
private func gathered(_ bytes: UnsafeRawBufferPointer, _ shape: [Int], _ strides: [Int], _ size: Int) -> [UInt8] {
  let count = shape.reduce(1, *)
  var result: [UInt8] = []
  result.reserveCapacity(count * size)
  var index = [Int](repeating: 0, count: shape.count)
  for _ in 0..<count {
    let place = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * size
    result += bytes[place..<place + size]
    for d in index.indices.reversed() {
      index[d] += 1
      if index[d] < shape[d] { break }
      index[d] = 0
    }
  }
  return result
}
