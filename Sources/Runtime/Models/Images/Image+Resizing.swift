// Resizing pictures with the bits of Pillow 10.

extension Image {
  /// The picture at another size, bit for bit as Pillow's `resize` makes it.
  ///
  /// The columns are filtered first, rounded to 8 bits, then the rows; an axis that keeps its size is left alone.
  ///
  /// - Parameter resampling: The filter; all but `.nearest` antialias when shrinking.
  /// - Throws: ``ImageError/emptySize(width:height:)`` and ``ImageError/tooLarge(picture:width:height:limit:)``.
  public func resized(width newWidth: Int, height newHeight: Int, resampling: Resampling = .bicubic) throws(ImageError)
    -> Image
  {
    try checkSize(newWidth, newHeight, of: "The resized picture")
    if (newWidth, newHeight) == (width, height) { return self }
    if resampling == .nearest { return nearest(newWidth, newHeight) }
    let wide = newWidth == width ? self : filteredAcross(ResizeWeights(from: width, to: newWidth, resampling))
    return newHeight == height ? wide : wide.filteredDown(ResizeWeights(from: height, to: newHeight, resampling))
  }

  /// Every new pixel is the old one under its middle. Positions are summed up step by step, as Pillow does.
  private func nearest(_ newWidth: Int, _ newHeight: Int) -> Image {
    let columns = middles(from: width, to: newWidth)
    let rows = middles(from: height, to: newHeight)
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight * 3)
    for row in rows {
      for column in columns {
        let first = (row * width + column) * 3
        result += pixels[first..<first + 3]
      }
    }
    return Image(checked: newWidth, newHeight, result, alt)
  }

  private func middles(from oldSize: Int, to newSize: Int) -> [Int] {
    let step = Double(oldSize) / Double(newSize)
    var position = step * 0.5
    return (0..<newSize).map { _ in
      defer { position += step }
      return min(Int(position), oldSize - 1)
    }
  }

  private func filteredAcross(_ filter: ResizeWeights) -> Image {
    let newWidth = filter.spans.count
    let result = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { new, count in
      for y in 0..<height {
        pixels.withUnsafeBufferPointer { old in
          let row = UnsafeBufferPointer(rebasing: old[y * width * 3..<(y + 1) * width * 3])
          filter.mixColumns(
            of: row, into: UnsafeMutableBufferPointer(rebasing: new[y * newWidth * 3..<(y + 1) * newWidth * 3]))
        }
      }
      count = newWidth * height * 3
    }
    return Image(checked: newWidth, height, result, alt)
  }

  private func filteredDown(_ filter: ResizeWeights) -> Image {
    let (newHeight, stride) = (filter.spans.count, width * 3)
    let result = [UInt8](unsafeUninitializedCapacity: newHeight * stride) { new, count in
      pixels.withUnsafeBufferPointer { old in
        for y in 0..<newHeight {
          filter.mixRows(
            of: old, for: y, into: UnsafeMutableBufferPointer(rebasing: new[y * stride..<(y + 1) * stride]))
        }
      }
      count = newHeight * stride
    }
    return Image(checked: width, newHeight, result, alt)
  }
}

extension ResizeWeights {
  /// One row of RGB at its new width.
  fileprivate func mixColumns(of row: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<UInt8>) {
    weights.withUnsafeBufferPointer { weights in
      for (x, span) in spans.enumerated() {
        var (red, green, blue) = (Self.half, Self.half, Self.half)
        for (i, weight) in weights[span.weights].enumerated() {
          let old = (span.start + i) * 3
          red &+= Int32(row[old]) &* weight
          green &+= Int32(row[old + 1]) &* weight
          blue &+= Int32(row[old + 2]) &* weight
        }
        result[x * 3] = Self.byte(red)
        result[x * 3 + 1] = Self.byte(green)
        result[x * 3 + 2] = Self.byte(blue)
      }
    }
  }

  /// One row of the new height; a row of sums is walked again and again, as the compiler makes vectors of that.
  fileprivate func mixRows(
    of pixels: UnsafeBufferPointer<UInt8>, for y: Int, into result: UnsafeMutableBufferPointer<UInt8>
  ) {
    let stride = result.count
    var sums = [Int32](repeating: Self.half, count: stride)
    for (i, weight) in weights[spans[y].weights].enumerated() {
      let row = UnsafeBufferPointer(rebasing: pixels[(spans[y].start + i) * stride..<(spans[y].start + i + 1) * stride])
      sums.withUnsafeMutableBufferPointer { sums in
        for x in 0..<stride { sums[x] &+= Int32(row[x]) &* weight }
      }
    }
    for x in 0..<stride { result[x] = Self.byte(sums[x]) }
  }

  private static var half: Int32 { 1 << (fractionBits - 1) }

  private static func byte(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> fractionBits) }
}
