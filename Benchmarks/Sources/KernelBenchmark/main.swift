// Times the runtime's kernels beside PyTorch's, and beside what the machine can do at most.

import Foundation
import Measuring

func runKernelBenchmark(_ options: KernelOptions) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kernels-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: folder) }
  let sides = try KernelSides(options, folder: folder)
  let cores = ProcessInfo.processInfo.activeProcessorCount
  print(
    "Kernels beside \(sides.torchName); medians of \(options.repetitions), both in turn; ratio above 1: ours is faster")
  for threads in cores > 1 ? [1, cores] : [1] {
    let peaks = try KernelPeaks(threads: threads, sides.peak)
    print("\n\(threads) \(threads == 1 ? "thread" : "threads"): \(peaks.text)\n\n\(heading)")
    for row in KernelRow.all where options.only.isEmpty || row.title.contains(options.only) {
      print(line(try KernelMeasurement(row, threads: threads, repetitions: options.repetitions, sides), peaks))
      fflush(nil)
    }
  }
}

run { try runKernelBenchmark(KernelOptions()) }
