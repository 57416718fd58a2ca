// Our side of the kernel benchmark: for each line `THREADS WORDS…` on standard input, the seconds of one such operation.

import Foundation
import LessonKit

/// What a line asks for, ready to be run; nil for words that are not known.
func operation(_ words: [String]) throws -> (() throws -> Void)? {
  let sizes = words.compactMap(Int.init)
  let dtype: DType = words.contains("bfloat16") ? .bfloat16 : .float32
  func random(_ shape: [Int]) throws -> Tensor { try Tensor.randn(shape).to(dtype) }
  switch words[0] {
  case "linear":
    let (x, weight, bias) = (
      try random([sizes[0], sizes[1]]), try random([sizes[2], sizes[1]]), try random([sizes[2]])
    )
    return { _ = try linear(x, weight, bias) }
  case "convolution":
    let (x, weight) = (
      try random(Array(sizes[..<4])), try random([sizes[4], sizes[1] / sizes[8], sizes[5], sizes[5]])
    )
    return {
      _ = try conv2d(
        x, weight, stride: WindowSize(sizes[6]), padding: WindowSize(sizes[7]), groups: sizes[8])
    }
  case "attention":
    let q = try random([1, sizes[0], sizes[1], sizes[3]])
    let (k, v) = (try random([1, sizes[0], sizes[2], sizes[3]]), try random([1, sizes[0], sizes[2], sizes[3]]))
    return { _ = try scaledDotProductAttention(q, k, v) }
  default: return try elementwise(words[0], sizes, random)
  }
}

private func elementwise(_ name: String, _ sizes: [Int], _ random: ([Int]) throws -> Tensor) throws
  -> (() throws -> Void)?
{
  let x = try random(sizes)
  switch name {
  case "softmax": return { _ = try x.softmax(dim: -1) }
  case "softmax-of-columns": return { _ = try x.softmax(dim: 1) }
  case "layernorm":
    let (weight, bias) = (try random([sizes[1]]), try random([sizes[1]]))
    return { _ = try layerNorm(x, [sizes[1]], weight: weight, bias: bias) }
  case "gelu": return { _ = try x.gelu() }
  case "exp": return { _ = try x.exp() }
  case "tanh": return { _ = try x.tanh() }
  case "sin": return { _ = try x.sin() }
  case "log1p":
    let positive = try x.abs()
    return { _ = try positive.log1p() }
  case "softplus": return { _ = try x.softplus() }
  case "normal": return { _ = try Tensor.randn(sizes) }
  case "narrow": return { _ = try x.to(.bfloat16) }
  case "widen": return { _ = try x.to(.float32) }
  case "add":
    let y = try random(sizes)
    return { _ = try x + y }
  case "chain":
    let (y, z) = (try random(sizes), try random(sizes))
    return { _ = try (x * y + z).relu() }
  case "sum": return { _ = try x.sum() }
  case "add-of-a-row":
    let row = try random([sizes[1]])
    return { _ = try x + row }
  case "cat-of-4":
    let parts = try (0..<4).map { _ in try random(sizes) }
    return { _ = try Tensor.cat(parts, dim: 1) }
  case "gather":
    let places = try Tensor.randint(0, sizes[1], sizes)
    return { _ = try x.gather(1, places) }
  default: return nil
  }
}

/// Runs often enough for 20 ms, once the other side's threads, which wait for work with a core each, have given up.
func seconds(_ body: () throws -> Void) throws -> Double {
  usleep(50_000)
  try body()
  let start = ContinuousClock.now
  var count = 0.0
  repeat {
    try body()
    count += 1
  } while ContinuousClock.now - start < .milliseconds(20)
  return (ContinuousClock.now - start) / .seconds(1) / count
}

var known: [String: () throws -> Void] = [:]
setvbuf(stdout, nil, _IOLBF, 0)
while let line = readLine() {
  let words = line.split(separator: " ").map(String.init)
  let name = words.dropFirst().joined(separator: " ")
  // One operation's data at a time.
  if known[name] == nil { known = [name: try operation(Array(words.dropFirst())) ?? {}] }
  try withThreads(Int(words[0]) ?? 1) { print(try seconds(known[name]!)) }
}
