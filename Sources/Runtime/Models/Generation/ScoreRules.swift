// Rules that change the scores of the next token before one is chosen.

import Tensors

/// The rules of a ``GenerationConfig`` about repetition and length (transformers' logits processors, in their order).
struct ScoreRules {
  let settings: GenerationConfig
  let endID: Int
  /// The tokens that every text begins with.
  let prefixLength: Int

  /// Whether there is any rule at all, so that scores need not be touched.
  private var isEmpty: Bool {
    settings.repetitionPenalty == 1 && settings.noRepeatNGramSize == 0 && settings.minLength == 0
      && settings.minNewTokens ?? 0 == 0
  }

  /// - Parameter scores: `[texts, vocabularySize]`.
  /// - Parameter texts: The tokens so far, prefixes included.
  func apply(to scores: Tensor, after texts: [[Int]]) throws -> Tensor {
    guard !isEmpty, let length = texts.first?.count else { return scores }
    var scores = settings.repetitionPenalty == 1 ? scores : try penalized(scores, texts)
    for (row, text) in texts.enumerated() {
      for id in bannedIDs(after: text) { try scores.fill(-Float.infinity, at: row, id) }
    }
    if length < settings.minLength || length - prefixLength < settings.minNewTokens ?? 0 {
      try scores.fill(-Float.infinity, at: TensorIndex.all, endID)
    }
    return scores
  }

  /// Keskar et al., https://arxiv.org/abs/1909.05858: negative scores are multiplied, others divided.
  private func penalized(_ scores: Tensor, _ texts: [[Int]]) throws -> Tensor {
    let seen = try Tensor(texts)
    let old = try scores.gather(1, seen)
    let penalty = settings.repetitionPenalty
    return try scores.scatter(1, seen, Tensor.where(old .< 0, old * penalty, old / penalty))
  }

  /// The tokens that would complete a sequence that the text has already.
  private func bannedIDs(after text: [Int]) -> [Int] {
    let size = settings.noRepeatNGramSize
    guard size > 0, text.count + 1 >= size else { return [] }
    let start = text.suffix(size - 1)
    return (0..<max(text.count - size + 1, 0)).compactMap { first in
      text[first..<first + size - 1].elementsEqual(start) ? text[first + size - 1] : nil
    }
  }
}
