// The filters that pictures are resized with.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A filter for resizing, with Pillow's definitions; the raw values are those of `resample` in a preprocessor's
/// configuration.
///
/// All but `nearest` are stretched by the scale when a picture shrinks, so that every pixel counts (antialiasing).
public enum Resampling: Int, Sendable, CaseIterable {
  /// The pixel at the middle of each new one; no mixing.
  case nearest = 0
  /// sinc(x) sinc(x/3), over 6 pixels.
  case lanczos = 1
  /// 1 - |x|, over 2 pixels.
  case bilinear = 2
  /// The cubic convolution of Keys with a = -0.5, over 4 pixels.
  case bicubic = 3
  /// The mean over the new pixel's own area.
  case box = 4
  /// sinc(x) (0.54 + 0.46 cos(pi x)), over 2 pixels.
  case hamming = 5

  /// Half the filter's width, in pixels.
  var support: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight of a pixel at a distance; the order of the operations is Pillow's, for the same last bit.
  func weight(_ x: Double) -> Double {
    switch self {
    case .nearest: 0
    case .box: x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear: abs(x) < 1 ? 1 - abs(x) : 0
    case .hamming: abs(x) < 1 ? sinc(abs(x)) * (0.54 + 0.46 * cos(abs(x) * .pi)) : 0
    case .bicubic: cubic(abs(x))
    case .lanczos: x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }

  private func cubic(_ x: Double) -> Double {
    let a = -0.5
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }

  private func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }
}
