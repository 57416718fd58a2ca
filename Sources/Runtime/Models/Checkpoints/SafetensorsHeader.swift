// The header of a safetensors file: https://github.com/huggingface/safetensors, section "Format".

import Tensors

/// Reads the tensors' names, dtypes, shapes and places, and refuses every header that the format forbids.
///
/// The file is 8 bytes of little-endian header size, the header as JSON, and then the tensors without gaps.
struct SafetensorsHeader {
  /// The longest header that the format allows.
  static let sizeLimit = 100_000_000

  let tensors: [StoredTensor]
  let metadata: [String: String]
  private let dataStart: Int
  private let dataCount: Int

  init(_ file: UnsafeRawBufferPointer) throws(HeaderProblem) {
    let text = try Self.text(of: file)
    dataStart = 8 + text.count
    dataCount = file.count - dataStart
    let json: JSONValue
    do { json = try JSONValue(parsing: text) } catch { throw .flaw(.notUnderstood(reason: "in the header \(error)")) }
    guard let members = json.members else { throw .flaw(.notUnderstood(reason: "the header is not a JSON object")) }
    var tensors: [StoredTensor] = []
    for member in members where member.key != "__metadata__" {
      tensors.append(try Self.tensor(member, dataStart: dataStart, dataCount: dataCount))
    }
    self.tensors = tensors
    metadata = try Self.metadata(members)
    try checkCoverage()
  }

  private static func text(of file: UnsafeRawBufferPointer) throws(HeaderProblem) -> [UInt8] {
    guard file.count >= 8 else { throw .flaw(.tooShort(bytes: file.count, needed: 8)) }
    let size = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    let limit = min(sizeLimit, file.count - 8)
    guard size <= limit else { throw .flaw(.headerSize(size, limit: limit)) }
    guard size > 0, file[8] == UInt8(ascii: "{") else {
      throw .flaw(.notUnderstood(reason: "its header does not begin with {, so it is not a safetensors file"))
    }
    return [UInt8](file[8..<8 + Int(size)])
  }

  private static func metadata(_ members: [JSONMember]) throws(HeaderProblem) -> [String: String] {
    var metadata: [String: String] = [:]
    for member in members where member.key == "__metadata__" {
      guard let texts = member.value.members else { throw .flaw(.notUnderstood(reason: "__metadata__ is not an object")) }
      for text in texts {
        guard let value = text.value.string else {
          throw .flaw(.notUnderstood(reason: "__metadata__ has something else than text at \"\(text.key)\""))
        }
        metadata[text.key] = value
      }
    }
    return metadata
  }

  private static func tensor(
    _ member: JSONMember, dataStart: Int, dataCount: Int
  ) throws(HeaderProblem) -> StoredTensor {
    let key = member.key
    guard let name = member.value["dtype"]?.string, let shape = wholeNumbers(member.value["shape"]),
      let offsets = wholeNumbers(member.value["data_offsets"]), offsets.count == 2
    else { throw .flaw(.incompleteEntry(key: key)) }
    guard let dtype = DType(safetensorsName: name) else { throw .unknownDType(key: key, name: name) }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end, end <= dataCount else {
      throw .flaw(.outOfRange(key: key, begin: begin, end: end, bytes: dataCount))
    }
    guard let bytes = byteCount(shape, dtype) else { throw .flaw(.shapeTooLarge(key: key, shape: shape)) }
    guard bytes == end - begin else {
      throw .flaw(.sizeMismatch(key: key, shape: shape, dtype: dtype, bytes: end - begin))
    }
    return StoredTensor(
      entry: CheckpointEntry(key: key, dtype: dtype, shape: shape),
      place: StoredTensor.Place(start: dataStart + begin, dtype: dtype, shape: shape, strides: nil))
  }

  private static func wholeNumbers(_ list: JSONValue?) -> [Int]? {
    guard let items = list?.array else { return nil }
    let numbers = items.compactMap(\.int).filter { $0 >= 0 }
    return numbers.count == items.count ? numbers : nil
  }

  /// Every byte of the data must belong to exactly one tensor.
  private func checkCoverage() throws(HeaderProblem) {
    var end = dataStart
    var last = ""
    for tensor in tensors.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }) {
      if tensor.range.lowerBound < end { throw .flaw(.overlap(key: last, other: tensor.entry.key)) }
      if tensor.range.lowerBound > end {
        throw .flaw(.hole(begin: end - dataStart, end: tensor.range.lowerBound - dataStart))
      }
      (end, last) = (tensor.range.upperBound, tensor.entry.key)
    }
    if end < dataStart + dataCount { throw .flaw(.hole(begin: end - dataStart, end: dataCount)) }
  }
}

/// Why a header cannot be used; the file's name is added by the one who knows it.
enum HeaderProblem: Error {
  case flaw(CheckpointFlaw)
  case unknownDType(key: String, name: String)
}

/// The bytes of a tensor, or nil when no machine could have so many; sizes of zero do not hide others too large.
func byteCount(_ shape: [Int], _ dtype: DType) -> Int? {
  guard shape.count <= 64 else { return nil }
  var bytes = dtype.itemSize
  for size in shape where size > 0 {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    bytes = product
  }
  return shape.contains(0) ? 0 : bytes
}

extension TensorFile {
  init(safetensors mapping: MappedFile) throws(CheckpointError) {
    let header: SafetensorsHeader
    do { header = try SafetensorsHeader(mapping.bytes) } catch {
      switch error {
      case .flaw(let flaw): throw .malformed(file: mapping.path, flaw)
      case .unknownDType(let key, let name):
        throw .unsupported(file: mapping.path, found: "\"\(key)\" of the dtype \(name)")
      }
    }
    try self.init(mapping, header.tensors)
  }
}

extension DType {
  /// The format's names, in the format's own order, which is also the order in which files are laid out, from the end.
  static let safetensorsNames: [(name: String, dtype: DType)] = [
    ("BOOL", .bool), ("U8", .uint8), ("I8", .int8), ("F8_E5M2", .float8E5M2), ("F8_E4M3", .float8E4M3FN),
    ("I16", .int16), ("F16", .float16), ("BF16", .bfloat16), ("I32", .int32), ("F32", .float32), ("F64", .float64),
    ("I64", .int64),
  ]

  init?(safetensorsName name: String) {
    guard let found = DType.safetensorsNames.first(where: { $0.name == name }) else { return nil }
    self = found.dtype
  }

  /// The place in the list above.
  var safetensorsRank: Int { DType.safetensorsNames.firstIndex { $0.dtype == self } ?? 0 }
}
