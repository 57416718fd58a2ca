// Einstein's summation convention for two tensors, as one batched matrix product.

extension Tensor {
  /// The sum of products that an equation names, such as `"bij,bjk->bik"`: letters in both inputs and in the output are
  /// batches, those missing in the output are summed over.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` for an equation of another form, and
  ///   ``TensorError/shapeMismatch(operation:shapes:rule:)`` when one letter has two sizes.
  public static func einsum(_ equation: String, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let plan = try EinsumPlan(equation, a, b)
    let left = try plan.arranged(a, plan.left, plan.batch + plan.leftOnly + plan.summed)
    let right = try plan.arranged(b, plan.right, plan.batch + plan.summed + plan.rightOnly)
    func size(_ letters: [Character]) -> Int { letters.map { plan.sizes[$0] ?? 1 }.reduce(1, *) }
    let x = try left.reshape([size(plan.batch), size(plan.leftOnly), size(plan.summed)])
    let y = try right.reshape([size(plan.batch), size(plan.summed), size(plan.rightOnly)])
    let order = plan.batch + plan.leftOnly + plan.rightOnly
    let product = try x.matmul(y).reshape(order.map { plan.sizes[$0] ?? 1 })
    return try product.permute(plan.output.map { order.firstIndex(of: $0) ?? 0 })
  }
}

private struct EinsumPlan {
  let left, right, output: [Character]
  var sizes: [Character: Int] = [:]

  init(_ equation: String, _ a: Tensor, _ b: Tensor) throws(TensorError) {
    try a.check()
    try b.check()
    let sides = equation.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false)
    let inputs = sides[0].dropLast().split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    guard sides.count == 2, sides[0].hasSuffix("-"), inputs.count == 2, (inputs[0] + inputs[1]).allSatisfy(\.isLetter),
      inputs.allSatisfy({ Set($0).count == $0.count }), Set(sides[1]).count == sides[1].count,
      Set(sides[1]).isSubset(of: Set(inputs[0] + inputs[1]))
    else {
      throw .invalidArgument(
        operation: "einsum", reason: "\"\(equation)\" is not of the form \"ij,jk->ik\" with each letter once per tensor"
      )
    }
    (left, right, output) = (inputs[0], inputs[1], Array(sides[1]))
    guard left.count == a.rank, right.count == b.rank else {
      throw .shapeMismatch(operation: "einsum", shapes: [a.shape, b.shape], rule: "\"\(equation)\" names other ranks")
    }
    for (letter, size) in zip(left + right, a.shape + b.shape) {
      if let known = sizes[letter], known != size {
        throw .shapeMismatch(operation: "einsum", shapes: [a.shape, b.shape], rule: "\(letter) must have one size")
      }
      sizes[letter] = size
    }
  }

  var batch: [Character] { left.filter { right.contains($0) && output.contains($0) } }
  var summed: [Character] { left.filter { right.contains($0) && !output.contains($0) } }
  var leftOnly: [Character] { left.filter { !right.contains($0) && output.contains($0) } }
  var rightOnly: [Character] { right.filter { !left.contains($0) && output.contains($0) } }

  /// Sums over letters that occur here only, then puts dimensions in order.
  func arranged(_ x: Tensor, _ letters: [Character], _ order: [Character]) throws(TensorError) -> Tensor {
    let gone = letters.indices.filter { !order.contains(letters[$0]) }
    let kept = letters.filter { order.contains($0) }
    let reduced = try gone.isEmpty ? x : x.sum(dims: gone)
    return try reduced.permute(order.map { kept.firstIndex(of: $0) ?? 0 })
  }
}
