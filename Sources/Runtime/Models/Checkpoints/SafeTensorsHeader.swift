// The header of a safetensors file, checked before anything else trusts it.
// Format: https://github.com/huggingface/safetensors, "Format": 8 bytes of size, a JSON object, the elements.

import Tensors

/// What a safetensors file says of its tensors.
struct SafeTensorsHeader {
  /// In the order of the header.
  private(set) var entries: [TensorEntry] = []
  private(set) var metadata: [String: String] = [:]

  private let path: String
  private let dataStart: Int
  private let fileSize: Int

  /// The reference implementation's limit.
  static let maximumSize = 100_000_000

  /// - Throws: ``ModelError`` unless the elements of all tensors, in order, fill the rest of the file exactly.
  init(_ file: MappedFile) throws(ModelError) {
    path = file.path
    fileSize = file.bytes.count
    guard fileSize >= 8 else {
      throw .malformed(file: path, reason: "it has \(fileSize) bytes, and the size of the header alone takes 8")
    }
    let size = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard size <= Self.maximumSize else {
      throw .malformed(
        file: path, reason: "its header should have \(size) bytes, more than the \(Self.maximumSize) that are allowed")
    }
    dataStart = 8 + Int(size)
    guard dataStart <= fileSize else {
      throw .malformed(file: path, reason: "its header should have \(size) bytes, but \(fileSize - 8) follow")
    }
    try read(Array(file.bytes[8..<dataStart]))
    try checkOrder()
  }

  private mutating func read(_ text: [UInt8]) throws(ModelError) {
    guard text.first == UInt8(ascii: "{") else {
      throw .malformed(file: path, reason: "its header does not begin with {")
    }
    let members: [JSONMember]
    do {
      members = try JSONValue(parsing: text).members ?? []
    } catch {
      throw .malformed(file: path, reason: "of its header, \(error)")
    }
    var seen: Set<String> = []
    for member in members {
      guard seen.insert(member.key).inserted else {
        throw .malformedTensor(file: path, key: member.key, reason: "is there twice")
      }
      if member.key == "__metadata__" { try readMetadata(member.value) } else { try readTensor(member) }
    }
  }

  private mutating func readMetadata(_ value: JSONValue) throws(ModelError) {
    guard let members = value.members else { throw .malformed(file: path, reason: "__metadata__ is not an object") }
    for member in members {
      guard let text = member.value.string else {
        throw .malformed(file: path, reason: "__metadata__ has \"\(member.key)\", which is not a text")
      }
      metadata[member.key] = text
    }
  }

  private mutating func readTensor(_ member: JSONMember) throws(ModelError) {
    func wrong(_ reason: String) -> ModelError { .malformedTensor(file: path, key: member.key, reason: reason) }
    guard let name = member.value["dtype"]?.string else { throw wrong("has no dtype") }
    guard let bits = bitsPerElement[name] else { throw wrong("has the unknown dtype \"\(name)\"") }
    guard let shape = wholeNumbers(member.value["shape"]) else { throw wrong("has no shape of whole numbers") }
    guard let offsets = wholeNumbers(member.value["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1] else {
      throw wrong("has no data_offsets from a begin to an end")
    }
    guard offsets[1] <= fileSize - dataStart else {
      throw wrong("ends at byte \(offsets[1]) of the data, of which the file has \(fileSize - dataStart)")
    }
    guard let count = checkedProduct(shape), let size = checkedProduct([count, bits]) else {
      throw wrong("has the shape \(shape), which no memory could hold")
    }
    guard size % 8 == 0, size / 8 == offsets[1] - offsets[0] else {
      throw wrong(
        "of shape \(shape) and dtype \(name) takes \(size / 8) bytes, but its offsets leave \(offsets[1] - offsets[0])")
    }
    entries.append(
      TensorEntry(
        key: member.key, dtypeName: name, dtype: dtypes[name], shape: shape,
        range: dataStart + offsets[0]..<dataStart + offsets[1], strides: nil))
  }

  private func wholeNumbers(_ value: JSONValue?) -> [Int]? {
    guard let array = value?.array else { return nil }
    let numbers = array.compactMap { $0.int.flatMap { $0 >= 0 ? $0 : nil } }
    return numbers.count == array.count ? numbers : nil
  }

  /// No holes, no overlaps, nothing left over.
  private func checkOrder() throws(ModelError) {
    var place = dataStart
    let ordered = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in ordered {
      let begin = entry.range.lowerBound
      guard begin == place else {
        throw .malformedTensor(
          file: path, key: entry.key,
          reason: begin < place ? "overlaps the tensor before it" : "leaves \(begin - place) unused bytes before it")
      }
      place = entry.range.upperBound
    }
    guard place == fileSize else {
      throw .malformed(file: path, reason: "\(fileSize - place) bytes after the last tensor belong to none")
    }
  }
}

/// The names of element types; `SafeTensorsWriter` uses them the other way round.
let safeTensorsNames: [DType: String] = [
  .float64: "F64", .float32: "F32", .float16: "F16", .bfloat16: "BF16", .float8E4M3FN: "F8_E4M3",
  .float8E5M2: "F8_E5M2", .int64: "I64", .int32: "I32", .int16: "I16", .int8: "I8", .uint8: "U8", .bool: "BOOL",
]

private let dtypes = Dictionary(uniqueKeysWithValues: safeTensorsNames.map { ($1, $0) })

/// All types of the format, also those that tensors here cannot have.
private let bitsPerElement: [String: Int] = [
  "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
  "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
  "C64": 64, "F64": 64, "I64": 64, "U64": 64,
]
