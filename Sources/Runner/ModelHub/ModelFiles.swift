// Which files of a model are needed to run it: the checkpoint in one form, and the small files beside it.

import Foundation

/// The files of a model that this program reads.
public enum ModelFiles {
  /// What goes with a checkpoint, as far as the model has it.
  public static let small = [
    "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "vocab.txt",
  ]

  /// The forms of a checkpoint; the first that the model has is taken.
  public static let checkpoints = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
  ]

  /// Whether a form of a checkpoint is a list of the files that hold its tensors.
  public static func isIndex(_ checkpoint: String) -> Bool { checkpoint.hasSuffix(".index.json") }

  /// The files that the index of a sharded checkpoint names, each once, in order; nil when it is no such index.
  ///
  /// Each is a plain name: shards lie beside their index.
  public static func shards(inIndex bytes: some Sequence<UInt8>) -> [String]? {
    guard let index = try? JSONDecoder().decode(ShardIndex.self, from: Data(bytes)) else { return nil }
    let names = Set(index.weight_map.values)
    guard !names.isEmpty, names.allSatisfy(isPlainName) else { return nil }
    return names.sorted()
  }

  private struct ShardIndex: Decodable {
    var weight_map: [String: String]
  }

  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".") && name.utf8.allSatisfy(ModelReference.isNameByte)
  }
}
