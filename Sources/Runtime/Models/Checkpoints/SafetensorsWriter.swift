// Writing safetensors files, byte for byte as Hugging Face's library writes them.

import NeuralNets
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension StateDict {
  /// Writes the tensors to a safetensors file, which takes its name when it is complete.
  ///
  /// The bytes are those of Python's `safetensors.torch.save_file` with the same metadata: wide dtypes first, then by
  /// name, and the header filled up with spaces to a multiple of 8.
  ///
  /// - Throws: ``CheckpointError/unwritable(file:reason:)``, or ``CheckpointError/tensor(key:file:_:)`` for a tensor
  ///   that carries an error.
  public func write(
    safetensors path: String, metadata: [String: String] = ["format": "pt"]
  ) throws(CheckpointError) {
    let tensors = sorted { a, b in
      let (first, second) = (a.tensor.dtype.safetensorsRank, b.tensor.dtype.safetensorsRank)
      return first != second ? first > second : a.key.utf8.lexicographicallyPrecedes(b.key.utf8)
    }
    let unfinished = path + ".incomplete"
    do {
      try Self.write(tensors, metadata, to: unfinished)
      if rename(unfinished, path) != 0 { throw WriteProblem.lastError }
    } catch {
      unlink(unfinished)
      switch error {
      case let error as WriteProblem: throw .unwritable(file: path, reason: error.reason)
      case let error as BadTensor: throw .tensor(key: error.key, file: path, error.reason)
      default: throw .unwritable(file: path, reason: "\(error)")
      }
    }
  }

  private static func write(_ tensors: [Element], _ metadata: [String: String], to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw WriteProblem.lastError }
    defer { close(file) }
    var header = safetensorsHeader(tensors, metadata)
    header += [UInt8](repeating: 0x20, count: -header.count & 7)
    let size = UInt64(header.count).littleEndian
    try withUnsafeBytes(of: size) { try writeAll($0, to: file) }
    try header.withUnsafeBytes { try writeAll($0, to: file) }
    for (key, tensor) in tensors {
      do { try tensor.withUnsafeBytes { try writeAll($0, to: file) } } catch let error as TensorError {
        throw BadTensor(key: key, reason: error)
      }
    }
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws {
    var done = 0
    while done < bytes.count {
      let count = writeBytes(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw WriteProblem.lastError }
      done += count
    }
  }
}

/// The system's `write`, whose name a state dict has for itself.
private func writeBytes(_ file: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int { write(file, start, count) }

private struct BadTensor: Error {
  let key: String
  let reason: TensorError
}

private struct WriteProblem: Error {
  let reason: String
  static var lastError: WriteProblem { WriteProblem(reason: String(cString: strerror(errno))) }
}

private func safetensorsHeader(_ tensors: [StateDict.Element], _ metadata: [String: String]) -> [UInt8] {
  var members: [String] = []
  if !metadata.isEmpty {
    let texts = metadata.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
    members.append("\"__metadata__\":{" + texts.joined(separator: ",") + "}")
  }
  var end = 0
  for (key, tensor) in tensors {
    let begin = end
    end += tensor.byteCount
    let (name, shape) = (DType.safetensorsNames[tensor.dtype.safetensorsRank].name, list(tensor.shape))
    members.append("\(quoted(key)):{\"dtype\":\"\(name)\",\"shape\":\(shape),\"data_offsets\":\(list([begin, end]))}")
  }
  return Array(("{" + members.joined(separator: ",") + "}").utf8)
}

private func list(_ numbers: [Int]) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }

/// A JSON string with only those escapes that JSON demands.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{8}": result += "\\b"
    case "\u{C}": result += "\\f"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{0}"..<" ": result += (scalar.value < 16 ? "\\u000" : "\\u00") + String(scalar.value, radix: 16)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
