// Choosing the next token of a text: the best one, or one drawn by its probability.

import Tensors

/// How greedy search and sampling choose.
struct TokenChoice {
  let settings: GenerationConfig

  /// - Parameter scores: `[texts, vocabularySize]`.
  /// - Returns: A token for each text.
  func choose(_ scores: Tensor) throws -> [Int] {
    let chosen = settings.doSample ? try draw(scores) : try scores.argMax(dim: -1)
    return try [Int](chosen)
  }

  /// Draws from the default generator; the order of the three limits is transformers'.
  private func draw(_ scores: Tensor) throws -> Tensor {
    var scores = try scores / settings.temperature
    if settings.topK > 0 { scores = try limitedToBest(scores) }
    if settings.topP < 1 { scores = try limitedToLikely(scores) }
    return try scores.softmax(dim: -1).multinomial(1).reshape([-1])
  }

  private func limitedToBest(_ scores: Tensor) throws -> Tensor {
    let count = min(settings.topK, try scores.size(1))
    let least = try scores.topK(count).values.narrow(1, count - 1, 1)
    return try scores.maskedFill(scores .< least, -Double.infinity)
  }

  /// Keeps tokens until their probabilities, from the greatest on, reach `topP` (Holtzman et al.,
  /// https://arxiv.org/abs/1904.09751).
  private func limitedToLikely(_ scores: Tensor) throws -> Tensor {
    let order = try scores.sorted(dim: -1, descending: true)
    let probabilities = try order.values.softmax(dim: -1)
    let before = try probabilities.cumulativeSum(dim: -1) - probabilities
    let least = try order.values.maskedFill(before .>= settings.topP, Double.infinity).amin(dim: -1, keepDim: true)
    return try scores.maskedFill(scores .< least, -Double.infinity)
  }
}
