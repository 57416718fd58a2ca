// Reading PyTorch's figures, and tensors as the bits they are recorded in.

import Foundation
import Testing

@testable import NeuralNets
@testable import Tensors

/// One of the files in `Tests/Reference`.
func reference<File: Decodable>(_ name: String, as type: File.Type) throws -> File {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Reference")
  return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
}

/// A tensor as PyTorch's bits, whole or as a sample.
struct RecordedTensor: Decodable {
  var name: String?
  var after: String?
  let dtype: String
  let shape: [Int]
  var bits: [String]?
  var sample_index: [Int]?
  var sample_bits: [String]?
  /// What PyTorch prints for the tensor, without its note on gradients.
  var repr_detached: String?

  /// What differs from a tensor; nil when nothing does.
  func difference(from tensor: Tensor) throws -> String? {
    if tensor.dtype != DType(name: dtype) || tensor.shape != shape { return "\(tensor.dtype) \(tensor.shape)" }
    let found = try bitTexts(of: tensor)
    if let bits { return bits == found ? nil : "\(found) instead of \(bits)" }
    let sample = (sample_index ?? []).map { found[$0] }
    return sample == sample_bits ? nil : "\(sample) instead of \(sample_bits ?? [])"
  }
}

extension RecordedTensor {
  /// The tensor itself, where all of it is recorded.
  func tensor() throws -> Tensor {
    let bytes = try #require(bits).flatMap { text in
      stride(from: text.count - 2, through: 0, by: -2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
    }
    return try Tensor(shape: shape, dtype: #require(DType(name: dtype)), bytes: bytes)
  }

  /// The greatest absolute difference from a float32 tensor.
  func greatestDistance(from tensor: Tensor) throws -> Double {
    let expected = (bits ?? []).compactMap { UInt32($0, radix: 16) }.map { Double(Float(bitPattern: $0)) }
    return zip(expected, try [Double](tensor)).map { ($0 - $1).magnitude }.max() ?? .infinity
  }
}

/// The bits of each element in hexadecimal, row by row.
func bitTexts(of tensor: Tensor) throws -> [String] {
  let size = tensor.dtype.itemSize
  let bytes = try tensor.bytes()
  return stride(from: 0, to: bytes.count, by: size).map { start in
    bytes[start..<start + size].reversed().map { String(format: "%02x", $0) }.joined()
  }
}

/// The cases of a file that Documentation/Runtime.md says are left out: what stands in backquotes in its rows' second
/// column.
func leftOut(of file: String) throws -> Set<String> {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
  let page = try String(contentsOf: root.appendingPathComponent("Documentation/Runtime.md"), encoding: .utf8)
  let section = try #require(page.components(separatedBy: "## Cases that are left out").last)
  let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| \(file) |") }
  let cells = try rows.map { try #require($0.components(separatedBy: " | ").dropFirst().first) }
  return Set(cells.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.output.1) } })
}

/// Tests share one process, one default dtype and one random stream; those that draw or set wait for each other here.
@Suite(.serialized) enum Drawing {}

/// rng.json: calls that draw, in the order in which they draw from one stream.
struct Streams: Decodable {
  struct Stream: Decodable {
    let group: String
    let seed: Int
    let default_dtype: String
    let calls: [Call]
  }

  struct Call: Decodable {
    let expr: String
    var parameters: [String: RecordedTensor]?
    var result: RecordedTensor?
  }

  let streams: [Stream]
}
