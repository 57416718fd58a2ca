// Tensors with initial values: PyTorch's `nn.init`, drawing the same numbers.

import Tensors

/// Makes tensors as training would start from.
///
/// All draw from the default generator, in the order of the calls, and take the default dtype unless one is named.
public enum Initializer {
  /// Uniform from `low` (included) to `high` (excluded).
  public static func uniform(_ shape: [Int], from low: Double = 0, to high: Double = 1, dtype: DType? = nil) throws
    -> Tensor
  {
    try initial(shape, dtype) {
      var tensor = try Tensor.zeros(shape, dtype: dtype)
      try tensor.uniform(from: low, to: high)
      return tensor
    }
  }

  /// Normal with the given mean and standard deviation.
  public static func normal(_ shape: [Int], mean: Double = 0, std: Double = 1, dtype: DType? = nil) throws -> Tensor {
    try initial(shape, dtype) {
      var tensor = try Tensor.zeros(shape, dtype: dtype)
      try tensor.normal(mean: mean, std: std)
      return tensor
    }
  }

  /// Uniform in ±gain √(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010).
  ///
  /// - Parameter shape: `[outputs, inputs, ...]`, at least two dimensions; the others are a convolution's kernel.
  /// - Throws: ``ModuleError/invalidArgument(module:argument:value:expected:)`` for fewer dimensions.
  public static func xavierUniform(_ shape: [Int], gain: Double = 1, dtype: DType? = nil) throws -> Tensor {
    let bound = 3.0.squareRoot() * (try xavierDeviation(shape, gain))
    return try uniform(shape, from: -bound, to: bound, dtype: dtype)
  }

  /// Normal with the standard deviation gain √(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010).
  ///
  /// - Throws: As ``xavierUniform(_:gain:dtype:)``.
  public static func xavierNormal(_ shape: [Int], gain: Double = 1, dtype: DType? = nil) throws -> Tensor {
    try normal(shape, std: xavierDeviation(shape, gain), dtype: dtype)
  }

  /// Which side of a layer keeps its variance.
  public enum Fan: Sendable {
    case fanIn, fanOut
  }

  /// Uniform in ±gain √(3 / fan), the gain being √(2 / (1 + slope²)) of a leaky ReLU (He et al., 2015).
  ///
  /// - Parameter slope: Of the leaky ReLU that follows; 0 for a ReLU.
  /// - Throws: As ``xavierUniform(_:gain:dtype:)``.
  public static func kaimingUniform(_ shape: [Int], slope: Double = 0, fan: Fan = .fanIn, dtype: DType? = nil) throws
    -> Tensor
  {
    let bound = 3.0.squareRoot() * (try kaimingDeviation(shape, slope, fan))
    return try uniform(shape, from: -bound, to: bound, dtype: dtype)
  }

  /// Normal with the standard deviation gain / √fan, the gain being √(2 / (1 + slope²)) of a leaky ReLU (He et al.,
  /// 2015).
  ///
  /// - Throws: As ``xavierUniform(_:gain:dtype:)``.
  public static func kaimingNormal(_ shape: [Int], slope: Double = 0, fan: Fan = .fanIn, dtype: DType? = nil) throws
    -> Tensor
  {
    try normal(shape, std: kaimingDeviation(shape, slope, fan), dtype: dtype)
  }

  private static func xavierDeviation(_ shape: [Int], _ gain: Double) throws -> Double {
    let (fanIn, fanOut) = try fans(shape)
    return gain * (2 / (fanIn + fanOut)).squareRoot()
  }

  private static func kaimingDeviation(_ shape: [Int], _ slope: Double, _ fan: Fan) throws -> Double {
    let (fanIn, fanOut) = try fans(shape)
    let gain = (2 / (1 + slope * slope)).squareRoot()
    return gain / (fan == .fanIn ? fanIn : fanOut).squareRoot()
  }

  /// How many inputs one output has, and how many outputs one input has.
  private static func fans(_ shape: [Int]) throws -> (fanIn: Double, fanOut: Double) {
    guard shape.count >= 2, shape.allSatisfy({ $0 > 0 }) else {
      throw ModuleError.invalidArgument(
        module: "Initializer", argument: "shape", value: "\(shape)", expected: "two or more positive sizes")
    }
    let kernel = shape.dropFirst(2).reduce(1) { $0 * Double($1) }
    return (Double(shape[1]) * kernel, Double(shape[0]) * kernel)
  }
}
