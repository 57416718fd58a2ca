// What section 6 of the lesson prints of the tiny captioner, as Python printed it.

import Foundation
import Testing

@testable import LessonKit

private struct Lesson: Decodable {
  struct Cell: Decodable {
    let cell: String
    let stdout: String
  }

  struct Run: Decodable {
    let cells: [Cell]
  }

  let runs: [Run]
}

private let reference = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Models/Reference")

/// The cell's text, with dtypes as they are called here.
private func printed(_ cell: String) throws -> String {
  let data = try Data(contentsOf: reference.appending(path: "blip/lesson-6-7.json"))
  let cells = try JSONDecoder().decode(Lesson.self, from: data).runs[0].cells
  return try #require(cells.first { $0.cell == cell }).stdout.replacingOccurrences(of: "torch.", with: "")
    .replacingOccurrences(of: "\u{202F}", with: " ")
}

private func tiny(_ dtype: DType) throws -> BlipForConditionalGeneration {
  try .fromPretrained(reference.appending(path: "tiny").path, dtype: dtype)
}

@Suite struct CaptionerTests {
  @Test func parametersInFloat32PrintAsInPython() throws {
    let model = try tiny(.float32)
    let text = """
      FP32 parameter dtypes:

      \(parameterDTypeLines(model, maxLines: 10).joined(separator: "\n"))

      Memory footprint (FP32): \((Double(model.memoryFootprint) / 1e6).fixed(1)) MB

      """
    #expect(text == (try printed("6.2")))
  }

  @Test func parametersInBFloat16PrintAsInPython() throws {
    let (model, full) = (try tiny(.bfloat16), try tiny(.float32).memoryFootprint)
    let text = """
      BF16 parameter dtypes:

      \(parameterDTypeLines(model, maxLines: 10).joined(separator: "\n"))

      Memory footprint (BF16): \((Double(model.memoryFootprint) / 1e6).fixed(1)) MB
      Relative size vs FP32 : \((Double(model.memoryFootprint) / Double(full)).fixed(2))×

      """
    #expect(text == (try printed("6.3")))
  }

  @Test func picturesAreShownWithTheirAlternativeText() throws {
    let picture = try Image(contentsOf: reference.appending(path: "pictures/rgb.png").path, alt: "a tiny picture")
    let bundle = try picture.resized(width: 500, height: 350).mimeBundle
    #expect(bundle["text/plain"] == "a tiny picture")
    let png = try #require(bundle.data["image/png"])
    #expect(try Image(data: Array(png)).width == 500)
  }
}
