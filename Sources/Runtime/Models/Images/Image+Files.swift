// Pictures from JPEG and PNG bytes, and to PNG.

internal import CImageCodecs

extension Image {
  /// Reads a JPEG or PNG file. The format is told by the bytes, not by the name.
  ///
  /// - Throws: ``ImageError``: an unreadable, unknown, damaged or oversized picture.
  public init(contentsOf path: String, alt: String? = nil) throws(ImageError) {
    let file: [UInt8]
    do { file = try bytes(ofFile: path) } catch { throw .unreadable(picture: path, reason: error.reason) }
    try self.init(decoding: file, of: path, alt: alt)
  }

  /// Decodes the bytes of a JPEG or PNG file.
  ///
  /// - Throws: ``ImageError``: an unknown, damaged or oversized picture.
  public init(data: [UInt8], alt: String? = nil) throws(ImageError) {
    try self.init(decoding: data, of: "The data", alt: alt)
  }

  private init(decoding file: [UInt8], of picture: String, alt: String?) throws(ImageError) {
    guard let codec = Codec(of: file) else {
      throw .unknownFormat(picture: picture, format: foreignFormat(of: file))
    }
    self = try codec.decode(file, of: picture, alt: alt)
  }

  /// The picture as the bytes of a PNG file: 8-bit RGB without further information, so equal pictures give equal bytes.
  ///
  /// - Throws: ``ImageError/outOfMemory(width:height:)``.
  public func pngData() throws(ImageError) -> [UInt8] {
    var size = cimage_size(width: UInt32(width), height: UInt32(height), least_file: 0)
    var reason = cimage_reason()
    var file: [UInt8] = []
    let append: cimage_sink = { file, bytes, count in
      file?.assumingMemoryBound(to: [UInt8].self).pointee += UnsafeBufferPointer(start: bytes, count: count)
    }
    let status = withUnsafeMutablePointer(to: &file) { cimage_png_write(pixels, &size, append, $0, &reason) }
    guard status == CIMAGE_OK else {
      throw .outOfMemory(width: width, height: height)
    }
    return file
  }
}

/// One of the formats that can be read.
private struct Codec {
  let name: String
  let size: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<cimage_size>, UnsafeMutablePointer<cimage_reason>) -> Int32
  let read:
    (
      UnsafePointer<UInt8>, Int, UnsafePointer<cimage_size>, UnsafeMutablePointer<UInt8>,
      UnsafeMutablePointer<cimage_reason>
    ) -> Int32

  /// The codec for a file that begins like this one; nil when there is none.
  init?(of file: [UInt8]) {
    if file.starts(with: [0xFF, 0xD8, 0xFF]) {
      (name, size, read) = ("JPEG", cimage_jpeg_size, cimage_jpeg_read)
    } else if file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      (name, size, read) = ("PNG", cimage_png_size, cimage_png_read)
    } else {
      return nil
    }
  }

  /// Reads the size first, so that no memory is asked for before the limit is checked.
  func decode(_ file: [UInt8], of picture: String, alt: String?) throws(ImageError) -> Image {
    var (found, reason) = (cimage_size(), cimage_reason())
    try check(size(file, file.count, &found, &reason), reason, of: picture, found)
    let (width, height) = (Int(found.width), Int(found.height))
    try checkSize(width, height, of: picture)
    if found.least_file > file.count { throw .malformed(picture: picture, format: name, reason: "the data ends early") }
    var status: Int32 = 0
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      // Zeros first: a damaged file may leave rows untouched.
      start.initialize(repeating: 0, count: buffer.count)
      status = read(file, file.count, &found, start, &reason)
      count = width * height * 3
    }
    try check(status, reason, of: picture, found)
    return Image(checked: width, height, pixels, alt)
  }

  private func check(_ status: Int32, _ reason: cimage_reason, of picture: String, _ size: cimage_size)
    throws(ImageError)
  {
    let text = withUnsafeBytes(of: reason.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    switch Int(status) {
    case Int(CIMAGE_OK): return
    case Int(CIMAGE_NO_MEMORY): throw .outOfMemory(width: Int(size.width), height: Int(size.height))
    case Int(CIMAGE_UNSUPPORTED): throw .unsupported(picture: picture, format: name, reason: text)
    default: throw .malformed(picture: picture, format: name, reason: text)
    }
  }
}

/// What a file that cannot be read seems to be, with its article; nil when it is none of the usual formats.
private func foreignFormat(of file: [UInt8]) -> String? {
  let text = String(decoding: file.prefix(12).map { $0 & 0x7F }, as: UTF8.self)
  if text.hasPrefix("GIF8") { return "a GIF" }
  if text.hasPrefix("RIFF") && text.hasSuffix("WEBP") { return "a WebP" }
  if text.hasPrefix("BM") { return "a BMP" }
  if text.hasPrefix("II*") || text.hasPrefix("MM\0*") { return "a TIFF" }
  if text.dropFirst(4).hasPrefix("ftyp") { return "a HEIC or AVIF" }
  if text.hasPrefix("<svg") || text.hasPrefix("<?xml") { return "an SVG" }
  return nil
}
