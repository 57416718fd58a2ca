// The picture: RGB bytes as a value.

/// A picture of 8-bit red, green and blue.
///
/// Images are values. JPEG and PNG files of every kind become RGB as Pillow's `convert("RGB")` does it, bit for bit:
/// alpha is dropped and not blended, 16-bit colour keeps its high byte, 16-bit grey is clamped, a camera's rotation
/// mark (EXIF) is not applied.
///
/// For example:
///
///     let photo = try Image(contentsOf: "beach.jpg", alt: "a woman and her dog on a beach")
///     display(try photo.resized(width: 500, height: 350))
public struct Image: Sendable, Hashable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Three bytes per pixel: red, green, blue; row by row from the top.
  public let pixels: [UInt8]
  /// What the picture shows, in words, for those who cannot see it.
  public var alt: String?

  /// The most pixels that a picture may have, so that a small file cannot ask for all memory. It is Pillow's limit.
  public static let pixelLimit = 178_956_970

  /// A picture of the given bytes: red, green, blue per pixel, row by row from the top.
  ///
  /// - Throws: ``ImageError/emptySize(width:height:)``, ``ImageError/tooLarge(picture:width:height:limit:)`` and
  ///   ``ImageError/wrongByteCount(expected:found:)``.
  public init(width: Int, height: Int, pixels: [UInt8], alt: String? = nil) throws(ImageError) {
    try checkSize(width, height, of: "The picture")
    guard pixels.count == width * height * 3 else {
      throw .wrongByteCount(expected: width * height * 3, found: pixels.count)
    }
    self.init(checked: width, height, pixels, alt)
  }

  /// For pixels that are known to fit the sizes.
  init(checked width: Int, _ height: Int, _ pixels: [UInt8], _ alt: String?) {
    self.width = width
    self.height = height
    self.pixels = pixels
    self.alt = alt
  }

  /// The red, green and blue of one pixel, counted from the top left; nil outside of the picture.
  public func pixel(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8)? {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return nil }
    let first = (y * width + x) * 3
    return (pixels[first], pixels[first + 1], pixels[first + 2])
  }
}

extension Image: CustomStringConvertible {
  /// `Image(640 x 480)`, with the alternative text if there is one.
  public var description: String { "Image(\(width) x \(height)\(alt.map { ", \"\($0)\"" } ?? ""))" }
}

/// Throws unless both sizes are at least 1 and the pixels within the limit.
func checkSize(_ width: Int, _ height: Int, of picture: String) throws(ImageError) {
  guard width > 0, height > 0 else { throw .emptySize(width: width, height: height) }
  let (count, overflow) = width.multipliedReportingOverflow(by: height)
  if overflow || count > Image.pixelLimit {
    throw .tooLarge(picture: picture, width: width, height: height, limit: Image.pixelLimit)
  }
}
