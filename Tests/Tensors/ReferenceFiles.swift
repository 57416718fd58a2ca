// The reference files: JSON, safetensors, and figures as bits.

import Foundation
import Tensors
import Testing

/// Every test of the runtime: one after another, as they share the process's default dtype, generator and options.
@Suite(.serialized) struct RuntimeTests {}

/// A value out of a JSON file.
struct JSON {
  let any: Any?

  static func file(_ name: String) throws -> JSON { JSON(any: try JSONSerialization.jsonObject(with: reference(name))) }

  subscript(key: String) -> JSON { JSON(any: (any as? [String: Any])?[key]) }
  var exists: Bool { any != nil && !(any is NSNull) }
  var string: String { any as? String ?? "" }
  var strings: [String] { any as? [String] ?? [] }
  var int: Int { (any as? NSNumber)?.intValue ?? 0 }
  var ints: [Int] { list.map(\.int) }
  var double: Double { (any as? NSNumber)?.doubleValue ?? .nan }
  var bool: Bool { (any as? NSNumber)?.boolValue ?? false }
  var list: [JSON] { (any as? [Any] ?? []).map { JSON(any: $0) } }
  var entries: [(key: String, value: JSON)] {
    (any as? [String: Any] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, JSON(any: $0.value)) }
  }
  var bytes: [UInt8] { [UInt8](Data(base64Encoded: string) ?? Data()) }
  var dtype: DType? { DType(name: string) }

  /// A parameter as the Python that the files were made with had it: integers, floats and bools told apart.
  var python: PythonValue {
    switch any {
    case let text as String: return .string(text)
    case let list as [Any]: return .list(list.map { JSON(any: $0).python })
    case let number as NSNumber:
      if String(cString: number.objCType) == "c" { return .bool(number.boolValue) }
      return String(cString: number.objCType) == "d" ? .float(number.doubleValue) : .int(number.intValue)
    default: return .none
    }
  }
}

func reference(_ name: String) throws -> Data {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Reference")
  return try Data(contentsOf: folder.appendingPathComponent(name))
}

/// The tensors of a safetensors file.
struct SafetensorsFile {
  private let header: JSON
  private let data: Data
  private let start: Int

  init(_ name: String) throws {
    data = try reference(name)
    let length = data.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    start = 8 + length
    header = JSON(any: try JSONSerialization.jsonObject(with: data[8..<start]))
  }

  private static let names: [String: DType] = [
    "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16, "I64": .int64, "I32": .int32, "I16": .int16,
    "I8": .int8, "U8": .uint8, "BOOL": .bool, "F8_E4M3": .float8E4M3FN, "F8_E5M2": .float8E5M2,
  ]

  func tensor(_ key: String) throws -> Tensor {
    let entry = header[key]
    let range = entry["data_offsets"].ints
    let dtype = try #require(Self.names[entry["dtype"].string], "\(key) has dtype \(entry["dtype"].string)")
    return try Tensor(
      shape: entry["shape"].ints, dtype: dtype, bytes: [UInt8](data[(start + range[0])..<(start + range[1])]))
  }
}

extension Tensor {
  /// The bits of each element in hexadecimal digits, as the files have them.
  func hexBits() throws -> [String] {
    let bytes = try bytes()
    return stride(from: 0, to: bytes.count, by: dtype.itemSize).map { start in
      bytes[start..<(start + dtype.itemSize)].reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }

  /// Whether both have the same bits, NaN's payload aside.
  func sameBits(as other: Tensor) throws -> Bool {
    guard dtype == other.dtype, shape == other.shape else { return false }
    if try bytes() == other.bytes() { return true }
    guard dtype.isFloatingPoint else { return false }
    let (x, y) = (try scalars().map(\.doubleValue), try other.scalars().map(\.doubleValue))
    return zip(x, y).allSatisfy { $0.isNaN ? $1.isNaN : $0 == $1 && $0.sign == $1.sign }
  }
}

/// SHA-256 (FIPS 180-4) in hexadecimal digits.
func sha256(_ message: [UInt8]) -> String {
  var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  var padded = message + [0x80]
  padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
  var words = [UInt32](repeating: 0, count: 64)
  padded.withUnsafeBufferPointer { padded in
    for block in stride(from: 0, to: padded.count, by: 64) { compress(padded, block, &words, &state) }
  }
  return state.map { word in (0..<8).map { String(word >> (28 - 4 * UInt32($0)) & 15, radix: 16) }.joined() }.joined()
}

private let roundConstants: [UInt32] = (2..<312).filter { n in n == 2 || (2..<n).allSatisfy { n % $0 != 0 } }.map {
  prime in
  let root = cbrt(Double(prime))
  // 32 bits of the fraction; a double has 53.
  return UInt32(truncatingIfNeeded: UInt64((root - root.rounded(.down)) * 0x1p32))
}

private func compress(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ w: inout [UInt32], _ state: inout [UInt32]) {
  func turn(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
  for i in 0..<16 {
    let j = at + 4 * i
    w[i] = UInt32(bytes[j]) << 24 | UInt32(bytes[j + 1]) << 16 | UInt32(bytes[j + 2]) << 8 | UInt32(bytes[j + 3])
  }
  for i in 16..<64 {
    let (a, b) = (w[i - 15], w[i - 2])
    w[i] = w[i - 16] &+ w[i - 7] &+ (turn(a, 7) ^ turn(a, 18) ^ a >> 3) &+ (turn(b, 17) ^ turn(b, 19) ^ b >> 10)
  }
  var (a, b, c, d, e, f, g, h) = (
    state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
  )
  for i in 0..<64 {
    let first = h &+ (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) &+ (e & f ^ ~e & g) &+ roundConstants[i] &+ w[i]
    let second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ (a & b ^ a & c ^ b & c)
    (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
  }
  for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] = state[i] &+ value }
}
