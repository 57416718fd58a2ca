// Losses as modules: called with a prediction and a target, they return one number.

import Tensors

/// -log softmax(x)[target], averaged: the loss of classification.
///
///     let loss = try CrossEntropyLoss()(logits, Tensor([1, 0]))   // logits: [2, classes]
public final class CrossEntropyLoss: Module {
  /// The share of the target that is spread over all classes.
  public let labelSmoothing: Double

  /// - Parameter labelSmoothing: The share of the target that is spread over all classes.
  public init(labelSmoothing: Double = 0) {
    self.labelSmoothing = labelSmoothing
    super.init()
  }

  /// - Parameter target: int64 class numbers, or probabilities of the prediction's shape.
  public func callAsFunction(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    let loss = try crossEntropy(prediction, target, labelSmoothing: labelSmoothing)
    return try runHooks(input: prediction, output: loss)
  }
}

/// (x - target)², averaged.
public final class MSELoss: Module {
  /// The loss of a prediction and a target of the same shape.
  ///
  /// - Throws: `TensorError` for shapes that do not broadcast.
  public func callAsFunction(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    try runHooks(input: prediction, output: mseLoss(prediction, target))
  }
}

/// |x - target|, averaged.
public final class L1Loss: Module {
  /// The loss of a prediction and a target of the same shape.
  ///
  /// - Throws: `TensorError` for shapes that do not broadcast.
  public func callAsFunction(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    try runHooks(input: prediction, output: l1Loss(prediction, target))
  }
}
