// Decoding and writing pictures against Pillow.

import Foundation
import Models
import Testing

private let expected = Result { try ReferenceTensors("pictures.safetensors") }

private let files = ((try? expected.get().entries.keys) ?? [:].keys).filter { $0.hasSuffix("/rgb") }
  .map { String($0.split(separator: "/")[1]) }.sorted()

/// A picture of `more-pictures.json`.
struct EncodedPicture: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let width: Int
  let height: Int
  let file: Data
  let rgb: Data
  var testDescription: String { name }
}

let encodedPictures = (try? referenceJSON("more-pictures.json", as: [EncodedPicture].self)) ?? []

@Test func thereArePicturesToCompareWith() {
  #expect(files.count == 21)
  #expect(encodedPictures.count == 61)
}

@Test(arguments: files) func pictureFilesDecodeAsPillowDoes(file: String) throws {
  let shape = try #require(try expected.get().entries["image/\(file)/rgb"]).shape
  let image = try Image(contentsOf: referenceFolder.appending(path: "pictures/\(file)").path)
  #expect(shape == [image.height, image.width, 3])
  #expect(image.pixels == (try expected.get().bytes("image/\(file)/rgb")))
}

@Test(arguments: encodedPictures) func everyKindOfPictureDecodesAsPillowDoes(picture: EncodedPicture) throws {
  let image = try Image(data: Array(picture.file))
  #expect(image.width == picture.width && image.height == picture.height)
  #expect(image.pixels == Array(picture.rgb))
}

@Test func picturesResizeAsPillowDoes() throws {
  let expected = try expected.get()
  let filters: [String: Resampling] = [
    "bicubic": .bicubic, "bilinear": .bilinear, "nearest": .nearest, "lanczos": .lanczos, "box": .box,
  ]
  for (key, entry) in expected.entries where key.hasPrefix("resize/") {
    let parts = key.split(separator: "/").map(String.init)
    let filter = try #require(filters[parts[2]])
    let image = try Image(contentsOf: referenceFolder.appending(path: "pictures/\(parts[1])").path)
    let resized = try image.resized(width: entry.shape[1], height: entry.shape[0], resampling: filter)
    #expect(resized.pixels == (try expected.bytes(key)), "\(key)")
  }
}

@Test(arguments: files) func picturesSurvivePNG(file: String) throws {
  let image = try Image(contentsOf: referenceFolder.appending(path: "pictures/\(file)").path)
  let file = try image.pngData()
  #expect(try Image(data: file) == image)
  #expect(try image.pngData() == file)
}
