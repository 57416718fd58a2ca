// Feeds changed model files to their readers for some seconds; built with sanitizers by `make sanitize-readers`.
//
//   readers SECONDS SEED FILE...
//
// Whatever the bytes, a reader must answer with a value or an error. The same seed gives the same changes in the same order.

import Foundation
import Models
import Tensors

/// Reads a file as its name says.
func read(_ path: String) throws {
  if path.hasSuffix(".safetensors") || path.hasSuffix(".bin") {
    for (_, tensor) in try Checkpoint(contentsOf: path).stateDict(as: .bfloat16) { _ = try tensor.bytes() }
  } else if path.hasSuffix("config.json") {
    _ = try BlipConfig(contentsOf: path)
  } else if path.hasSuffix(".json") || path.hasSuffix(".txt") {
    let tokenizer = try BertTokenizer(contentsOf: path)
    _ = tokenizer.decode(try tokenizer.encode("a picture of the caf\u{E9}", maxLength: 9, paddedTo: 12).ids)
  } else {
    _ = try Image(contentsOf: path).resized(width: 24, height: 24)
  }
}

func run(_ arguments: [String]) throws -> Bool {
  guard arguments.count > 3, let seconds = Double(arguments[1]), let seed = UInt64(arguments[2]) else {
    print("usage: readers SECONDS SEED FILE...")
    return false
  }
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("readers-\(getpid())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let files = try arguments[3...].map {
    (name: URL(fileURLWithPath: $0).lastPathComponent, bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))))
  }
  var mutation = Mutation(seed: seed)
  let end = Date(timeIntervalSinceNow: seconds)
  var (rounds, sound) = (0, 0)
  while Date() < end {
    let file = files[rounds % files.count]
    let path = folder.appendingPathComponent(file.name).path
    try Data(mutation.mutated(file.bytes, with: files.map(\.bytes))).write(to: URL(fileURLWithPath: path))
    rounds += 1
    if (try? read(path)) != nil { sound += 1 }
  }
  print("\(rounds) changed files, \(sound) of them still read")
  return sound > 0 && sound < rounds
}

@main enum Readers {
  static func main() throws { exit(try run(CommandLine.arguments) ? 0 : 1) }
}
