// Normalisation of the last dimensions.

import Tensors

/// y = (x - mean) / √(variance + eps) · weight + bias, over the last dimensions (Ba, Kiros and Hinton, 2016).
///
/// Input and output `[*, shape...]`; `weight` begins as ones and `bias` as zeros, both of the normalised shape. The
/// variance is the biased one.
///
///     let norm = try LayerNorm(768, eps: 1e-12)
open class LayerNorm: Module {
  /// Of the normalised shape, begins as ones; nil when not affine.
  public var weight: Parameter?
  /// Of the normalised shape, begins as zeros; nil without bias.
  public var bias: Parameter?
  /// The sizes of the last dimensions, which are normalised together.
  public let normalizedShape: [Int]
  /// Added to the variance, so that nothing is divided by zero.
  public let eps: Double

  /// - Parameter elementwiseAffine: Whether there are a weight and a bias at all.
  /// - Parameter dtype: The default dtype unless named.
  /// - Throws: `TensorError` for a negative size.
  public init(
    _ normalizedShape: [Int], eps: Double = 1e-5, elementwiseAffine: Bool = true, bias: Bool = true, dtype: DType? = nil
  ) throws {
    self.normalizedShape = normalizedShape
    self.eps = eps
    let dtype = try parameterDType(dtype)
    weight = elementwiseAffine ? try Parameter(Tensor.ones(normalizedShape, dtype: dtype)) : nil
    self.bias = elementwiseAffine && bias ? try Parameter(Tensor.zeros(normalizedShape, dtype: dtype)) : nil
    super.init()
  }

  /// Normalises the last dimension only.
  public convenience init(
    _ size: Int, eps: Double = 1e-5, elementwiseAffine: Bool = true, bias: Bool = true, dtype: DType? = nil
  ) throws {
    try self.init([size], eps: eps, elementwiseAffine: elementwiseAffine, bias: bias, dtype: dtype)
  }

  open override func forward(_ input: Tensor) throws -> Tensor {
    try layerNorm(input, normalizedShape, weight: weight?.tensor, bias: bias?.tensor, epsilon: eps)
  }

  open override var details: String {
    "\(tuple(normalizedShape)), eps=\(python(eps)), elementwise_affine=\(python(weight != nil))"
  }
}
