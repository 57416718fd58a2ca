// BLIP's processors against transformers.

import Foundation
import Models
import Tensors
import Testing

private let folder = referenceFolder.appending(path: "tiny").path

private func picture(_ file: String) throws -> Image {
  try Image(contentsOf: referenceFolder.appending(path: "pictures/\(file)").path)
}

private let mainPictures = ["rgb.png", "wide.jpg", "gray.png", "rgba.png", "palette.png", "small.jpg"]

@Test(arguments: mainPictures) func pixelValuesHaveTheBitsOfTransformers(file: String) throws {
  let expected = try ReferenceTensors("pictures.safetensors")
  let picture = try picture(file)
  let resized = try picture.resized(width: 48, height: 48)
  #expect(resized.pixels == (try expected.bytes("image/\(file)/resized48")))
  let processor = try BlipImageProcessor.fromPretrained(folder)
  #expect(processor.size == .init(width: 48, height: 48))
  let values = try processor([picture])
  #expect(values.shape == [1, 3, 48, 48])
  #expect(values.dtype == .float32)
  let bits = try expected.bytes("image/\(file)/pixel_values")
  #expect(try [Float](values).withUnsafeBytes { [UInt8]($0) } == bits)
}

@Test func batchesAreTheirPicturesOneAfterTheOther() throws {
  let processor = try BlipImageProcessor.fromPretrained(folder)
  let pictures = try mainPictures.map(picture)
  let batch = try processor(pictures)
  #expect(batch.shape == [6, 3, 48, 48])
  for (i, picture) in pictures.enumerated() { #expect(try batch[i] == processor([picture])[0]) }
  #expect(try processor([]).shape == [0, 3, 48, 48])
}

/// Without normalisation a byte v is v * (1/255) rounded to float32, without rescaling it stays.
@Test func stepsCanBeLeftOut() throws {
  var processor = BlipImageProcessor()
  (processor.size, processor.normalization) = (nil, nil)
  let dot = try Image(width: 1, height: 1, pixels: [0, 51, 255])
  #expect(try [Float](processor([dot])) == [0, 0.2, 1])
  processor.rescaleFactor = nil
  #expect(try [Float](processor([dot])) == [0, 51, 255])
  let other = try Image(width: 2, height: 1, pixels: [0, 0, 0, 0, 0, 0])
  #expect(throws: ImageError.unequalSizes([1, 1], [2, 1])) { try processor([dot, other]) }
}

/// Ids from the tiny captioner's own vocabulary, as its processor in transformers gives them.
@Test func textsAndPicturesGoTogether() throws {
  let processor = try BlipProcessor.fromPretrained(folder)
  let inputs = try processor(picture("rgb.png"), text: "a picture of")
  #expect(try inputs.inputIDs == Tensor([[4, 11, 71, 64, 5]], dtype: .int64))
  let both = try processor([picture("rgb.png"), picture("wide.jpg")], texts: ["a dog", "the red car on"])
  #expect(both.pixelValues.shape == [2, 3, 48, 48])
  #expect(try both.inputIDs == Tensor([[4, 11, 74, 5, 0, 0], [4, 63, 79, 90, 66, 5]], dtype: .int64))
  #expect(try both.attentionMask == Tensor([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]], dtype: .int64))
  #expect(try processor(picture("rgb.png")).inputIDs == nil)
  #expect(
    try processor.decode(Tensor([98, 63, 63, 63, 5], dtype: .int64), skippingSpecialTokens: true) == "the the the")
  #expect(throws: TokenizerError.unequalCounts(texts: 1, images: 2)) {
    try processor([picture("rgb.png"), picture("wide.jpg")], texts: ["a"])
  }
}

@Test(arguments: [
  ("{", "it is not JSON: a key is missing at byte 1"), ("[]", "it is not an object"),
  ("{\"size\": {\"shortest_edge\": 5}}", "size is neither a number nor a height and a width"),
  ("{\"resample\": 9}", "resample is not one of Pillow's filters, 0 to 5"),
  ("{\"image_mean\": [0, 1]}", "image_mean and image_std are not three numbers each"),
])
func unusableConfigurationsAreNamed(text: String, reason: String) throws {
  try withTemporaryFolder { folder in
    let file = folder + "/preprocessor_config.json"
    try Data(text.utf8).write(to: URL(filePath: file))
    #expect(throws: ImageError.invalidConfiguration(file: file, reason: reason)) {
      try BlipImageProcessor.fromPretrained(folder)
    }
  }
}

@Test func baseSettingsAreThoseOfTheBaseCaptioner() throws {
  try withTemporaryFolder { folder in
    try Data("{\"size\": 384}".utf8).write(to: URL(filePath: folder + "/preprocessor_config.json"))
    #expect(try BlipImageProcessor.fromPretrained(folder) == BlipImageProcessor())
  }
}
