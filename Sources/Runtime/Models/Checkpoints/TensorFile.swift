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
    guard let dtype, own.isFloatingPoint, dtype != own else { return try stored(entry, own) }
    if entry.strides != nil { return try stored(entry, own).to(dtype) }
    return try converted(entry, own, dtype)
  }

  /// Converts some megabytes at a time, and lets the system drop what has been read: an embedding of a hundred megabytes
  /// would otherwise be in memory twice.
  private func converted(_ entry: TensorEntry, _ own: DType, _ dtype: DType) throws -> Tensor {
    defer { file.release(entry.range) }
    let (count, most) = (entry.count, 1 << 20)
    return try Tensor(shape: entry.shape, dtype: dtype) { memory in
      for first in stride(from: 0, to: count, by: most) {
        let last = min(first + most, count)
        let (begin, end) = (entry.range.lowerBound + first * own.itemSize, entry.range.lowerBound + last * own.itemSize)
        let part = TensorEntry(
          key: entry.key, dtypeName: entry.dtypeName, dtype: own, shape: [last - first], range: begin..<end,
          strides: nil)
        try stored(part, own).to(dtype).withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: memory[(first * dtype.itemSize)...]).copyMemory(from: $0)
        }
        file.release(entry.range.lowerBound..<end)
      }
    }
  }

  private func stored(_ entry: TensorEntry, _ dtype: DType) throws -> Tensor {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    // A bool in memory is 0 or 1, which a file need not respect; and addresses must suit the elements.
    if entry.strides == nil, dtype != .bool, let start = bytes.baseAddress,
      Int(bitPattern: start) % dtype.itemSize == 0
    {
      return try Tensor(borrowing: start, shape: entry.shape, dtype: dtype, owner: file)
    }
    return try Tensor(shape: entry.shape, dtype: dtype) { memory in
      if let strides = entry.strides {
        gather(bytes, entry.shape, strides.map { $0 * dtype.itemSize }, dtype.itemSize, into: memory)
      } else {
        memory.copyMemory(from: bytes)
      }
      if dtype == .bool { for i in memory.indices where memory[i] > 1 { memory[i] = 1 } }
    }
  }
}

/// Puts elements of `size` bytes row by row; `steps` are the strides in bytes.
private func gather(
  _ bytes: UnsafeRawBufferPointer, _ shape: [Int], _ steps: [Int], _ size: Int,
  into memory: UnsafeMutableRawBufferPointer
) {
  var index = [Int](repeating: 0, count: shape.count)
  var source = 0
  for target in stride(from: 0, to: memory.count, by: size) {
    UnsafeMutableRawBufferPointer(rebasing: memory[target..<target + size])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[source..<source + size]))
    for d in index.indices.reversed() {
      index[d] += 1
      source += steps[d]
      if index[d] < shape[d] { break }
      source -= steps[d] * shape[d]
      index[d] = 0
    }
  }
}
