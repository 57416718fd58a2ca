// Affine layers: a weight matrix and a bias.

import Tensors

/// y = x Wᵀ + b, applied to the last dimension.
///
/// Input `[*, inFeatures]`, output `[*, outFeatures]`; `weight` has shape `[outFeatures, inFeatures]`, `bias`
/// `[outFeatures]`. Both are drawn uniformly from ±1/√inFeatures, the weight first (PyTorch's
/// `kaiming_uniform_(a=√5)`).
///
///     let layer = try Linear(3, 5)
///     try layer(Tensor.ones([2, 3])).shape   // [2, 5]
open class Linear: Module {
  /// `[outFeatures, inFeatures]`; of a bilinear layer `[out, in1, in2]`.
  public var weight: Parameter
  /// `[outFeatures]`; nil without bias.
  public var bias: Parameter?
  /// The size of the input's last dimension.
  public let inFeatures: Int
  /// The size of the output's last dimension.
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

/// y = x₁ᵀ W x₂ + b for each output, applied to the last dimensions of two inputs.
///
/// Inputs `[*, in1]` and `[*, in2]`, output `[*, out]`; `weight` has shape `[out, in1, in2]`, `bias` `[out]`. Both are
/// drawn uniformly from ±1/√in1.
public final class Bilinear: Module {
  /// `[outFeatures, inFeatures]`; of a bilinear layer `[out, in1, in2]`.
  public var weight: Parameter
  /// `[outFeatures]`; nil without bias.
  public var bias: Parameter?

  /// - Throws: `TensorError` for a negative size or a dtype that is not floating point.
  public init(_ in1: Int, _ in2: Int, _ out: Int, bias: Bool = true, dtype: DType? = nil) throws {
    let dtype = try parameterDType(dtype)
    let bound = in1 > 0 ? 1 / Double(in1).squareRoot() : 0
    weight = try Parameter(Initializer.uniform([out, in1, in2], from: -bound, to: bound, dtype: dtype))
    self.bias = bias ? try Parameter(Initializer.uniform([out], from: -bound, to: bound, dtype: dtype)) : nil
    super.init()
  }

  /// x₁ᵀ W x₂ + b; ``Module/forward(_:)`` with one input does not apply.
  public func callAsFunction(_ x1: Tensor, _ x2: Tensor) throws -> Tensor {
    let (out, in1, in2) = (weight.shape[0], weight.shape[1], weight.shape[2])
    let rows = try linear(x1, weight.tensor.permute([0, 2, 1]).reshape([out * in2, in1]))
    let products = try rows.reshape(Array(x1.shape.dropLast()) + [out, in2]) * x2.unsqueeze(-2)
    let result = try products.sum(dim: -1)
    return try runHooks(input: x1, output: bias.map { try result + $0.tensor } ?? result)
  }

  public override var details: String {
    "in1_features=\(weight.shape[1]), in2_features=\(weight.shape[2]), out_features=\(weight.shape[0]), "
      + "bias=\(python(bias != nil))"
  }
}
