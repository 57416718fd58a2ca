// The captioner that comes with the lessons, for the lessons' pictures, in four modes.

import Foundation
import NeuralNets
import Tensors
import Testing

@testable import Models

/// `shapes-blip.json`, made by `Lessons/Models/shapes-blip/training/reference.py`.
struct ShapesReference: Decodable, Sendable {
  /// Some of a tensor's elements as bits.
  struct Sample: Decodable {
    let shape: [Int]
    let sha256: String?
    let index: [Int]
    let bits: [String]
  }

  struct Caption: Decodable {
    let ids: [Int]
    let caption: String
    let first_step_logits: [String]?
    let sequence_score: Double?
  }

  struct Mode: Decodable {
    let vision_last_hidden_state: Sample
    let greedy: Caption
    let beams3: Caption
    let greedy_without_prompt: Caption
  }

  struct Picture: Decodable, CustomTestStringConvertible {
    let file: String
    let size_wh: [Int]
    let rgb_sha256: String
    let resized_sha256: String
    let pixel_values: Sample
    let modes: [String: Mode]

    var testDescription: String { file }

    private enum CodingKeys: String, CodingKey { case file, size_wh, rgb_sha256, resized_sha256, pixel_values }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      file = try fields.decode(String.self, forKey: .file)
      size_wh = try fields.decode([Int].self, forKey: .size_wh)
      rgb_sha256 = try fields.decode(String.self, forKey: .rgb_sha256)
      resized_sha256 = try fields.decode(String.self, forKey: .resized_sha256)
      pixel_values = try fields.decode(Sample.self, forKey: .pixel_values)
      let named = try decoder.singleValueContainer().decode([String: ModeOrOther].self)
      modes = named.compactMapValues(\.mode)
    }
  }

  private struct ModeOrOther: Decodable {
    let mode: Mode?

    init(from decoder: any Decoder) throws { mode = try? Mode(from: decoder) }
  }

  struct Size: Decodable {
    let parameters: Int
    let memory_footprint_bytes: Int
    let named_parameters: [BlipReference.NamedShape]?
  }

  let model_sha256: String
  let prompt_ids: [Int]
  let model: [String: Size]
  let pictures: [Picture]
}

private let reference = Result { try referenceJSON("shapes-blip.json", as: ShapesReference.self) }
private let pictures = (try? reference.get().pictures) ?? []
private let modes = ["float32", "bfloat16", "float32, autocast to bfloat16", "bfloat16, autocast to bfloat16"]

private let lessons = referenceFolder.appending(path: "../../../Lessons").standardizedFileURL.path
private let folder = lessons + "/Models/shapes-blip"

private func model(_ mode: String) throws -> BlipForConditionalGeneration {
  try .fromPretrained(folder, dtype: mode.hasPrefix("bfloat16") ? .bfloat16 : .float32)
}

private func within<R>(_ mode: String, _ body: () throws -> R) throws -> R {
  mode.contains("autocast") ? try withAutocast(.bfloat16, body) : try body()
}

/// Numbers from hexadecimal digits of 16, 32 or 64 bits.
private func numbers(_ bits: [String]) throws -> [Double] {
  try bits.map { digits in
    let value = try #require(UInt64(digits, radix: 16))
    switch digits.count {
    case 4: return Double(Float(bitPattern: UInt32(value) << 16))
    case 8: return Double(Float(bitPattern: UInt32(value)))
    default: return Double(bitPattern: value)
    }
  }
}

/// The greatest difference to the float64 results is at most four times that of the real library.
private func expectAsClose(_ found: [Double], _ theirs: [String], _ exact: [String], _ what: String) throws {
  let (theirs, exact) = (try numbers(theirs), try numbers(exact))
  try #require(found.count == exact.count && theirs.count == exact.count)
  func error(_ values: [Double]) -> Double { zip(values, exact).map { abs($0 - $1) }.max() ?? 0 }
  #expect(error(found) <= 4 * error(theirs), "\(what)")
}

@Test func theModelIsTheOneOfTheReference() throws {
  let reference = try reference.get()
  #expect(pictures.count == 6)
  let file = try Data(contentsOf: URL(filePath: folder + "/model.safetensors"))
  #expect(sha256([UInt8](file)) == reference.model_sha256)
  for (dtype, name) in [(DType.float32, "float32"), (.bfloat16, "bfloat16")] {
    let (model, expected) = (
      try BlipForConditionalGeneration.fromPretrained(folder, dtype: dtype), reference.model[name]
    )
    #expect(model.parameterCount == expected?.parameters)
    #expect(model.memoryFootprint == expected?.memory_footprint_bytes)
    guard let names = expected?.named_parameters else { continue }
    #expect(model.namedParameters.map { .init(name: $0.name, shape: $0.parameter.shape) } == names)
  }
}

/// Under 3 MB, with its licence and how it was trained.
@Test func theModelIsSmallAndComplete() throws {
  // What is committed; training leaves more beside it.
  let files = try #require(FileManager.default.subpaths(atPath: folder)).filter { path in
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
    return isThere && !isFolder.boolValue && !path.contains(".venv") && !path.contains("__pycache__")
      && !path.contains("held-out")
  }
  let sizes = try files.map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)"), options: .mappedIfSafe).count }
  #expect(sizes.reduce(0, +) < 3_000_000)
  for file in ["LICENSE", "README.md", "training/train.py", "training/scenes.py", "training/evaluate.py"] {
    #expect(files.contains(file))
  }
}

@Test(arguments: pictures) func theProcessorDoesAsTransformers(picture: ShapesReference.Picture) throws {
  let image = try Image(contentsOf: "\(lessons)/Pictures/\(picture.file)")
  #expect([image.width, image.height] == picture.size_wh)
  #expect(sha256(image.pixels) == picture.rgb_sha256)
  #expect(sha256(try image.resized(width: 64, height: 64).pixels) == picture.resized_sha256)
  let inputs = try BlipProcessor.fromPretrained(folder)(image, text: "a picture of")
  #expect(sha256(try inputs.pixelValues.bytes()) == picture.pixel_values.sha256)
  #expect(try inputs.inputIDs == Tensor([reference.get().prompt_ids]))
}

@Test(arguments: pictures, modes)
func captionsOfTheLessonsPicturesAreTransformers(picture: ShapesReference.Picture, mode: String) throws {
  let (expected, exact) = (try #require(picture.modes[mode]), try #require(picture.modes["float64"]))
  let (processor, model) = (try BlipProcessor.fromPretrained(folder), try model(mode))
  let image = try Image(contentsOf: "\(lessons)/Pictures/\(picture.file)")
  let inputs = try processor(image, text: "a picture of")
  try within(mode) {
    let state = try model.visionModel(inputs.pixelValues)
    #expect(state.shape == expected.vision_last_hidden_state.shape)
    let flat = try [Double](state.double())
    try expectAsClose(
      expected.vision_last_hidden_state.index.map { flat[$0] }, expected.vision_last_hidden_state.bits,
      exact.vision_last_hidden_state.bits, "vision")
    let start = try Tensor([[model.config.text.startID] + reference.get().prompt_ids[1..<4]])
    let logits = try model.logits(pixelValues: inputs.pixelValues, inputIDs: start).select(1, 3)
    try expectAsClose(
      [Double](logits.double()), #require(expected.greedy.first_step_logits), #require(exact.greedy.first_step_logits),
      "logits")
    for (caption, beams) in [(expected.greedy, 1), (expected.beams3, 3)] {
      let ids = try model.generate(inputs, maxNewTokens: 20, numBeams: beams)
      #expect(try ids == Tensor([caption.ids]))
      #expect(try processor.decode(ids[0], skippingSpecialTokens: true) == caption.caption)
    }
    let ids = try model.generate(processor(image), maxNewTokens: 20)
    #expect(try ids == Tensor([expected.greedy_without_prompt.ids]))
  }
}
