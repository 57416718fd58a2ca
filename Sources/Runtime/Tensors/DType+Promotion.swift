// The dtype of a result: PyTorch's promotion rules.

extension DType {
  /// The smallest dtype that holds both, by PyTorch's table (`torch.promote_types`).
  ///
  /// Two different floats of 16 bits give float32; an integer with a float gives the float; uint8 with a signed
  /// integer gives the next wider signed one.
  ///
  /// - Throws: ``TensorError/noPromotion(_:_:)`` when one of two different types is a float8.
  public func promoted(with other: DType) throws(TensorError) -> DType {
    if self == other { return self }
    if isFloat8 || other.isFloat8 { throw .noPromotion(self, other) }
    if self == .bool || other == .bool { return self == .bool ? other : self }
    switch (isFloatingPoint, other.isFloatingPoint) {
    case (true, false): return self
    case (false, true): return other
    case (true, true): return itemSize == other.itemSize ? .float32 : itemSize > other.itemSize ? self : other
    case (false, false): return promotedInteger(with: other)
    }
  }

  private func promotedInteger(with other: DType) -> DType {
    let wider = itemSize > other.itemSize ? self : other
    let mixesSigns = (self == .uint8) != (other == .uint8)
    return mixesSigns && wider.itemSize == 1 ? .int16 : wider
  }
}

/// What takes part in promotion: a tensor with dimensions counts most, then a 0-d tensor, then a Swift number.
struct PromotionOperand {
  enum Rank { case dimensioned, zeroDimensional, number }
  let dtype: DType
  let rank: Rank
}

/// The common dtype of operands, as `torch.result_type`: an operand of lesser rank only counts when its category
/// (bool < integer < float) is higher.
func resultType(_ operands: [PromotionOperand]) throws(TensorError) -> DType {
  var found = DTypesByRank()
  for operand in operands { try found.add(operand) }
  return try found.resultType()
}

func resultType(_ a: PromotionOperand, _ b: PromotionOperand) throws(TensorError) -> DType {
  if a.dtype == b.dtype { return a.dtype }
  var found = DTypesByRank()
  try found.add(a)
  try found.add(b)
  return try found.resultType()
}

/// The common dtype of the operands of each rank.
private struct DTypesByRank {
  private var dimensioned, zeroDimensional, number: DType?

  mutating func add(_ operand: PromotionOperand) throws(TensorError) {
    switch operand.rank {
    case .dimensioned: dimensioned = try dimensioned?.promoted(with: operand.dtype) ?? operand.dtype
    case .zeroDimensional: zeroDimensional = try zeroDimensional?.promoted(with: operand.dtype) ?? operand.dtype
    case .number: number = try number?.promoted(with: operand.dtype) ?? operand.dtype
    }
  }

  func resultType() throws(TensorError) -> DType {
    try combined(dimensioned, combined(zeroDimensional, number)) ?? defaultDType
  }
}

private func combined(_ higher: DType?, _ lower: DType?) throws(TensorError) -> DType? {
  guard let higher, let lower else { return higher ?? lower }
  if higher.isFloatingPoint { return higher }
  if higher == .bool || lower.isFloatingPoint { return try higher.promoted(with: lower) }
  return higher
}
