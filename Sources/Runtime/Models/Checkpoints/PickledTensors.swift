// The state dict in a file of `torch.save`: a zip archive with a pickle and the elements of each storage.

import Tensors

/// What a `pytorch_model.bin` holds, checked so that each tensor lies within its storage.
struct PickledTensors {
  /// In the order of the state dict.
  private(set) var entries: [TensorEntry] = []

  private let file: MappedFile
  private let archive: ZipArchive
  private let folder: String

  init(_ file: MappedFile) throws(ModelError) {
    self.file = file
    archive = try ZipArchive(file)
    guard let pickle = archive.names.first(where: { $0.hasSuffix("/data.pkl") }) else {
      throw .malformed(file: file.path, reason: "it is a zip archive, but not one of PyTorch's: there is no data.pkl")
    }
    folder = String(pickle.dropLast("data.pkl".count))
    try checkByteOrder()
    guard let range = try archive.range(of: pickle) else { return }
    var reader = PickleReader(file, within: range)
    let root = try reader.read()
    guard case .dict(let dict) = root else {
      throw .malformed(file: file.path, reason: "it holds \(root.kind), not a state dict")
    }
    try readTensors(reader.heap.dicts[dict])
  }

  private func checkByteOrder() throws(ModelError) {
    guard let range = try archive.range(of: folder + "byteorder") else { return }
    guard file.bytes[range].elementsEqual("little".utf8) else {
      throw .malformed(file: file.path, reason: "its numbers are not little-endian")
    }
  }

  private mutating func readTensors(_ pairs: [(key: PickleValue, value: PickleValue)]) throws(ModelError) {
    var places: [String: Int] = [:]
    for (key, value) in pairs {
      guard let key = key.string else {
        throw .malformed(file: file.path, reason: "a key of its state dict is \(key.kind)")
      }
      guard case .tensor(let tensor) = value else { throw wrong(key, "is \(value.kind), not a tensor") }
      let entry = try entry(key, tensor)
      // As in Python, the last of several wins, in the place of the first.
      if let place = places[key] { entries[place] = entry; continue }
      places[key] = entries.count
      entries.append(entry)
    }
  }

  private func wrong(_ key: String, _ reason: String) -> ModelError {
    .malformedTensor(file: file.path, key: key, reason: reason)
  }

  private func entry(_ key: String, _ tensor: PickledTensor) throws(ModelError) -> TensorEntry {
    let name = tensor.dtypeName ?? tensor.storage.typeName
    let dtype = tensor.dtypeName.flatMap { DType(name: $0) } ?? storageTypes[tensor.storage.typeName]
    guard let storage = try archive.range(of: "\(folder)data/\(tensor.storage.key)") else {
      throw wrong(key, "has its elements in the archive's member data/\(tensor.storage.key), which is missing")
    }
    // Without a dtype there is nothing to check; asking for the tensor is an error.
    guard let dtype else {
      return TensorEntry(key: key, dtypeName: name, dtype: nil, shape: tensor.shape, range: storage, strides: nil)
    }
    let span = try span(of: tensor, key, dtype, within: storage)
    let isContiguous = tensor.strides == rowMajorStrides(tensor.shape) || tensor.shape.contains(0)
    return TensorEntry(
      key: key, dtypeName: name, dtype: dtype, shape: tensor.shape, range: span,
      strides: isContiguous ? nil : tensor.strides)
  }

  /// All bytes from the first element to the last.
  private func span(
    of tensor: PickledTensor, _ key: String, _ dtype: DType, within storage: Range<Int>
  ) throws(ModelError) -> Range<Int> {
    let (shape, strides) = (tensor.shape, tensor.strides)
    guard shape.count == strides.count, shape.count <= 64, tensor.offset >= 0, strides.allSatisfy({ $0 >= 0 }),
      let count = checkedProduct(shape)
    else { throw wrong(key, "has the shape \(shape) and the strides \(strides), which do not go together") }
    // An expanded tensor repeats elements; this keeps a lying one from filling the memory.
    guard count <= file.bytes.count else { throw wrong(key, "has \(count) elements, more than the file has bytes") }
    guard count > 0 else { return storage.lowerBound..<storage.lowerBound }
    var last = tensor.offset
    for (size, stride) in zip(shape, strides) {
      let (step, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
      let (next, tooFarAgain) = last.addingReportingOverflow(step)
      guard !tooFar, !tooFarAgain else { throw wrong(key, "reaches out of its storage") }
      last = next
    }
    guard last < storage.count / dtype.itemSize else { throw wrong(key, "reaches out of its storage") }
    return storage.lowerBound + tensor.offset * dtype.itemSize..<storage.lowerBound + (last + 1) * dtype.itemSize
  }
}

/// PyTorch gives a dimension of size 1 any stride; here it gets the one that it would have.
private func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for d in stride(from: shape.count - 2, through: 0, by: -1) { strides[d] = strides[d + 1] * max(shape[d + 1], 1) }
  return strides
}

private let storageTypes: [String: DType] = [
  "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
  "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
  "BoolStorage": .bool,
]
