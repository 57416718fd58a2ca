// Little-endian numbers from a mapped file, one after the other, never beyond its end.

/// A place in a file that moves forward.
struct ByteReader {
  let file: MappedFile
  private(set) var place: Int
  private let end: Int

  /// Reads on from a place, which may come from the file itself and be wrong.
  init(_ file: MappedFile, at place: UInt64) {
    self.file = file
    self.place = Int(min(place, UInt64(file.bytes.count)))
    end = file.bytes.count
  }

  /// Reads a part of the file.
  init(_ file: MappedFile, within part: Slice<UnsafeRawBufferPointer>) {
    self.file = file
    place = part.startIndex
    end = part.endIndex
  }

  /// The number of bytes that follow.
  var left: Int { end - place }

  mutating func bytes(_ count: Int) throws(ModelError) -> Slice<UnsafeRawBufferPointer> {
    guard count >= 0, count <= left else { throw .malformed(file: file.path, reason: "it is cut off") }
    defer { place += count }
    return file.bytes[place..<place + count]
  }

  mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws(ModelError) -> Number {
    let part = UnsafeRawBufferPointer(rebasing: try bytes(MemoryLayout<Number>.size))
    return Number(littleEndian: part.loadUnaligned(as: type))
  }

  mutating func skip(_ count: UInt64) throws(ModelError) {
    _ = try bytes(Int(exactly: count) ?? .max)
  }

  /// The text up to the next line feed, which is passed over.
  mutating func line() throws(ModelError) -> String {
    guard let feed = file.bytes[place..<end].firstIndex(of: 0x0A) else {
      throw .malformed(file: file.path, reason: "it is cut off")
    }
    defer { place = feed + 1 }
    return String(decoding: file.bytes[place..<feed], as: UTF8.self)
  }
}
