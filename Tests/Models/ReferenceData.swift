// The reference files of this folder, read for tests.

import Foundation
import Testing

/// The folder `Reference` beside this file.
let referenceFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference")

func referenceBytes(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: referenceFolder.appending(path: path)))
}

func referenceJSON<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws -> Value {
  try JSONDecoder().decode(type, from: Data(referenceBytes(path)))
}

/// The tensors of a safetensors file, as raw bytes with their shapes.
struct ReferenceTensors {
  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]
    enum CodingKeys: String, CodingKey { case dtype, shape, dataOffsets = "data_offsets" }
  }

  /// A tensor's line, or the file's remarks (`__metadata__`).
  private struct Line: Decodable {
    let entry: Entry?

    init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
  }

  let entries: [String: Entry]
  private let data: ArraySlice<UInt8>

  init(_ path: String) throws {
    let file = try referenceBytes(path)
    let headerSize = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDecoder().decode([String: Line].self, from: Data(file[8..<8 + headerSize]))
    entries = header.compactMapValues(\.entry)
    data = file[(8 + headerSize)...]
  }

  func bytes(_ name: String) throws -> [UInt8] {
    let offsets = try #require(entries[name]).dataOffsets
    return Array(data[data.startIndex + offsets[0]..<data.startIndex + offsets[1]])
  }
}

/// Runs something with a new, empty folder that is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appending(path: "models-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
