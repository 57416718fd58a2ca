// The Swift side of the captioner benchmark, built by it against the runtime that lessons run on.
//
//   captioner make FOLDER                   writes the checkpoint: random weights, of the base size
//   captioner parts FOLDER DTYPE PICTURE    takes the time of each part
//   captioner whole FOLDER DTYPE PICTURE    captions once, and ends

import LessonKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

let newTokens = 20

/// Seconds of `body`: the median of a few runs, after one that is not counted.
func seconds(_ repetitions: Int = 5, _ body: () throws -> Void) rethrows -> Double {
  try body()
  return try (0..<repetitions).map { _ in try secondsOnce(body) }.sorted()[repetitions / 2]
}

func secondsOnce(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}

/// The most memory that this process has had, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    return Int(usage.ru_maxrss)
  #endif
}

/// Values as the layers draw them, the output layer sharing the word embeddings as in transformers 5.
func makeCheckpoint(_ folder: String) throws {
  manualSeed(1)
  var state = try BlipForConditionalGeneration(.base, tiesOutputLayer: true).stateDict()
  state["text_decoder.cls.predictions.decoder.weight"] = nil
  state["text_decoder.cls.predictions.decoder.bias"] = nil
  try state.save(to: folder + "/model.safetensors")
}

func generate(_ model: BlipForConditionalGeneration, _ inputs: BlipInputs, _ count: Int) throws -> Tensor {
  var settings = model.generationConfig
  // No caption ends early, so that both sides do the same work.
  (settings.minNewTokens, settings.maxNewTokens) = (count, count)
  return try model.generate(inputs, settings: settings)
}

func measure(_ mode: String, _ folder: String, _ dtype: DType, _ picture: String) throws {
  var loaded: BlipForConditionalGeneration?
  let processor = try BlipProcessor.fromPretrained(folder)
  let load = try secondsOnce { loaded = try .fromPretrained(folder, dtype: dtype) }
  guard let model = loaded else { return }
  let inputs = try processor(Image(contentsOf: picture), text: "a picture of")
  print("ids", try [Int](generate(model, inputs, newTokens)).map(String.init).joined(separator: ","))
  print("peak", peakMemory())
  guard mode == "parts" else { return }
  print("load", load)
  print("vision", try seconds { _ = try model.visionModel(inputs.pixelValues) })
  let all = try seconds { _ = try generate(model, inputs, newTokens) }
  let one = try seconds { _ = try generate(model, inputs, 1) }
  print("caption", all)
  print("token", (all - one) / Double(newTokens - 1))
}

switch CommandLine.arguments.dropFirst().first {
case "make": try makeCheckpoint(CommandLine.arguments[2])
case let mode?:
  let dtype: DType = CommandLine.arguments[3] == "bfloat16" ? .bfloat16 : .float32
  try measure(mode, CommandLine.arguments[2], dtype, CommandLine.arguments[4])
case nil: print("usage: captioner make FOLDER | captioner parts|whole FOLDER DTYPE PICTURE")
}
