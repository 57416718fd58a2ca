// Layer norm, RMS norm and softmax: functions of rows.

internal import CKernels

/// (x - mean) / sqrt(variance + epsilon) * weight + bias over the last dimensions (Ba et al.,
/// https://arxiv.org/abs/1607.06450). Computed in float32 for 16-bit floats and rounded once.
///
/// - Parameters:
///   - x: [..., *normalizedShape]
///   - weight: Of the normalized shape, or none; of x's dtype, or float32 with a bfloat16 x.
///   - bias: As the weight.
/// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``,
///   ``TensorError/dtypeMismatch(operation:dtypes:rule:)``, and
///   ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
public func layerNorm(
  _ x: Tensor, _ normalizedShape: [Int], weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
) throws(TensorError) -> Tensor {
  try normalized("layerNorm", x, normalizedShape, weight, bias, epsilon, rms: false)
}

/// x / sqrt(mean of squares + epsilon) * weight over the last dimensions (Zhang and Sennrich,
/// https://arxiv.org/abs/1910.07467).
///
/// - Parameter epsilon: The dtype's eps unless given.
public func rmsNorm(_ x: Tensor, _ normalizedShape: [Int], weight: Tensor? = nil, epsilon: Double? = nil)
  throws(TensorError) -> Tensor
{
  let epsilon = epsilon ?? x.dtype.info.eps
  return try normalized("rmsNorm", x, normalizedShape, weight, nil, epsilon, rms: true)
}

private func normalized(
  _ name: String, _ x: Tensor, _ shape: [Int], _ weight: Tensor?, _ bias: Tensor?, _ epsilon: Double,
  rms: Bool
) throws(TensorError) -> Tensor {
  try x.check()
  guard !shape.isEmpty, x.sizes.suffix(shape.count).elementsEqual(shape) else {
    throw .shapeMismatch(
      operation: name, shapes: [x.shape], rule: "expects an input whose last dimensions are \(shape)")
  }
  try requireFloat(name, x.dtype)
  try requireKernel(name, x.dtype, float16: rms)
  let wide = x.dtype.compute
  let weight = try checked(weight, name, x, shape)
  let bias = try checked(bias, name, x, shape)
  let rows = try x.contiguous()
  let out = try Tensor(uninitialized: x.sizes, dtype: x.dtype)
  let count = shape.reduce(1, *)
  let done = ck_layer_norm(
    x.dtype.code, Int64(count == 0 ? 0 : x.count / count), Int64(count), rows.address, weight?.address,
    bias?.address, epsilon, rms, out.address)
  guard done else { throw .outOfMemory(shape: shape, dtype: wide) }
  return out
}

/// A parameter in the type that the kernel computes in.
private func checked(_ parameter: Tensor?, _ name: String, _ x: Tensor, _ shape: [Int]) throws(TensorError) -> Tensor? {
  guard let parameter else { return nil }
  try parameter.check()
  guard parameter.sizes.elementsEqual(shape) else {
    throw .shapeMismatch(
      operation: name, shapes: [parameter.shape], rule: "weight and bias must have the shape \(shape)")
  }
  let mixes = x.dtype == .bfloat16 && parameter.dtype == .float32
  guard parameter.dtype == x.dtype || mixes else {
    throw .dtypeMismatch(
      operation: name, dtypes: [x.dtype, parameter.dtype],
      rule: "input and parameters must have one dtype (only a bfloat16 input goes with float32 parameters)")
  }
  return try parameter.contiguous(as: x.dtype.compute)
}

extension Tensor {
  /// exp(x) / sum(exp(x)) along a dimension: values from 0 to 1 whose sum is 1; floats only.
  ///
  /// - Parameter dtype: A dtype to cast to first.
  public func softmax(dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try softmax("softmax", dim, dtype, logarithm: false)
  }

  /// log(softmax(x)) along a dimension, accurate also for small probabilities; floats only.
  public func logSoftmax(dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try softmax("log_softmax", dim, dtype, logarithm: true)
  }

  private func softmax(_ name: String, _ dim: Int, _ dtype: DType?, logarithm: Bool) throws(TensorError) -> Tensor {
    let d = try axis(dim, name)
    let x = try to(dtype ?? self.dtype)
    guard x.dtype.isFloatingPoint else { throw .notImplemented(operation: name, dtype: x.dtype) }
    try requireKernel(name, x.dtype, float16: false)
    let source = try x.contiguous()
    let out = try Tensor(uninitialized: source.sizes, dtype: x.dtype)
    let size = rank == 0 ? 1 : sizes[d]
    let inner = rank == 0 ? 1 : sizes[(d + 1)...].reduce(1, *)
    let outer = count == 0 ? 0 : count / (size * inner)
    let done = ck_softmax(
      x.dtype.code, logarithm, Int64(outer), Int64(size), Int64(inner), source.address, out.address)
    guard done else { throw .outOfMemory(shape: [size], dtype: .float32) }
    return out
  }
}
