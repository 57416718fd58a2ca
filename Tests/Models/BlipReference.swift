// What the real BLIP gives, and the tiny captioner to compare with it.

import Foundation
import NeuralNets
import Tensors
import Testing

@testable import Models

/// `expected.json`: transformers 4.35.2 on PyTorch 2.1.1, unless `newer` is in a name.
struct BlipReference: Decodable {
  struct NamedShape: Decodable, Equatable {
    let name: String
    let shape: [Int]
  }

  struct Footprint: Decodable {
    let named_parameters: [NamedShape]
    let named_buffers: [NamedShape]
    let num_parameters: Int
    let memory_footprint_bytes: Int
    let memory_footprint_no_buffers: Int
  }

  struct CastFootprint: Decodable {
    let num_parameters: Int?
    let memory_footprint_bytes: Int
  }

  struct Generation: Decodable, CustomTestStringConvertible {
    struct Options: Decodable {
      let max_new_tokens: Int?
      let min_new_tokens: Int?
      let num_beams: Int?
      let num_return_sequences: Int?
      let length_penalty: Double?
      let early_stopping: Bool?
      let no_repeat_ngram_size: Int?
      let repetition_penalty: Double?
    }

    struct Output: Decodable {
      let ids: [Int]
      let caption: String
      let text_with_special: String
      let robust: Bool?
      let sequence_score: Double?
    }

    let mode: String
    let autocast_bf16: Bool
    let model_dtype: String
    let text: String?
    let image: String?
    let options: Options
    let input_ids_from_processor: [[Int]]?
    let outputs: [Output]

    var testDescription: String { "\(mode) \(image ?? "batch") \(text ?? "")" }
  }

  struct Agreement: Decodable {
    let max_abs: Double
    let diff_to_newer: Double
  }

  struct Failure: Decodable {
    let what: String
    let ok: Bool?
    let message: String?
  }

  struct Newer: Decodable {
    struct Parameters: Decodable {
      let named_parameters: [NamedShape]
      let num_parameters: Int
      let memory_footprint_bytes: Int
    }

    let fp32: Parameters
  }

  struct Loss: Decodable {
    let value: Double
  }

  struct Picture: Decodable {
    let file: String
  }

  let model_str: String
  let images: [Picture]
  let fp32: Footprint
  let bf16: CastFootprint
  let fp16: CastFootprint
  let newer_results: Newer
  let loss_long_ids_as_labels: Loss
  let generate_no_length_option: [Int]
  let generate: [Generation]
  let tensor_agreement: [String: Agreement]
  let errors: [Failure]

  var files: [String] { images.map(\.file) }
}

let blipReference = Result { try referenceJSON("blip/expected.json", as: BlipReference.self) }
let blipTensors = Result { try ReferenceTensors("blip/expected.safetensors") }
private let pictureTensors = Result { try ReferenceTensors("pictures.safetensors") }

/// The folder of the tiny captioner.
let tinyFolder = referenceFolder.appending(path: "tiny").path

extension ReferenceTensors {
  func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(entries[name])
    let dtypes: [String: DType] = ["F32": .float32, "BF16": .bfloat16, "I64": .int64]
    return try Tensor(shape: entry.shape, dtype: #require(dtypes[entry.dtype]), bytes: bytes(name))
  }
}

/// What the processor makes of a main picture, `[1, 3, 48, 48]`.
func pixelValues(_ file: String) throws -> Tensor {
  let tensors = try pictureTensors.get()
  return try Tensor(
    shape: [1, 3, 48, 48], dtype: .float32, bytes: tensors.bytes("image/\(file)/pixel_values"))
}

/// All main pictures, `[6, 3, 48, 48]`.
func allPixelValues() throws -> Tensor {
  try Tensor.cat(blipReference.get().files.map(pixelValues))
}

/// The tiny captioner, its parameters in that dtype.
func tinyModel(_ dtype: DType = .float32) throws -> BlipForConditionalGeneration {
  try BlipForConditionalGeneration.fromPretrained(tinyFolder, dtype: dtype)
}

/// Runs `body` with the captioner of a mode, inside autocast where the mode says so.
func withMode<R>(_ mode: String, _ body: (BlipForConditionalGeneration) throws -> R) throws -> R {
  let model = try tinyModel(mode.hasPrefix("bf16") ? .bfloat16 : .float32)
  return mode.hasSuffix("autocast") ? try withAutocast { try body(model) } : try body(model)
}
