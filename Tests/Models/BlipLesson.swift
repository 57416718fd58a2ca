// Sections 6 and 7 of the lesson, as Python printed them for the tiny captioner and each main picture.

import NeuralNets
import Tensors
import Testing

@testable import Models

/// `lesson-6-7.json`.
struct BlipLesson: Decodable, Sendable {
  struct Cell: Decodable {
    struct Picture: Decodable {
      let size_wh: [Int]
      let sha256_rgb: String
    }

    let cell: String
    let stdout: String
    let display_value: Picture?
  }

  struct Run: Decodable, CustomTestStringConvertible {
    let image: String
    let cells: [Cell]
    let output_ids: [[Int]]
    let output_ids_bf16: [[Int]]

    var testDescription: String { image }
  }

  let runs: [Run]
}

private let runs = (try? referenceJSON("blip/lesson-6-7.json", as: BlipLesson.self).runs) ?? []

@Test func thereAreRunsOfTheLesson() {
  #expect(runs.map(\.image) == ["rgb.png", "wide.jpg", "gray.png", "rgba.png", "palette.png", "small.jpg"])
}

@Test(arguments: runs) func theLessonCaptionsAsItDidInPython(run: BlipLesson.Run) throws {
  let processor = try BlipProcessor.fromPretrained(tinyFolder)
  let picture = try Image(contentsOf: referenceFolder.appending(path: "pictures/\(run.image)").path)
  for case let shown? in run.cells.map(\.display_value) {
    let resized = try picture.resized(width: shown.size_wh[0], height: shown.size_wh[1])
    #expect(sha256(resized.pixels) == shown.sha256_rgb)
  }
  let inputs = try processor(picture, text: "a picture of")
  let ids = try tinyModel().generate(inputs, maxNewTokens: 20)
  let idsBF16 = try withAutocast(.bfloat16) { try tinyModel(.bfloat16).generate(inputs, maxNewTokens: 20) }
  #expect(try ids == Tensor(run.output_ids))
  #expect(try idsBF16 == Tensor(run.output_ids_bf16))
  let printed = """
    FP32 caption → \(try processor.decode(ids[0], skippingSpecialTokens: true))
    BF16 caption → \(try processor.decode(idsBF16[0], skippingSpecialTokens: true))

    """
  #expect(run.cells.last?.stdout == printed)
}
