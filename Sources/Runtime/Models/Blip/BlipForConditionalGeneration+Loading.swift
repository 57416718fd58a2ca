// A captioner from its files: configuration, checkpoint, settings of generation.

import NeuralNets
import Tensors

extension BlipForConditionalGeneration {
  /// The captioner in a folder, or of that name in the hub's cache: `config.json`, the checkpoint, and
  /// `generation_config.json` if there is one.
  ///
  /// Each tensor is converted as it is read, so that memory holds little more than the result. Tensors that need no
  /// conversion stay in the mapped file until they are used.
  ///
  /// - Parameters:
  ///   - name: A folder, or a name such as `Salesforce/blip-image-captioning-base`.
  ///   - revision: A branch, tag or commit of the hub.
  ///   - dtype: The parameters' dtype, float32 unless named, as in transformers 4.
  /// - Throws: ``ModelError``, ``BlipError/unusableConfiguration(file:reason:)``, and
  ///   `ModuleError.stateMismatch` with every key that is missing, unexpected or mis-shaped.
  public static func fromPretrained(_ name: String, revision: String = "main", dtype: DType = .float32) throws
    -> BlipForConditionalGeneration
  {
    let folder = try modelFolder(name, revision: revision)
    let checkpoint = try Checkpoint(contentsOf: folder)
    let model = try withoutInitialization {
      try BlipForConditionalGeneration(BlipConfig(contentsOf: folder + "/config.json"), dtype: dtype)
    }
    try model.load(stateDict: model.completed(checkpoint.stateDict(as: dtype)))
    let settings = folder + "/generation_config.json"
    if fileExists(settings) { model.generationConfig = try GenerationConfig(contentsOf: settings) }
    return model
  }

  /// A checkpoint's tensors under this model's keys.
  ///
  /// The output layer's bias may stand under one of its two names only, its weight may be the word embeddings' (from
  /// transformers 5 on), and old checkpoints hold the positions' numbers, which are no parameter.
  private func completed(_ state: StateDict) -> StateDict {
    let predictions = "text_decoder.cls.predictions."
    var state = state
    state["text_decoder.bert.embeddings.position_ids"] = nil
    let (bias, otherBias) = (predictions + "bias", predictions + "decoder.bias")
    state[bias] = state[bias] ?? state[otherBias]
    state[otherBias] = state[otherBias] ?? state[bias]
    let weight = predictions + "decoder.weight"
    state[weight] = state[weight] ?? state["text_decoder.bert.embeddings.word_embeddings.weight"]
    return state
  }
}
