// Loss functions. 16-bit floats are computed in float32 and rounded once; under autocast losses give float32.

/// What becomes of the losses of single elements.
public enum LossReduction: String, Sendable, Hashable {
  case none, mean, sum
  /// The sum divided by the first dimension's size (for ``klDivergence(_:_:reduction:)``).
  case batchMean = "batchmean"
}

/// -log softmax(x)[target], the usual loss of classification.
///
/// - Parameters:
///   - x: [classes], [batch, classes] or [batch, classes, ...], scores before any softmax.
///   - target: int64 class numbers of x's shape without the classes (-100 is ignored), or probabilities of x's shape.
///   - weight: [classes], or none.
///   - labelSmoothing: The share of the target that is spread over all classes.
/// - Throws: ``TensorError/indexOutOfRange(operation:index:dim:size:)`` for a class that does not exist, and errors of
///   shape and dtype.
public func crossEntropy(
  _ x: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean, labelSmoothing: Double = 0
) throws(TensorError) -> Tensor {
  let loss = try Loss("crossEntropy", x, "nll_loss_out_frame")
  let logs = try loss.rows(loss.wide.logSoftmax(dim: x.rank == 1 ? 0 : 1))
  if target.dtype.isFloatingPoint && target.shape == x.shape {
    let smooth =
      try loss.rows(target.to(loss.wide.dtype)) * (1 - labelSmoothing) + labelSmoothing / Double(logs.shape[1])
    let weighted = try weight.map { (w) throws(TensorError) in try logs * w.to(logs.dtype) } ?? logs
    let each = try -(smooth * weighted).sum(dim: 1)
    if reduction != .mean { return try loss.finish(each, reduction, shape: loss.targetShape) }
    return try (each.sum() / Double(Swift.max(logs.shape[0], 1))).to(loss.dtype)
  }
  return try loss.negativeLogLikelihood(logs, target, weight, reduction, labelSmoothing)
}

/// -x[target], for log-probabilities x; see ``crossEntropy(_:_:weight:reduction:labelSmoothing:)``.
public func nllLoss(_ x: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean)
  throws(TensorError) -> Tensor
{
  let loss = try Loss("nllLoss", x, "nll_loss_out_frame")
  return try loss.negativeLogLikelihood(loss.rows(loss.wide), target, weight, reduction, 0)
}

/// (x - target)².
public func mseLoss(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean) throws(TensorError) -> Tensor {
  let loss = try Loss("mseLoss", x, nil)
  return try loss.finish((loss.wide - loss.widened(target)).square(), reduction)
}

/// |x - target|.
public func l1Loss(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean) throws(TensorError) -> Tensor {
  let loss = try Loss("l1Loss", x, nil)
  return try loss.finish((loss.wide - loss.widened(target)).abs(), reduction)
}

/// Half the squared distance / beta below beta, else the distance less beta / 2 (Girshick,
/// https://arxiv.org/abs/1504.08083).
public func smoothL1Loss(_ x: Tensor, _ target: Tensor, beta: Double = 1, reduction: LossReduction = .mean)
  throws(TensorError) -> Tensor
{
  let loss = try Loss("smoothL1Loss", x, nil)
  let distance = try (loss.wide - loss.widened(target)).abs()
  let each = try Tensor.where(distance .< beta, distance.square() * 0.5 / beta, distance - 0.5 * beta)
  return try loss.finish(each, reduction)
}

/// -target log σ(x) - (1 - target) log(1 - σ(x)), without overflow.
public func binaryCrossEntropyWithLogits(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean)
  throws(TensorError) -> Tensor
{
  let loss = try Loss("binaryCrossEntropyWithLogits", x, nil)
  let each = try (1 - loss.widened(target)) * loss.wide - loss.wide.logSigmoid()
  return try loss.finish(each, reduction)
}

/// target (log target - x), for log-probabilities x.
public func klDivergence(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean) throws(TensorError) -> Tensor
{
  let loss = try Loss("klDivergence", x, nil)
  let goal = try loss.widened(target)
  let each = try Tensor.where(goal .> 0, goal * goal.log(), 0.0) - goal * loss.wide
  return try loss.finish(each, reduction)
}

/// The cosine of the angle between vectors along a dimension.
public func cosineSimilarity(_ a: Tensor, _ b: Tensor, dim: Int = 1, epsilon: Double = 1e-8) throws(TensorError)
  -> Tensor
{
  let loss = try Loss("cosineSimilarity", a, nil)
  let (x, y) = (loss.wide, try loss.widened(b))
  let lengths = try x.norm(dim: dim, keepDim: true).clamp(min: .float(epsilon))
  let others = try y.norm(dim: dim, keepDim: true).clamp(min: .float(epsilon))
  return try ((x / lengths) * (y / others)).sum(dim: dim).to(a.dtype)
}

/// A loss's input in the type that it is computed in.
private struct Loss {
  let name: String
  let x: Tensor
  let wide: Tensor
  /// The result's dtype.
  let dtype: DType

  init(_ name: String, _ x: Tensor, _ kernel: String?) throws(TensorError) {
    try x.check()
    try requireFloat(name, x.dtype)
    if let kernel, autocastDType == nil { try requireKernel(kernel, x.dtype, float16: false) }
    self.name = name
    self.x = x
    wide = try x.to(x.dtype.compute)
    dtype = autocastDType == nil || x.dtype == .float64 || name == "cosineSimilarity" ? x.dtype : .float32
  }

  func widened(_ target: Tensor) throws(TensorError) -> Tensor {
    try target.check()
    return try target.to(wide.dtype)
  }

  /// [batch..., classes] as a matrix, from classes in dimension 1 (or the only one).
  func rows(_ tensor: Tensor) throws(TensorError) -> Tensor {
    guard x.rank > 0 else {
      throw .shapeMismatch(operation: name, shapes: [x.shape], rule: "needs a dimension of classes")
    }
    let classes = x.shape[x.rank == 1 ? 0 : 1]
    return try tensor.movedim(x.rank == 1 ? 0 : 1, -1).reshape([targetShape.reduce(1, *), classes])
  }

  var targetShape: [Int] { x.rank == 1 ? [] : x.shape.removing(at: 1) }

  func finish(_ each: Tensor, _ reduction: LossReduction, shape: [Int]? = nil) throws(TensorError) -> Tensor {
    switch reduction {
    case .none: try each.reshape(shape ?? each.shape).to(dtype)
    case .mean: try each.mean().to(dtype)
    case .sum: try each.sum().to(dtype)
    case .batchMean: try (each.sum() / (each.shape.first ?? 1)).to(dtype)
    }
  }

  func negativeLogLikelihood(
    _ logs: Tensor, _ target: Tensor, _ weight: Tensor?, _ reduction: LossReduction, _ smoothing: Double
  ) throws(TensorError) -> Tensor {
    try target.check()
    guard target.dtype == .int64 else {
      throw .dtypeMismatch(operation: name, dtypes: [target.dtype], rule: "class numbers must be int64")
    }
    guard target.shape == targetShape else {
      throw .shapeMismatch(
        operation: name, shapes: [x.shape, target.shape], rule: "the target must have shape \(targetShape)")
    }
    if let weight, weight.shape != [logs.shape[1]] {
      throw .shapeMismatch(operation: name, shapes: [weight.shape], rule: "the weight needs \(logs.shape[1]) values")
    }
    let flat = try target.reshape([target.count])
    let counts = try flat .!= -100
    let places = try flat.maskedFill(~counts, 0)
    try places.contiguous().checkPlaces(below: logs.shape[1], 1, name)
    var weights = try Tensor.ones([logs.shape[1]], dtype: logs.dtype)
    if let weight { weights = try weight.to(logs.dtype) }
    let shares = try weights.indexSelect(0, places) * counts.to(logs.dtype)
    var each = try -logs.gather(1, places.unsqueeze(1)).squeeze(1) * shares
    if smoothing > 0 {
      let spread = try -(logs * weights).sum(dim: 1) * counts.to(logs.dtype) / logs.shape[1]
      each = try each * (1 - smoothing) + spread * smoothing
    }
    if reduction != .mean { return try finish(each, reduction, shape: targetShape) }
    return try (each.sum() / shares.sum()).to(dtype)
  }
}
