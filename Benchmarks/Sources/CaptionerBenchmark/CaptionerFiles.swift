// The model's folder, which is made once and kept in the user's cache: 900 MB of random weights and a real vocabulary.

import Foundation

struct CaptionerFiles {
  /// `lesson/benchmarks/captioner` in the user's cache.
  let model: URL
  let program: URL

  init(_ options: CaptionerOptions) throws {
    let environment = ProcessInfo.processInfo.environment
    let caches = environment["XDG_CACHE_HOME"] ?? "\(NSHomeDirectory())/.cache"
    let folder = URL(fileURLWithPath: "\(caches)/lesson/benchmarks")
    model = folder.appendingPathComponent("captioner")
    program = folder.appendingPathComponent("captioner-program")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
  }

  private var weights: URL { model.appendingPathComponent("model.safetensors") }

  var weightBytes: Int { (try? weights.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0 }

  /// Configuration and vocabulary are those of the tests' reference data.
  func makeModel(with side: SwiftSide) throws {
    let reference = "Tests/Models/Reference/"
    for (file, source) in [
      ("config.json", "blip/base/config.json"), ("vocab.txt", "bert-base-uncased/vocab.txt"),
      ("tokenizer.json", "bert-base-uncased/tokenizer.json"),
    ] {
      let target = model.appendingPathComponent(file)
      let text = try String(contentsOfFile: reference + source, encoding: .utf8)
      try text.write(to: target, atomically: true, encoding: .utf8)
    }
    try settings("preprocessor_config.json", imageProcessor)
    try settings("tokenizer_config.json", #"{"tokenizer_class": "BertTokenizer", "do_lower_case": true}"#)
    if weightBytes == 0 { try side.makeCheckpoint(model) }
  }

  private func settings(_ name: String, _ text: String) throws {
    try text.write(to: model.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  private var imageProcessor: String {
    """
    {"image_processor_type": "BlipImageProcessor", "processor_class": "BlipProcessor", "do_resize": true, "resample": 3,
     "size": {"height": 384, "width": 384}, "do_normalize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073],
     "image_std": [0.26862954, 0.26130258, 0.27577711]}
    """
  }
}
