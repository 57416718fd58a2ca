// Checkpoints in every form: the same tensors from each, read when they are used, and written.

import Foundation
import NeuralNets
import Tensors
import Testing

@testable import Models

private func path(_ file: String) -> String { referenceFolder.appending(path: file).path }

private func tiny() throws -> StateDict { try Checkpoint(contentsOf: tinyFolder).stateDict() }

/// Whether both have the same tensors, whatever their order.
private func same(_ a: StateDict, _ b: StateDict) -> Bool {
  a.count == b.count
    && a.allSatisfy { entry in b[entry.key].map { $0.dtype == entry.tensor.dtype && $0 == entry.tensor } ?? false }
}

// MARK: Reading

@Test func aFileSaysWhatItHoldsBeforeItIsRead() throws {
  let checkpoint = try Checkpoint(contentsOf: tinyFolder)
  #expect(checkpoint.path == tinyFolder + "/model.safetensors")
  #expect(checkpoint.metadata == ["format": "pt"])
  #expect(checkpoint.keys.count == 92)
  let entry = try #require(checkpoint["vision_model.embeddings.position_embedding"])
  #expect(entry.shape == [1, 10, 32] && entry.dtype == .float32 && entry.dtypeName == "F32" && entry.count == 320)
  #expect(checkpoint["vision_model"] == nil)
  #expect(
    throws: ModelError.noSuchTensor(
      file: checkpoint.path, key: "vision_model.post_layernorm.weigth", nearest: "vision_model.post_layernorm.weight")
  ) {
    try checkpoint.tensor(named: "vision_model.post_layernorm.weigth")
  }
}

/// Three pickles with an index. PyTorch wrote both names of the output layer's bias, which share a storage.
@Test func shardedPicklesHoldTheSameTensors() throws {
  let checkpoint = try Checkpoint(contentsOf: path("tiny-sharded-bin"))
  #expect(checkpoint.path.hasSuffix("/pytorch_model.bin.index.json"))
  var state = try checkpoint.stateDict()
  let bias = try tiny()["text_decoder.cls.predictions.bias"]
  #expect(state["text_decoder.cls.predictions.decoder.bias"] == bias)
  state["text_decoder.cls.predictions.decoder.bias"] = nil
  #expect(same(state, try tiny()))
}

/// A pickle in bfloat16, with the positions' numbers (int64) that old versions kept.
@Test func aPickleHoldsTheSameTensorsInItsOwnDType() throws {
  let checkpoint = try Checkpoint(contentsOf: path("tiny-bf16"))
  #expect(checkpoint.path.hasSuffix("/pytorch_model.bin"))
  var state = try checkpoint.stateDict()
  #expect(try state["text_decoder.bert.embeddings.position_ids"] == Tensor.arange(64).unsqueeze(0))
  state["text_decoder.bert.embeddings.position_ids"] = nil
  state["text_decoder.cls.predictions.decoder.bias"] = nil
  #expect(same(state, try Checkpoint(contentsOf: tinyFolder).stateDict(as: .bfloat16)))
  // Numbers that are not floats keep their type.
  let widened = try checkpoint.stateDict(as: .float32)
  #expect(widened["text_decoder.bert.embeddings.position_ids"]?.dtype == .int64)
  #expect(widened.filter { $0.tensor.dtype == .float32 }.count == 93)
}

@Test(arguments: ["tiny-sharded-bin", "tiny-bf16"]) func modelsLoadFromPickles(folder: String) throws {
  try withTemporaryFolder { copy in
    let source = URL(filePath: path(folder))
    for file in try FileManager.default.contentsOfDirectory(at: source, includingPropertiesForKeys: nil) {
      try FileManager.default.copyItem(at: file, to: URL(filePath: "\(copy)/\(file.lastPathComponent)"))
    }
    try? FileManager.default.removeItem(atPath: copy + "/config.json")
    try FileManager.default.copyItem(atPath: tinyFolder + "/config.json", toPath: copy + "/config.json")
    let dtype = folder == "tiny-bf16" ? DType.bfloat16 : .float32
    let model = try BlipForConditionalGeneration.fromPretrained(copy, dtype: dtype)
    #expect(same(model.stateDict(), try tinyModel(dtype).stateDict()))
  }
}

/// As transformers 4.35: float32 unless a dtype is named, also from a file in bfloat16.
@Test func withoutADTypeModelsAreFloat32() throws {
  let model = try BlipForConditionalGeneration.fromPretrained(path("tiny-bf16"))
  #expect(model.parameters.allSatisfy { $0.dtype == .float32 })
  #expect(try model.stateDict().allSatisfy { try tinyModel(.bfloat16).stateDict()[$0.key] == $0.tensor.to(.bfloat16) })
}

/// Elements that lie in columns, and two tensors in one storage, as views have it.
@Test func viewsInAPickleArePutInOrder() throws {
  let file = pickledCheckpoint(
    Pickle.file(
      Pickle.dict([
        (Pickle.text("columns"), Pickle.tensor(shape: [2, 2], strides: [1, 2])),
        (Pickle.text("last"), Pickle.tensor(shape: [2], strides: [1], offset: 2)),
        (Pickle.text("repeated"), Pickle.tensor(shape: [3], strides: [0], offset: 1)),
        (Pickle.text("none"), Pickle.tensor(shape: [0, 7], strides: [7, 1])),
      ])))
  let state = try readCheckpoint(file.bytes).stateDict()
  #expect(try state["columns"] == Tensor([[1, 3], [2, 4]] as [[Float]]))
  #expect(try state["last"] == Tensor([3, 4] as [Float]))
  #expect(try state["repeated"] == Tensor([2, 2, 2] as [Float]))
  #expect(state["none"]?.shape == [0, 7])
}

@Test func archivesMayUseLongNumbersAndLateSizes() throws {
  let sound = pickledCheckpoint(Pickle.file(Pickle.dict([(Pickle.text("w"), Pickle.tensor(shape: [4], strides: [1]))])))
  for change in [
    { (file: inout ZipFile) in file.isLong = true }, { $0.members[1].isLong = true },
    { $0.members[0].hasDataDescriptor = true },
    { $0.members[1].hasDataDescriptor = true },
  ] {
    var file = sound
    change(&file)
    #expect(try readCheckpoint(file.bytes).stateDict()["w"] == Tensor([1, 2, 3, 4] as [Float]))
  }
}

// MARK: Conversion and memory

@Test(arguments: [DType.bfloat16, .float16, .float64]) func tensorsAreConvertedAsTheyAreRead(dtype: DType) throws {
  let checkpoint = try Checkpoint(contentsOf: tinyFolder)
  for (key, tensor) in try checkpoint.stateDict(as: dtype) {
    let stored = try checkpoint.tensor(named: key)
    #expect(try tensor == stored.to(dtype))
  }
}

/// The file claims 64 GB, more than this process could read: a hole that the file system keeps no bytes for.
@Test func nothingIsReadBeforeItIsUsed() throws {
  try withTemporaryFolder { folder in
    let size = 1 << 36
    let header = """
      {"small": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
       "huge": {"dtype": "BF16", "shape": [\(size / 2)], "data_offsets": [8, \(size + 8)]}}
      """
    let room = String(repeating: " ", count: 8 - header.utf8.count % 8)
    let file = safeTensors(header + room, data: [1, 2].flatMap { little(Float($0).bitPattern) })
    let path = folder + "/model.safetensors"
    try Data(file).write(to: URL(filePath: path))
    #expect(truncate(path, off_t(file.count + size)) == 0)
    let checkpoint = try Checkpoint(contentsOf: folder)
    #expect(try checkpoint.tensor(named: "small") == Tensor([1, 2] as [Float]))
    let huge = try checkpoint.tensor(named: "huge")
    #expect(huge.count == size / 2 && huge.dtype == .bfloat16)
    #expect(try huge.narrow(0, size / 4, 2).float() == Tensor([0, 0] as [Float]))
  }
}

/// Old files do not begin their elements at a multiple of eight; then tensors are copied, as far as memory goes.
@Test(arguments: 0..<8) func elementsMayLieAnywhere(shift: Int) throws {
  let header = """
    {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "BOOL", "shape": [3], "data_offsets": [8, 11]}}
    """
  let file = safeTensors(
    header + String(repeating: " ", count: shift), data: [1, 2].flatMap { little(Float($0).bitPattern) } + [0, 1, 9])
  let checkpoint = try readCheckpoint(file)
  #expect(try checkpoint.tensor(named: "a") == Tensor([1, 2] as [Float]))
  #expect(try checkpoint.tensor(named: "a", as: .bfloat16) == Tensor([1, 2] as [Float]).to(.bfloat16))
  #expect(try checkpoint.tensor(named: "b").bytes() == [0, 1, 1])
}

#if os(Linux)
  /// A number of kilobytes in a file of /proc (proc(5)), in bytes.
  private func memory(_ field: String) -> Int? {
    let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix(field + ":") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// Sets the peak back to what is used now; false where the system does not allow it.
  private func resetPeak() -> Bool {
    (try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)) != nil
  }

  /// 128 MB of float32 become 64 MB of bfloat16. All at once would take 192 MB; one after the other takes the result, one
  /// tensor of 8 MB more, and what large pages round up.
  @Test(.enabled(if: resetPeak() && memory("VmHWM") != nil)) func conversionTakesLittleMoreThanItsResult() throws {
    try withTemporaryFolder { folder in
      let (count, size) = (16, 8 << 20)
      let lines = (0..<count).map {
        "\"t\($0)\": {\"dtype\": \"F32\", \"shape\": [\(size / 4)], \"data_offsets\": [\($0 * size), \(($0 + 1) * size)]}"
      }
      let path = folder + "/model.safetensors"
      let file = safeTensors("{\(lines.joined(separator: ", "))}")
      try Data(file).write(to: URL(filePath: path))
      #expect(truncate(path, off_t(file.count + count * size)) == 0)
      let checkpoint = try Checkpoint(contentsOf: folder)
      _ = resetPeak()
      let before = try #require(memory("VmHWM"))
      let state = try checkpoint.stateDict(as: .bfloat16)
      let grown = try #require(memory("VmHWM")) - before
      let result = state.reduce(0) { $0 + $1.tensor.byteCount }
      #expect(result == count * size / 2)
      #expect(grown < 2 * result)
    }
  }
#endif

// MARK: Writing

/// Written again, the file that Hugging Face's library wrote has the same bytes.
@Test func filesAreWrittenAsTheReferenceWritesThem() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model.safetensors"
    try tiny().save(to: path)
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(referenceBytes("tiny/model.safetensors")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
  }
}

@Test func everyDTypeSurvivesAFile() throws {
  let values = try Tensor([0, 1, -2.5, 3.75, 100, -0.5] as [Float]).reshape([2, 3])
  var state = StateDict()
  for dtype in DType.allCases { state["as \"\(dtype)\"\n"] = try values.to(dtype) }
  state["scalar"] = try Tensor(7)
  state["empty"] = try Tensor.zeros([0, 3])
  state["transposed"] = try values.transpose(0, 1)
  try withTemporaryFolder { folder in
    let path = folder + "/some.safetensors"
    try state.save(to: path, metadata: ["note": "tab\t, é and \u{1}"])
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(checkpoint.metadata == ["note": "tab\t, é and \u{1}"])
    #expect(same(try checkpoint.stateDict(), state))
  }
  #expect(throws: ModelError.unwritable(file: "/no/such/folder/x.safetensors", reason: "No such file or directory")) {
    try state.save(to: "/no/such/folder/x.safetensors")
  }
}

/// Shards of safetensors, made here of the tiny captioner, with the index that transformers writes.
@Test func shardsHoldTheSameTensors() throws {
  try withTemporaryFolder { folder in
    var shards = [StateDict](repeating: StateDict(), count: 3)
    var map: [String] = []
    for (number, entry) in try tiny().enumerated() {
      shards[number % 3][entry.key] = entry.tensor
      map.append("\"\(entry.key)\": \"model-\(number % 3).safetensors\"")
    }
    for (number, shard) in shards.enumerated() { try shard.save(to: "\(folder)/model-\(number).safetensors") }
    let index = "{\"metadata\": {\"total_size\": 310032}, \"weight_map\": {\(map.joined(separator: ", "))}}"
    let path = folder + "/model.safetensors.index.json"
    try Data(index.utf8).write(to: URL(filePath: path))
    let checkpoint = try Checkpoint(contentsOf: folder)
    #expect(checkpoint.path == path)
    #expect(checkpoint.keys == (try tiny().keys))
    #expect(same(try checkpoint.stateDict(), try tiny()))
    try FileManager.default.removeItem(atPath: folder + "/model-1.safetensors")
    #expect(throws: ModelError.missingShard(index: path, shard: "model-1.safetensors")) {
      try Checkpoint(contentsOf: folder)
    }
  }
}

// MARK: Keys

/// A folder with the tiny captioner's configuration and a changed state dict.
private func load(dtype: DType = .float32, _ change: (inout StateDict) throws -> Void) throws
  -> BlipForConditionalGeneration
{
  try withTemporaryFolder { folder in
    var state = try tiny()
    try change(&state)
    try state.save(to: folder + "/model.safetensors")
    try FileManager.default.copyItem(atPath: tinyFolder + "/config.json", toPath: folder + "/config.json")
    return try BlipForConditionalGeneration.fromPretrained(folder, dtype: dtype)
  }
}

/// As transformers 5 writes it, where the output layer is the word embeddings.
@Test func aMissingOutputLayerIsTheWordEmbeddings() throws {
  let model = try load { $0["text_decoder.cls.predictions.decoder.weight"] = nil }
  let state = model.stateDict()
  #expect(
    state["text_decoder.cls.predictions.decoder.weight"] == state["text_decoder.bert.embeddings.word_embeddings.weight"]
  )
}

@Test func theSharedBiasMayHaveEitherName() throws {
  let (name, otherName) = ("text_decoder.cls.predictions.bias", "text_decoder.cls.predictions.decoder.bias")
  let expected = try tiny()[name]
  let model = try load {
    $0[otherName] = $0[name]
    $0[name] = nil
  }
  #expect(model.stateDict()[name] == expected && model.stateDict()[otherName] == expected)
}

@Test func keysThatDoNotFitAreNamed() throws {
  let weight = "vision_model.post_layernorm.weight"
  let error = try #require(throws: ModuleError.self) {
    try load {
      $0["vision_model.post_layernorm.bias"] = nil
      $0[weight] = try Tensor.zeros([31])
      $0["qformer.weight"] = try Tensor.zeros([2])
    }
  }
  guard case .stateMismatch("BlipForConditionalGeneration", let mismatch) = error else { throw error }
  #expect(mismatch.missing == ["vision_model.post_layernorm.bias"])
  #expect(mismatch.unexpected == ["qformer.weight"])
  #expect(
    mismatch.shapes.map(\.key) == [weight] && mismatch.shapes[0].given == [31] && mismatch.shapes[0].expected == [32])
}

/// A checkpoint of another model lists a few keys, and counts the others.
@Test func aCheckpointOfAnotherModelDoesNotFillTheScreen() throws {
  let error = try #require(throws: ModuleError.self) {
    try load { state in
      for (key, tensor) in state {
        state[key] = nil
        state["bert." + key] = tensor
      }
    }
  }
  let lines = "\(error)".split(separator: "\n")
  #expect(lines.count == 3 && lines.allSatisfy { $0.count < 800 })
  // 94 names that the model has, 92 that it does not; of each, eight are shown.
  #expect(lines[1].hasPrefix("  missing: \"vision_model.") && lines[1].hasSuffix(" and 85 more"))
  #expect(lines[2].hasPrefix("  unexpected: \"bert.") && lines[2].hasSuffix(" and 84 more"))
}
