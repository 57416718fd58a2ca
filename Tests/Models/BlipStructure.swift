// Names, shapes and order of BLIP's parameters, and what they weigh.

import Foundation
import NeuralNets
import Tensors
import Testing

@testable import Models

/// `state_dict.*.json`: the base size.
private struct StateList: Decodable {
  struct Entry: Decodable, Equatable {
    let name: String
    let shape: [Int]

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      name = try fields.decode(String.self)
      shape = try fields.decode([Int].self)
    }

    init(_ name: String, _ shape: [Int]) {
      (self.name, self.shape) = (name, shape)
    }
  }

  let state_dict: [Entry]
  let in_state_dict_only: [String]
  let named_parameters_count: Int
  let num_parameters: Int
  let memory_footprint_fp32: Int
  let memory_footprint_bf16: Int
}

private func structure(_ config: BlipConfig, ties: Bool = false, dtype: DType = .float32) throws
  -> BlipForConditionalGeneration
{
  try withoutInitialization { try BlipForConditionalGeneration(config, tiesOutputLayer: ties, dtype: dtype) }
}

@Test(arguments: [("transformers-4.35", false), ("transformers-5.23", true)])
func baseModelHasTheKeysOfTransformers(version: String, ties: Bool) throws {
  let expected = try referenceJSON("blip/base/state_dict.\(version).json", as: StateList.self)
  let config = try BlipConfig(contentsOf: referenceFolder.appending(path: "blip/base/config.json").path)
  let model = try structure(config, ties: ties)
  #expect(model.stateDict().map { StateList.Entry($0.key, $0.tensor.shape) } == expected.state_dict)
  #expect(
    model.namedParameters.map(\.name)
      == expected.state_dict.map(\.name).filter { !expected.in_state_dict_only.contains($0) })
  #expect(model.namedParameters.count == expected.named_parameters_count)
  #expect(model.parameterCount == expected.num_parameters)
  #expect(model.memoryFootprint == expected.memory_footprint_fp32)
  #expect(try structure(config, ties: ties, dtype: .bfloat16).memoryFootprint == expected.memory_footprint_bf16)
}

@Test func baseConfigurationIsThePublishedOne() throws {
  let config = try BlipConfig(contentsOf: referenceFolder.appending(path: "blip/base/config.json").path)
  #expect(config == .base)
}

/// The large one differs in the image encoder, and in the keys and values of the decoder's attention to it.
@Test func largeModelHasItsSizes() throws {
  let (wide, deep, text) = (1024, 24, 768)
  let block = 4 * wide + 3 * wide * (wide + 1) + wide * (wide + 1) + 4 * wide * (wide + 1) + wide * (4 * wide + 1)
  let vision = wide * 2 + 576 * wide + wide * (3 * 16 * 16 + 1) + deep * block + 2 * wide
  let base = try structure(.base)
  let decoder = base.textDecoder.parameterCount + 12 * 2 * (wide - 768) * text
  #expect(try structure(.large).parameterCount == vision + decoder)
}

@Test func baseModelPrintsAsTransformers() throws {
  let text = try referenceBytes("blip/base/model_str.transformers-4.35.txt")
  let expected = String(decoding: text, as: UTF8.self)
  #expect("\(try structure(.base))" == expected.trimmingCharacters(in: .newlines))
}

@Test func makingAStructureDrawsNothingAndTakesNoMemory() throws {
  try withSeed(1) {
    let before = try Tensor.rand([1])
    manualSeed(1)
    let model = try structure(.base)
    #expect(try Tensor.rand([1]) == before)
    let weight = try #require(try? model.parameter(named: "text_decoder.cls.predictions.decoder.weight"))
    #expect(weight.tensor.strides == [0, 0])
  }
}

@Test func tinyModelHasTheParametersOfTransformers() throws {
  let expected = try blipReference.get()
  let model = try tinyModel()
  #expect(
    model.namedParameters.map { .init(name: $0.name, shape: $0.parameter.shape) } == expected.fp32.named_parameters)
  #expect(model.namedBuffers.map { .init(name: $0.name, shape: $0.buffer.shape) } == expected.fp32.named_buffers)
  #expect(model.parameterCount == expected.fp32.num_parameters)
  #expect(model.memoryFootprint == expected.fp32.memory_footprint_bytes)
  #expect(model.parameters.reduce(0) { $0 + $1.byteCount } == expected.fp32.memory_footprint_no_buffers)
  #expect("\(model)" == expected.model_str)
}

@Test func castModelsWeighHalf() throws {
  let expected = try blipReference.get()
  for (dtype, bytes) in [
    (DType.bfloat16, expected.bf16.memory_footprint_bytes), (.float16, expected.fp16.memory_footprint_bytes),
  ] {
    #expect(try tinyModel(dtype).memoryFootprint == bytes)
    let cast = try tinyModel().to(dtype)
    #expect(cast.memoryFootprint == bytes)
    #expect(cast.namedBuffers.allSatisfy { $0.buffer.dtype == .int64 })
    #expect(try tinyModel(dtype).stateDict().elementsEqual(cast.stateDict()) { $0 == $1 })
  }
}

@Test func tiedModelHasTheParametersOfNewerTransformers() throws {
  let expected = try blipReference.get().newer_results.fp32
  let config = try BlipConfig(contentsOf: tinyFolder + "/config.json")
  let model = try structure(config, ties: true)
  #expect(model.namedParameters.map { .init(name: $0.name, shape: $0.parameter.shape) } == expected.named_parameters)
  #expect(model.memoryFootprint == expected.memory_footprint_bytes)
}
