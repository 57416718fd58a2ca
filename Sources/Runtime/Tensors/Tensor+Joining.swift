// Joining, splitting, repeating.

internal import CKernels

extension Tensor {
  /// Tensors one after another along a dimension; dtypes are promoted.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)`` when other dimensions differ, and
  ///   ``TensorError/invalidArgument(operation:reason:)`` for no tensors.
  public static func cat(_ tensors: [Tensor], dim: Int = 0) throws(TensorError) -> Tensor {
    guard let first = tensors.first(where: { $0.sizes != [0] }) ?? tensors.first else {
      throw .invalidArgument(operation: "cat", reason: "needs at least one tensor")
    }
    let d = try first.axis(dim, "cat")
    guard first.rank > 0 else {
      throw .shapeMismatch(operation: "cat", shapes: [[]], rule: "0-d tensors cannot be joined; use stack")
    }
    let common = try commonType(tensors)
    var sizes = first.sizes
    sizes[d] = 0
    for part in tensors where !part.joinsAnything(first) {
      guard part.rank == first.rank else { throw mismatch(first, part) }
      for other in 0..<first.rank where other != d && part.sizes[other] != first.sizes[other] {
        throw mismatch(first, part)
      }
      sizes[d] += part.sizes[d]
    }
    let out = try Tensor(uninitialized: sizes, dtype: common)
    join(tensors, d, to: out)
    return out
  }

  /// Copies the parts into their places along dimension `d`.
  private static func join(_ parts: [Tensor], _ d: Int, to out: Tensor) {
    let lines = out.sizes[..<d].reduce(1, *)
    // Few lines that are long are shared among threads one by one.
    let areMany = lines > 16 || out.byteCount < 1 << 18
    if areMany && lines > 0 && parts.allSatisfy({ $0.dtype == out.dtype && $0.isContiguous }) {
      ck_join(
        Int64(lines), Int64(parts.count), parts.map { UnsafeRawPointer($0.address) },
        parts.map { Int64($0.byteCount / lines) }, out.address)
      return
    }
    var start = 0
    for part in parts where part.count > 0 {
      copyElements(of: part, to: out.sliced(d, start, start + part.sizes[d], 1))
      start += part.sizes[d]
    }
  }

  /// An empty vector joins anything, as in PyTorch.
  private func joinsAnything(_ first: Tensor) -> Bool { first.rank != 1 && rank == 1 && sizes[0] == 0 }

  private static func mismatch(_ a: Tensor, _ b: Tensor) -> TensorError {
    .shapeMismatch(
      operation: "cat", shapes: [a.shape, b.shape], rule: "sizes must be equal except along the joined dimension")
  }

  private static func commonType(_ tensors: [Tensor]) throws(TensorError) -> DType {
    var operands: [PromotionOperand] = []
    var isUniform = true
    for tensor in tensors {
      try tensor.check()
      isUniform = isUniform && tensor.dtype == tensors[0].dtype
    }
    if isUniform { return tensors[0].dtype }
    for tensor in tensors { operands.append(Operand(tensor).promotion) }
    return try resultType(operands)
  }

  /// Tensors of one shape along a new dimension.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)`` when shapes differ.
  public static func stack(_ tensors: [Tensor], dim: Int = 0) throws(TensorError) -> Tensor {
    guard let first = tensors.first else {
      throw .invalidArgument(operation: "stack", reason: "needs at least one tensor")
    }
    try first.check()
    var parts: [Tensor] = []
    for tensor in tensors {
      try tensor.check()
      guard tensor.shape == first.shape else {
        throw .shapeMismatch(
          operation: "stack", shapes: [first.shape, tensor.shape], rule: "all tensors must have one shape")
      }
      parts.append(try tensor.unsqueeze(dim))
    }
    return try cat(parts, dim: dim < 0 ? dim + first.rank + 1 : dim)
  }

  /// Views of `size` slices each (the last may have fewer).
  public func split(_ size: Int, dim: Int = 0) throws(TensorError) -> [Tensor] {
    let d = try axis(dim, "split")
    let total = try sized(d, "split")
    guard size > 0 || (size == 0 && total == 0) else {
      throw .invalidArgument(operation: "split", reason: "the size of a part, \(size), must be positive")
    }
    if total == 0 { return [self] }
    return stride(from: 0, to: total, by: size).map { sliced(d, $0, Swift.min(total, $0 &+ size), 1) }
  }

  /// Views of the given sizes, which must add up to the dimension's.
  public func split(_ sizes: [Int], dim: Int = 0) throws(TensorError) -> [Tensor] {
    let d = try axis(dim, "split")
    let total = try sized(d, "split")
    var sum = 0
    for size in sizes { sum = size < 0 ? -1 : sum < 0 ? sum : sum.addingReportingOverflow(size).partialValue }
    guard sum == total else {
      throw .invalidArgument(
        operation: "split", reason: "the sizes \(sizes) must add up to \(total), the size of dimension \(d)")
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return sliced(d, start, start + size, 1)
    }
  }

  /// At most `count` views of equal size (the last may be smaller).
  public func chunk(_ count: Int, dim: Int = 0) throws(TensorError) -> [Tensor] {
    let d = try axis(dim, "chunk")
    guard count > 0 else {
      throw .invalidArgument(operation: "chunk", reason: "the number of chunks, \(count), must be positive")
    }
    let total = try sized(d, "chunk")
    return try split(Swift.max(1, total / count + (total % count == 0 ? 0 : 1)), dim: d)
  }

  /// The slices of a dimension, without it.
  public func unbind(_ dim: Int = 0) throws(TensorError) -> [Tensor] {
    let d = try axis(dim, "unbind")
    var parts: [Tensor] = []
    for i in 0..<(try sized(d, "unbind")) { parts.append(try select(d, i)) }
    return parts
  }

  /// A copy of the tensor repeated along each dimension; new dimensions come in front.
  public func `repeat`(_ counts: [Int]) throws(TensorError) -> Tensor {
    try check()
    let extra = counts.count - rank
    guard extra >= 0, counts.allSatisfy({ $0 >= 0 }) else {
      throw .invalidArgument(
        operation: "repeat", reason: "needs a count of at least 0 for each of the \(rank) dimensions, not \(counts)")
    }
    let base = view([Int](repeating: 1, count: extra) + shape, [Int](repeating: 0, count: extra) + strides)
    var (wide, steps, shape): ([Int], [Int], [Int]) = ([], [], [])
    for (d, count) in counts.enumerated() {
      wide += [count, base.shape[d]]
      steps += [0, base.strides[d]]
      let (size, overflow) = count.multipliedReportingOverflow(by: base.shape[d])
      if overflow { throw .outOfMemory(shape: counts, dtype: dtype) }
      shape.append(size)
    }
    _ = try elementCount(of: wide, dtype: dtype)
    let out = try Tensor(uninitialized: shape, dtype: dtype)
    copyElements(of: base.view(wide, steps), to: out.view(wide, contiguousStrides(wide)))
    return out
  }

  /// As `repeat`, with counts of 1 in front when there are too few.
  public func tile(_ counts: [Int]) throws(TensorError) -> Tensor {
    try check()
    return try `repeat`([Int](repeating: 1, count: Swift.max(0, rank - counts.count)) + counts)
  }

  /// Each slice of a dimension repeated in place; without a dimension, of the flattened tensor.
  public func repeatInterleave(_ count: Int, dim: Int? = nil) throws(TensorError) -> Tensor {
    guard let dim else { return try flatten().repeatInterleave(count, dim: 0) }
    let d = try axis(dim, "repeatInterleave")
    guard count >= 0 else {
      throw .invalidArgument(operation: "repeatInterleave", reason: "the count \(count) is negative")
    }
    let base = rank == 0 ? try reshape([1]) : self
    var (wide, shape) = (base.shape, base.shape)
    wide.insert(count, at: d + 1)
    let (size, overflow) = shape[d].multipliedReportingOverflow(by: count)
    if overflow { throw .outOfMemory(shape: wide, dtype: dtype) }
    shape[d] = size
    return try base.unsqueeze(d + 1).expand(wide).reshape(shape)
  }

  /// A copy with the order along some dimensions reversed.
  public func flip(_ dims: [Int]) throws(TensorError) -> Tensor {
    var result = self
    for dim in dims {
      let d = try axis(dim, "flip")
      if rank > 0 { result = try result.indexSelect(d, .arange(shape[d] - 1, -1, step: -1)) }
    }
    return try result.contiguous()
  }

  /// A copy with elements moved along a dimension, those that fall out coming in at the other end.
  public func roll(_ shift: Int, _ dim: Int) throws(TensorError) -> Tensor {
    let d = try axis(dim, "roll")
    guard rank > 0, shape[d] > 0 else { return self }
    let size = shape[d]
    // Taken modulo the size first: the least integer has no opposite.
    let start = (size - shift % size) % size
    return try .cat([sliced(d, start, size, 1), sliced(d, 0, start, 1)], dim: d)
  }

  private func sized(_ d: Int, _ operation: String) throws(TensorError) -> Int {
    guard rank > 0 else {
      throw .shapeMismatch(operation: operation, shapes: [shape], rule: "needs at least one dimension")
    }
    return shape[d]
  }
}
