// Quantised tensors: integers with a scale, for a whole tensor or for each channel.

/// A float tensor stored as integers: value ≈ (integer - zeroPoint) * scale (Jacob et al.,
/// https://arxiv.org/abs/1712.05877).
///
/// For example:
///
///     let q = try QuantizedTensor(weights, bits: 8, scheme: .symmetric, axis: 0)
///     print(q.byteCount, try (q.dequantized() - weights).abs().max())
public struct QuantizedTensor: Sendable, Hashable {
  /// The integers: int8, uint8 or int32; with 4 bits int8 values from -8 to 7.
  public let values: Tensor
  /// One scale, or one for each channel.
  public let scales: [Double]
  /// The integer that stands for 0, for each scale.
  public let zeroPoints: [Int]
  /// The dimension of the channels; nil when there is one scale.
  public let axis: Int?
  /// Bits of one integer when packed: 4, 8 or 32.
  public let bits: Int

  /// How scales are chosen.
  public enum Scheme: String, Sendable, Hashable {
    /// 0 stays 0: scale = greatest magnitude / greatest integer.
    case symmetric
    /// From the least to the greatest value, 0 included, over all integers.
    case affine
  }

  /// With a scale of your own, as `torch.quantize_per_tensor`; the integers are rounded to nearest even and limited to
  /// the dtype's range.
  ///
  /// - Throws: ``TensorError/dtypeMismatch(operation:dtypes:rule:)`` unless x is float32 and the dtype int8, uint8 or
  ///   int32, and ``TensorError/invalidArgument(operation:reason:)`` for a zero point outside the dtype.
  public init(_ x: Tensor, scale: Double, zeroPoint: Int, dtype: DType = .int8) throws(TensorError) {
    try self.init(x, [scale], [zeroPoint], nil, dtype, dtype.itemSize * 8)
  }

  /// With scales of your own for each channel, as `torch.quantize_per_channel`.
  public init(_ x: Tensor, scales: [Double], zeroPoints: [Int], axis: Int, dtype: DType = .int8) throws(TensorError) {
    try self.init(x, scales, zeroPoints, try x.axis(axis, "quantize"), dtype, dtype.itemSize * 8)
  }

  /// With scales chosen from the values.
  ///
  /// - Parameters:
  ///   - bits: 8 or 4.
  ///   - axis: The dimension of the channels, each of which gets a scale; nil for one scale.
  public init(_ x: Tensor, bits: Int = 8, scheme: Scheme = .symmetric, axis: Int? = nil) throws(TensorError) {
    guard bits == 8 || bits == 4 else {
      throw .invalidArgument(operation: "quantize", reason: "there are 8 and 4 bits, not \(bits)")
    }
    try requireFloat("quantize", x.dtype)
    let d = try axis.map { (a) throws(TensorError) in try x.axis(a, "quantize") }
    let others = (0..<x.rank).filter { $0 != d }
    let wide = try x.to(.float32)
    let keepsAll = d != nil && others.isEmpty
    let low = try [Double](keepsAll ? wide : wide.amin(dims: others))
    let high = try [Double](keepsAll ? wide : wide.amax(dims: others))
    let (least, greatest) = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    var (scales, zeros): ([Double], [Int]) = ([], [])
    for (low, high) in zip(low.map { min($0, 0) }, high.map { max($0, 0) }) {
      let span = scheme == .symmetric ? max(-low, high) / Double(greatest) : (high - low) / Double(greatest - least)
      let scale = span.isFinite && span > 0 ? span : 1
      scales.append(scale)
      zeros.append(
        scheme == .symmetric ? 0 : min(max(least - Int((low / scale).rounded(.toNearestOrEven)), least), greatest))
    }
    try self.init(wide, scales, zeros, d, .int8, bits)
  }

  private init(_ x: Tensor, _ scales: [Double], _ zeros: [Int], _ axis: Int?, _ dtype: DType, _ bits: Int)
    throws(TensorError)
  {
    try x.check()
    guard x.dtype == .float32, [.int8, .uint8, .int32].contains(dtype) else {
      throw .dtypeMismatch(
        operation: "quantize", dtypes: [x.dtype, dtype],
        rule: "float32 becomes int8, uint8 or int32; cast with float() first")
    }
    let (least, greatest) = bits == 4 ? (-8, 7) : (dtype.info.min.intValue ?? 0, dtype.info.max.intValue ?? 0)
    if let wrong = zeros.first(where: { $0 < least || $0 > greatest }) {
      throw .invalidArgument(
        operation: "quantize", reason: "the zero point \(wrong) is not between \(least) and \(greatest)")
    }
    let steps = try QuantizationSteps(x, scales, zeros, axis)
    self.values = try steps.integers(x, least, greatest).to(dtype)
    self.scales = scales
    self.zeroPoints = zeros
    self.axis = axis
    self.bits = bits
  }

  /// The float32 values that the integers stand for.
  public func dequantized() throws(TensorError) -> Tensor {
    try QuantizationSteps(values, scales, zeroPoints, axis).floats(values.to(.int64))
  }

  /// The bytes that integers (packed), scales (float32) and zero points (int32) need.
  public var byteCount: Int { (values.count * bits + 7) / 8 + scales.count * 8 }

  /// 4-bit integers two to a byte, the first in the low half; a vector of uint8.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` unless there are 4 bits.
  public func packed() throws(TensorError) -> Tensor {
    guard bits == 4 else { throw .invalidArgument(operation: "packed", reason: "only 4-bit integers are packed") }
    let integers = try [Int8](values).map { UInt8(bitPattern: $0) & 15 }
    let pairs = stride(from: 0, to: integers.count, by: 2).map { i in
      integers[i] | (i + 1 < integers.count ? integers[i + 1] << 4 : 0)
    }
    return try Tensor(pairs).reshape([pairs.count])
  }

  /// The int8 values of packed 4-bit integers.
  public static func unpacked(_ bytes: Tensor, shape: [Int]) throws(TensorError) -> Tensor {
    let halves = try [UInt8](bytes).flatMap { byte in
      [byte & 15, byte >> 4].map { Int8(bitPattern: $0 << 4) >> 4 }
    }
    let wanted = try elementCount(of: shape, dtype: .int8)
    guard bytes.dtype == .uint8, wanted / 2 + wanted % 2 == bytes.count else {
      throw .shapeMismatch(
        operation: "unpacked", shapes: [bytes.shape, shape], rule: "needs one uint8 for every two elements")
    }
    return try Tensor(Array(halves.prefix(wanted))).reshape(shape)
  }
}

extension Tensor {
  /// The values after quantising and dequantising, as `torch.fake_quantize_per_tensor_affine`.
  public func fakeQuantized(scale: Double, zeroPoint: Int, min least: Int, max greatest: Int) throws(TensorError)
    -> Tensor
  {
    try fakeQuantized([scale], [zeroPoint], nil, least, greatest)
  }

  /// The values after quantising and dequantising, with scales for each channel.
  public func fakeQuantized(scales: [Double], zeroPoints: [Int], axis: Int, min least: Int, max greatest: Int)
    throws(TensorError) -> Tensor
  {
    try fakeQuantized(scales, zeroPoints, self.axis(axis, "fakeQuantize"), least, greatest)
  }

  private func fakeQuantized(_ scales: [Double], _ zeros: [Int], _ axis: Int?, _ least: Int, _ greatest: Int)
    throws(TensorError) -> Tensor
  {
    try check()
    try requireFloat("fakeQuantize", dtype)
    guard least <= greatest, zeros.allSatisfy({ $0 >= least && $0 <= greatest }) else {
      throw .invalidArgument(
        operation: "fakeQuantize", reason: "zero points \(zeros) must lie between min \(least) and max \(greatest)")
    }
    let steps = try QuantizationSteps(self, scales, zeros, axis)
    return try steps.floats(steps.integers(float(), least, greatest)).to(dtype)
  }
}

/// Scales and zero points in the shape that broadcasts to a tensor.
private struct QuantizationSteps {
  let scale, inverse, zero: Tensor

  init(_ x: Tensor, _ scales: [Double], _ zeros: [Int], _ axis: Int?) throws(TensorError) {
    let channels = axis.map { x.rank == 0 ? 1 : x.shape[$0] } ?? 1
    guard scales.count == channels, zeros.count == channels else {
      throw .invalidArgument(
        operation: "quantize",
        reason: "needs \(channels) scales and zero points, but got \(scales.count) and \(zeros.count)")
    }
    var shape = [Int](repeating: 1, count: x.rank)
    if let axis, x.rank > 0 { shape[axis] = channels }
    scale = try Tensor(scales, dtype: .float32).reshape(shape)
    inverse = try 1 / scale
    zero = try Tensor(zeros, dtype: .int64).reshape(shape)
  }

  func integers(_ x: Tensor, _ least: Int, _ greatest: Int) throws(TensorError) -> Tensor {
    // Limited as a float first, so that no value overflows on its way to an integer.
    let steps = try (x * inverse).round().clamp(min: -0x1p40, max: 0x1p40)
    return try (steps.to(.int64) + zero).clamp(min: .int(Int64(least)), max: .int(Int64(greatest)))
  }

  func floats(_ integers: Tensor) throws(TensorError) -> Tensor { try (integers - zero).to(.float32) * scale }
}
