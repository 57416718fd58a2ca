// Affine layers: a weight matrix and a bias.

import Tensors

/// y = x Wᵀ + b, applied to the last dimension.
///
/// Input `[*, inFeatures]`, output `[*, outFeatures]`; `weight` has shape `[outFeatures, inFeatures]`, `bias` `[outFeatures]`.
/// Both are drawn uniformly from ±1/√inFeatures, the weight first (PyTorch's `kaiming_uniform_(a=√5)`).
///
///     let layer = try Linear(3, 5)
///     try layer(Tensor.ones([2, 3])).shape   // [2, 5]
open class Linear: Module {
  public var weight: Parameter
  public var bias: Parameter?
  public let inFeatures: Int
  public let outFeatures: Int

  /// - Parameter dtype: The default dtype unless named.
  /// - Throws: `TensorError` for a negative size or a dtype that is not floating point.
  public init(_ inFeatures: Int, _ outFeatures: Int, bias: Bool = true, dtype: DType? = nil) throws {
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    let fan = FanInit(fanIn: inFeatures, dtype: try parameterDType(dtype))
    weight = try fan.weight([outFeatures, inFeatures])
    self.bias = bias ? try fan.bias(outFeatures) : nil
    super.init()
  }

  open override func forward(_ input: Tensor) throws -> Tensor {
    try linear(input, weight.tensor, bias?.tensor)
  }

  open override var details: String {
    "in_features=\(inFeatures), out_features=\(outFeatures), bias=\(python(bias != nil))"
  }
}

/// The output projection of ``MultiheadAttention``: a ``Linear`` with the name that PyTorch prints for it.
final class NonDynamicallyQuantizableLinear: Linear {}
