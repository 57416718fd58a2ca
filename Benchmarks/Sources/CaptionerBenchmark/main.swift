// Times a base-size captioner on the runtime of lessons, beside transformers on PyTorch where Python has it.

import Measuring

run {
  let options = try CaptionerOptions()
  let files = try CaptionerFiles(options)
  let swift = try SwiftSide(options, files)
  try files.makeModel(with: swift)
  let python = PythonSide(options)
  print("A captioner of the base size, random weights, captions of 20 tokens; \(machine())")
  print("Beside it: \(python?.versions ?? "nothing, as \(options.python) has no transformers (set PYTHON)")\n")
  let sides: [any CaptionerSide] = [swift] + (python.map { [$0] } ?? [])
  var runs: [CaptionerRun] = []
  for repetition in 0..<options.repetitions {
    for dtype in ["float32", "bfloat16"] {
      for side in repetition % 2 == 0 ? sides : sides.reversed() {
        runs.append(try measure(side, dtype, files, options))
      }
    }
  }
  print(CaptionerReport(runs, weights: files.weightBytes).text)
}
