// Pictures that are none, and damaged ones: an error each time, never a crash.

import Foundation
import Models
import Testing

/// A PNG that claims the given size, with correct checksums and almost no data.
private func claimingPNG(width: UInt32, height: UInt32) -> [UInt8] {
  func big(_ value: UInt32) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
  }
  func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(kind.utf8) + data
    return big(UInt32(data.count)) + body + big(crc32(body))
  }
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", big(width) + big(height) + [8, 2, 0, 0, 0])
    + chunk("IDAT", [0x78, 0x9C]) + chunk("IEND", [])
}

@Test func aSmallFileCannotAskForAllMemory() {
  let limit = Image.pixelLimit
  #expect(throws: ImageError.tooLarge(picture: "The data", width: 100_000, height: 100_000, limit: limit)) {
    try Image(data: claimingPNG(width: 100_000, height: 100_000))
  }
  #expect(throws: ImageError.malformed(picture: "The data", format: "PNG", reason: "the data ends early")) {
    try Image(data: claimingPNG(width: 10_000, height: 10_000))
  }
  #expect(throws: ImageError.self) { try Image(data: claimingPNG(width: .max, height: 1)) }
  #expect(throws: ImageError.self) { try Image(data: claimingPNG(width: 0, height: 1)) }
}

@Test func whatIsNoPictureIsNamed() throws {
  #expect(throws: ImageError.unknownFormat(picture: "The data", format: nil)) { try Image(data: []) }
  #expect(throws: ImageError.unknownFormat(picture: "The data", format: "a GIF")) {
    try Image(data: Array("GIF89a".utf8))
  }
  #expect(throws: ImageError.unknownFormat(picture: "The data", format: "a WebP")) {
    try Image(data: Array("RIFF....WEBPVP8 ".utf8))
  }
  #expect(throws: ImageError.unreadable(picture: "no/such.png", reason: "No such file or directory")) {
    try Image(contentsOf: "no/such.png")
  }
  #expect(throws: ImageError.unreadable(picture: "/", reason: "it is not a file")) { try Image(contentsOf: "/") }
  let error = ImageError.malformed(picture: "beach.jpg", format: "JPEG", reason: "the data ends early")
  #expect("\(error)" == "beach.jpg is a damaged JPEG: the data ends early.")
}

@Test func picturesNeedTheirPixels() throws {
  #expect(throws: ImageError.emptySize(width: 0, height: 5)) { try Image(width: 0, height: 5, pixels: []) }
  #expect(throws: ImageError.wrongByteCount(expected: 12, found: 3)) {
    try Image(width: 2, height: 2, pixels: [1, 2, 3])
  }
  #expect(throws: ImageError.self) { try Image(width: .max, height: .max, pixels: []) }
  let dot = try Image(width: 1, height: 1, pixels: [1, 2, 3], alt: "a dot")
  #expect(throws: ImageError.emptySize(width: -1, height: 5)) { try dot.resized(width: -1, height: 5) }
  #expect(throws: ImageError.self) { try dot.resized(width: 1 << 40, height: 1 << 40) }
  #expect(
    try dot.resized(width: 3, height: 2)
      == Image(
        width: 3, height: 2,
        pixels: [UInt8](repeating: 0, count: 6)
          .flatMap { _ in [1, 2, 3] as [UInt8] }, alt: "a dot"))
  #expect("\(dot)" == "Image(1 x 1, \"a dot\")")
  #expect(dot.pixel(x: 0, y: 0)?.blue == 3 && dot.pixel(x: 1, y: 0) == nil)
  #expect(try Image(dot.tensor(), alt: "a dot") == dot)
}

@Test(arguments: ["rgb.png", "palette.png", "wide.jpg", "progressive.jpg"])
func aFileCutAnywhereIsAnError(file: String) throws {
  let bytes = try referenceBytes("pictures/\(file)")
  // The last chunk of a PNG and the last marker of a JPEG hold no pixels, so a cut within them may pass.
  for count in 0..<bytes.count - 20 { #expect(throws: ImageError.self) { try Image(data: Array(bytes.prefix(count))) } }
}

/// Changed bytes give a picture or an error. To run it longer and under the address sanitizer (the leaks that it would
/// otherwise report are those of Foundation):
///
///     export ASAN_OPTIONS=detect_leaks=0 LESSON_FUZZ=100000
///     swift test --sanitize=address --build-path .build-asan --filter changed
@Test func changedFilesDoNoHarm() throws {
  let rounds = ProcessInfo.processInfo.environment["LESSON_FUZZ"].flatMap { Int($0) } ?? 1500
  let names = try FileManager.default.contentsOfDirectory(atPath: referenceFolder.appending(path: "pictures").path)
  let corpus = try names.sorted().map { try referenceBytes("pictures/\($0)") } + encodedPictures.map { Array($0.file) }
  var mutation = Mutation(seed: 4)
  var decoded = 0
  for round in 0..<rounds {
    let file = mutation.mutated(corpus[round % corpus.count], with: corpus)
    do {
      let image = try Image(data: file)
      decoded += 1
      #expect(image.pixels.count == image.width * image.height * 3)
    } catch {}  // an ImageError: nothing else can be thrown
  }
  #expect(decoded > 0 && decoded < rounds)
}
