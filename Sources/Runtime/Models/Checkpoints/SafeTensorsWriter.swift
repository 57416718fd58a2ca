// State dicts as safetensors files, byte for byte as Hugging Face's library writes them.

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
  /// Writes a safetensors file. The file takes its name when it is complete, so a reader of the old one is not disturbed.
  ///
  /// For example: `try model.stateDict().save(to: "model.safetensors")`.
  ///
  /// - Parameter metadata: Remarks for the header; transformers asks for `format: pt`.
  /// - Throws: ``ModelError/unwritable(file:reason:)``; the error that one of the tensors carries.
  public func save(to path: String, metadata: [String: String] = ["format": "pt"]) throws {
    let tensors = writingOrder()
    let header = header(of: tensors, metadata: metadata)
    try withNewFile(path) { file in
      try write(header, to: file, path)
      for (_, tensor) in tensors { try tensor.withUnsafeBytes { try write($0, to: file, path) } }
    }
  }

  /// Largest elements first, so that each tensor is aligned; then by the names' bytes. Source: safetensors' `prepare`.
  private func writingOrder() -> [Element] {
    let ranks: [DType] = [
      .int64, .float64, .float32, .int32, .bfloat16, .float16, .int16, .float8E4M3FN, .float8E5M2, .int8, .uint8, .bool,
    ]
    let rank = Dictionary(uniqueKeysWithValues: ranks.enumerated().map { ($1, $0) })
    return sorted { a, b in
      let (first, second) = (rank[a.tensor.dtype] ?? 0, rank[b.tensor.dtype] ?? 0)
      return first != second ? first < second : a.key.utf8.lexicographicallyPrecedes(b.key.utf8)
    }
  }

  private func header(of tensors: [Element], metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(jsonText($0.key)):\(jsonText($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var place = 0
    for (key, tensor) in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let name = safeTensorsNames[tensor.dtype] ?? ""
      let end = place + tensor.byteCount
      members.append("\(jsonText(key)):{\"dtype\":\"\(name)\",\"shape\":[\(shape)],\"data_offsets\":[\(place),\(end)]}")
      place = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }
}

/// A string with its quotes, escaped as Rust's serde does it.
private func jsonText(_ string: String) -> String {
  var text = "\""
  for scalar in string.unicodeScalars {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\u{8}": text += "\\b"
    case "\u{c}": text += "\\f"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text + "\""
}

/// Lets `body` write a file of another name in the same folder, which then takes the name or, after an error, is removed.
private func withNewFile(_ path: String, _ body: (Int32) throws -> Void) throws {
  let draft = "\(path).\(getpid()).incomplete"
  let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw unwritable(path) }
  do {
    defer { close(file) }
    try body(file)
  } catch {
    unlink(draft)
    throw error
  }
  guard rename(draft, path) == 0 else {
    let failure = unwritable(path)
    unlink(draft)
    throw failure
  }
}

private func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
  try bytes.withUnsafeBytes { try write($0, to: file, path) }
}

private func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, _ path: String) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw unwritable(path) }
    rest = rest.dropFirst(count)
  }
}

private func unwritable(_ path: String) -> ModelError {
  .unwritable(file: path, reason: String(cString: strerror(errno)))
}
