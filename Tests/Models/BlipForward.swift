// Hidden states and scores of the tiny captioner, stage by stage.

import NeuralNets
import Tensors
import Testing

@testable import Models

/// The greatest difference of two tensors, in float64.
private func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
  try #require(a.shape == b.shape)
  return try (a.double() - b.double()).abs().max().item().doubleValue
}

/// float32: twice what two versions of the real library differ by, which is a few times 1e-5 at logits of 15; against
/// the same model in float64 the reference is as far off as ours (6e-5 and 7e-5 for the long text). bfloat16: both
/// versions agree on every bit because they add up in float32 and round at the same places, so a sum that falls on the
/// other side of a rounding boundary is all that may differ: a few units in the last of 8 binary places of the greatest value.
private func tolerance(_ key: String) throws -> Double {
  let agreement = try #require(try blipReference.get().tensor_agreement[key])
  let isFloat32 = key.contains("/fp32/")
  return isFloat32 ? max(5e-5, 2 * agreement.diff_to_newer) : agreement.max_abs / 256 * 4
}

private func expectEqual(_ actual: Tensor, _ key: String) throws {
  let expected = try blipTensors.get().tensor(key)
  #expect(actual.dtype == expected.dtype, "\(key)")
  let found = try difference(actual, expected)
  #expect(found <= (try tolerance(key)), "\(key)")
}

@Test(arguments: ["fp32", "bf16", "bf16_autocast", "fp32_autocast"]) func visionStatesAreTransformers(mode: String)
  throws
{
  try withMode(mode) { model in
    let pixels = try allPixelValues()
    let last = try model.visionModel(pixels)
    try expectEqual(last, "vision/\(mode)/last_hidden_state")
    guard mode == "fp32" || mode == "bf16" else { return }
    for (index, state) in try model.visionModel.hiddenStates(pixels).enumerated() {
      try expectEqual(state, "vision/\(mode)/hidden_states/\(index)")
    }
    try expectEqual(model.visionModel.pooled(last), "vision/\(mode)/pooler_output")
    if mode == "fp32" { try expectEqual(model.visionModel.embeddings(pixels), "vision/fp32/embeddings") }
  }
}

@Test(arguments: ["fp32", "bf16", "bf16_autocast", "fp32_autocast"], ["bos", "prompt", "long"])
func scoresAreTransformers(mode: String, text: String) throws {
  try withMode(mode) { model in
    let ids = try blipTensors.get().tensor("text/input_ids/\(text)")
    try expectEqual(model.logits(pixelValues: allPixelValues(), inputIDs: ids), "text/\(mode)/\(text)/logits")
  }
}

@Test func paddingIsNotLookedAt() throws {
  let (ids, mask) = (
    try blipTensors.get().tensor("text/input_ids/long"), try blipTensors.get().tensor("text/fp32/masked/attention_mask")
  )
  let logits = try tinyModel().logits(pixelValues: allPixelValues(), inputIDs: ids, attentionMask: mask)
  try expectEqual(logits, "text/fp32/masked/logits")
}

@Test(arguments: ["fp32", "bf16"]) func decoderStatesAreTransformers(mode: String) throws {
  try withMode(mode) { model in
    let ids = try blipTensors.get().tensor("text/input_ids/prompt")
    var cache = DecoderCache(pictures: try model.visionModel(allPixelValues()), layerCount: 2)
    for (index, state) in try model.textDecoder.bert.hiddenStates(ids, cache: &cache).enumerated() {
      try expectEqual(state, "text/\(mode)/prompt/hidden_states/\(index)")
    }
  }
}

/// Token by token with what is remembered, or all at once: the same sums, but rows of attention weights of another length
/// are added up in another order. Logits are at most 15, and bfloat16 rounds the difference away.
@Test(arguments: ["fp32", "bf16"]) func theCacheChangesNothing(mode: String) throws {
  try withMode(mode) { model in
    let ids = try blipTensors.get().tensor("text/input_ids/long")
    let pictures = try model.visionModel(allPixelValues())
    var whole = DecoderCache(pictures: pictures, layerCount: 2)
    let expected = try model.textDecoder.logits(ids, cache: &whole)
    var cache = DecoderCache(pictures: pictures, layerCount: 2)
    for place in 0..<(try ids.size(1)) {
      let logits = try model.textDecoder.nextLogits(ids.narrow(1, place, 1), cache: &cache)
      #expect(try difference(logits, expected.select(1, place)) <= (mode == "fp32" ? 5e-5 : 0))
    }
  }
}

@Test func lossIsTransformers() throws {
  let ids = try blipTensors.get().tensor("text/input_ids/long")
  let loss = try tinyModel().loss(pixelValues: allPixelValues(), inputIDs: ids)
  let expected = try blipReference.get().loss_long_ids_as_labels.value
  #expect(abs(try loss.item().doubleValue - expected) < 5e-6)
}
