// The examples of Documentation/LessonKit.md, run; and the check that they are these.

import Foundation
import Testing

@testable import LessonKit

private struct Die: Displayable {
  let eyes: Int
  var mimeBundle: MIMEBundle { MIMEBundle(plain: "die: \(eyes)", html: "<b>\(eyes)</b>") }
}

private struct Format {
  let dtype: String
  let bytes: Int
}

private final class Classifier: Module {
  let embedding: Embedding
  let layers: [Linear]
  let head: Linear

  init(words: Int, classes: Int) throws {
    embedding = try Embedding(words, 8)
    layers = [try Linear(8, 8), try Linear(8, 8)]
    head = try Linear(8, classes)
  }

  override func forward(_ words: Tensor) throws -> Tensor {
    var hidden = try embedding(words)
    for layer in layers { hidden = try layer(hidden).gelu() }
    return try head(hidden)
  }
}

@Suite struct DocumentationTests {
  @Test func values() throws {
    let x = try Tensor([[1.0, -2.0], [0.5, 0.0]])
    display(x)
    display("A line of text")
    display(TensorError.noPromotion(.bfloat16, .float8E5M2))
    display(Die(eyes: 6))
  }

  @Test func tables() {
    display(table([Format(dtype: "float32", bytes: 4), Format(dtype: "bfloat16", bytes: 2)]))
    display(table([["dtype": "float32", "bytes": 4], ["dtype": "bfloat16", "bytes": 2, "note": "same range"]]))
    display(table(["dtype", "bytes"], [["float32", 4], ["bfloat16", 2]], caption: "Sizes"))
  }

  @Test func numbers() {
    let difference = 0.0009978711605072021
    print(difference.scientific(3), difference.fixed(5), difference.significant(2))  // 9.979e-04 0.00100 0.001
    print("linear_1.weight".padded(to: 20) + "float32", byteText(989_656_304), grouped(247_414_076))
    #expect(
      (difference.scientific(3), difference.fixed(5), difference.significant(2)) == ("9.979e-04", "0.00100", "0.001"))
  }

  @Test func patterns() throws {
    let tenth = try bits(0.1, as: .float32, .bfloat16)
    display(tenth)
    print(tenth.formats[1].bits, tenth.formats[1].reading, tenth.formats[1].rounding)
    // 0011110111001101 +1.6015625 × 2^-4 up by 9.77e-05
    #expect(tenth.formats[1].reading == "+1.6015625 × 2^-4" && tenth.formats[1].rounding == "up by 9.77e-05")
  }

  @Test func comparisons() throws {
    let exact = try Tensor([0.6872, 0.7132])
    let rounded = try exact.bfloat16()
    let distance = try compare(rounded, exact)
    print(distance.maxDifference.scientific(1), distance.maxULPs ?? -1, distance.ulpDType)  // 1.6e-03 0 bfloat16
    display(distance)
    #expect(
      distance.maxDifference.scientific(1) == "1.6e-03" && distance.maxULPs == 0 && distance.ulpDType == .bfloat16)
  }

  @Test func plots() throws {
    let xs = Array(stride(from: -3.0, through: 3.0, by: 0.1))
    let gelu = try Tensor(xs).gelu()
    display(plot(.line(x: xs, gelu, name: "GELU"), .points([0, 1, 2], name: "points"), title: "GELU", x: "x", y: "y"))
    display(plot(.bars(["float32": 989.7, "bfloat16": 494.8]), title: "Memory", y: "MB"))
    display(plot(.histogram(try Tensor.randn([1000]), bins: 30), title: "Normal values"))
  }

  @Test func times() throws {
    let time = try measure(runs: 5) { try Tensor.ones([64, 64]).matmul(Tensor.ones([64, 64])) }
    print(time.result.shape, time.seconds > 0)
    #expect(time.allSeconds.count == 5)
  }

  @Test func models() throws {
    manualSeed(123)
    let model = try Classifier(words: 10, classes: 3)
    print(model)
    let logits = try model(Tensor([[1, 0], [0, 1]]))
    print(logits.shape, model.parameterCount, model.memoryFootprint)  // [2, 2, 3] 251 1004
    printParameterDTypes(model, maxLines: 2)
    for (name, parameter) in model.namedParameters { print(name, parameter.shape, parameter.dtype) }
    #expect(logits.shape == [2, 2, 3] && model.parameterCount == 251 && model.memoryFootprint == 1004)

    let small = try model.copy().to(.bfloat16)
    print(model.head.weight.dtype, small.head.weight.dtype, small.memoryFootprint)  // float32 bfloat16 502
    try small.load(stateDict: model.stateDict())
    #expect(model.head.weight.dtype == .float32 && small.memoryFootprint == 502)

    for (name, output) in try model.activations(of: Tensor([1, 2])) { print(name, output.shape) }
    let hook = model.head.onForward { _, input, output in print(input.shape, "→", output.shape) }
    _ = try model(Tensor([1, 2]))
    hook.remove()
  }

  @Test func sequences() throws {
    let mlp = try Sequential {
      try Linear(4, 8)
      ReLU()
      for _ in 0..<2 { try Dropout(0.1) }
      try Linear(8, 2)
    }
    print(try mlp.eval()(Tensor.ones([1, 4])).shape, try mlp[0])
  }

  /// Every block of the page stands in this file, line for line.
  @Test func theExamplesAreThese() throws {
    let tests = URL(fileURLWithPath: #filePath)
    let root = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appendingPathComponent("Documentation/LessonKit.md"), encoding: .utf8)
    let source = lines(of: try String(contentsOf: tests, encoding: .utf8))
    let blocks = page.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 13)
    for block in blocks {
      #expect(statements(of: lines(of: block)).allSatisfy(source.contains), "\(block)")
    }
  }

  /// Declarations stand apart from the statements that use them, so lines are looked for one by one.
  private func statements(of lines: [String]) -> [String] {
    lines.filter { !$0.isEmpty }
  }

  private func lines(of text: String) -> [String] {
    text.components(separatedBy: "\n").map {
      $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "private ", with: "")
    }
  }
}
