// Views: other shapes and orders of the same memory.

extension Tensor {
  /// The same elements in another shape; one size may be -1 and is then worked out. A view where strides allow, else a
  /// copy.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)`` when the counts differ.
  public func reshape(_ shape: [Int]) throws(TensorError) -> Tensor {
    try check()
    let sizes = try resolved(shape, "reshape")
    if let steps = viewStrides(sizes) { return view(sizes, steps) }
    return try copied(to: dtype).view(sizes, sizes.contiguousStrides)
  }

  /// As `reshape`, but only where no copy is needed.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)`` when the counts differ or strides do not allow it.
  public func view(_ shape: [Int]) throws(TensorError) -> Tensor {
    try check()
    let wanted = try resolved(shape, "view")
    guard let steps = viewStrides(wanted) else {
      throw .shapeMismatch(
        operation: "view", shapes: [self.shape, Array(wanted)],
        rule: "strides \(strides) do not allow this shape without a copy; use reshape instead")
    }
    return view(wanted, steps)
  }

  /// Two dimensions exchanged.
  public func transpose(_ a: Int, _ b: Int) throws(TensorError) -> Tensor {
    let (a, b) = (try axis(a, "transpose"), try axis(b, "transpose"))
    if rank == 0 || a == b { return self }
    var (sizes, steps) = (sizes, steps)
    sizes.swapAt(a, b)
    steps.swapAt(a, b)
    return view(sizes, steps)
  }

  /// The transpose of a matrix; a tensor of rank 0 or 1 stays as it is.
  public func t() throws(TensorError) -> Tensor {
    try check()
    guard rank <= 2 else {
      throw .shapeMismatch(operation: "t", shapes: [shape], rule: "expects at most 2 dimensions; use transpose(_:_:)")
    }
    return rank == 2 ? view([sizes[1], sizes[0]], [steps[1], steps[0]]) : self
  }

  /// Dimension i of the result is dimension `dims[i]` of this tensor.
  public func permute(_ dims: [Int]) throws(TensorError) -> Tensor {
    var order: [Int] = []
    for dim in dims { order.append(try axis(dim, "permute")) }
    guard order.sorted() == Array(0..<rank) else {
      throw .shapeMismatch(operation: "permute", shapes: [shape], rule: "\(dims) must name every dimension once")
    }
    return permuted(order)
  }

  /// One dimension taken to another place; the others keep their order.
  public func movedim(_ source: Int, _ destination: Int) throws(TensorError) -> Tensor {
    let (from, to) = (try axis(source, "movedim"), try axis(destination, "movedim"))
    var order = (0..<rank).filter { $0 != from }
    if rank > 0 { order.insert(from, at: to) }
    return permuted(order)
  }

  /// Sizes of 1 repeated without a copy, and new dimensions in front; -1 keeps a size.
  ///
  /// - Throws: ``TensorError/shapesDoNotBroadcast(operation:_:_:)``.
  public func expand(_ shape: [Int]) throws(TensorError) -> Tensor {
    try check()
    let extra = shape.count - rank
    var wanted = shape
    for d in shape.indices where shape[d] == -1 && d >= extra && extra >= 0 { wanted[d] = self.shape[d - extra] }
    _ = try elementCount(of: wanted, dtype: dtype)
    return try expanded(to: wanted, "expand")
  }

  /// Without the dimensions of size 1.
  public func squeeze() throws(TensorError) -> Tensor {
    try check()
    let kept = (0..<rank).filter { sizes[$0] != 1 }
    return view(kept.map { sizes[$0] }, kept.map { steps[$0] })
  }

  /// Without this dimension if its size is 1.
  public func squeeze(_ dim: Int) throws(TensorError) -> Tensor {
    let d = try axis(dim, "squeeze")
    guard rank > 0, sizes[d] == 1 else { return self }
    return view(sizes.removing(at: d), steps.removing(at: d))
  }

  /// With a new dimension of size 1 at this place.
  public func unsqueeze(_ dim: Int) throws(TensorError) -> Tensor {
    try check()
    guard dim >= -rank - 1 && dim <= rank else {
      throw .dimensionOutOfRange(operation: "unsqueeze", dim: dim, rank: rank + 1)
    }
    let d = dim < 0 ? dim + rank + 1 : dim
    let step = d < rank ? steps[d] * Swift.max(sizes[d], 1) : 1
    return view(sizes.inserting(1, at: d), steps.inserting(step, at: d))
  }

  /// The dimensions from `start` to `end` as one.
  public func flatten(_ start: Int = 0, _ end: Int = -1) throws(TensorError) -> Tensor {
    let (first, last) = (try axis(start, "flatten"), try axis(end, "flatten"))
    guard first <= last else {
      throw .invalidArgument(operation: "flatten", reason: "the start \(start) comes after the end \(end)")
    }
    if rank == 0 { return try reshape([1]) }
    let merged = shape[first...last].reduce(1, *)
    return try reshape(Array(shape[..<first]) + [merged] + Array(shape[(last + 1)...]))
  }

  /// One dimension as several; one of the sizes may be -1.
  public func unflatten(_ dim: Int, _ sizes: [Int]) throws(TensorError) -> Tensor {
    let d = try axis(dim, "unflatten")
    guard rank > 0 else { throw .dimensionOutOfRange(operation: "unflatten", dim: dim, rank: 0) }
    let part = view([shape[d]], [strides[d]])
    let inner = try part.resolved(sizes, "unflatten")
    return try reshape(Array(shape[..<d]) + Array(inner) + Array(shape[(d + 1)...]))
  }

  /// The elements at one index of a dimension, which disappears.
  public func select(_ dim: Int, _ index: Int) throws(TensorError) -> Tensor {
    let d = try axis(dim, "select")
    guard rank > 0 else { throw .tooManyIndices(count: 1, rank: 0) }
    let i = try place(index, d, "select")
    return view(sizes.removing(at: d), steps.removing(at: d), offset: offset + i * steps[d])
  }

  /// `length` elements of a dimension from `start` on.
  public func narrow(_ dim: Int, _ start: Int, _ length: Int) throws(TensorError) -> Tensor {
    let d = try axis(dim, "narrow")
    guard rank > 0 else { throw .tooManyIndices(count: 1, rank: 0) }
    let first = start < 0 ? start + shape[d] : start
    guard first >= 0, length >= 0, first <= shape[d], length <= shape[d] - first else {
      throw .invalidArgument(
        operation: "narrow", reason: "\(length) elements from \(start) on exceed the size \(shape[d]) of dimension \(d)"
      )
    }
    return sliced(d, first, first + length, 1)
  }

  /// The diagonal of a matrix, as a view; a vector becomes a diagonal matrix.
  public func diag() throws(TensorError) -> Tensor {
    try check()
    if rank == 2 { return view([Swift.min(shape[0], shape[1])], [strides[0] + strides[1]]) }
    guard rank == 1 else {
      throw .shapeMismatch(operation: "diag", shapes: [shape], rule: "expects 1 or 2 dimensions")
    }
    let result = try Tensor.zeros([count, count], dtype: dtype)
    copyElements(of: self, to: result.view([count], [count + 1]))
    return result
  }
}

extension Tensor {
  func permuted(_ order: [Int]) -> Tensor { view(order.map { sizes[$0] }, order.map { steps[$0] }) }

  /// Elements `start`, `start + step`, ... before `end` of dimension `d`; all of them inside.
  func sliced(_ d: Int, _ start: Int, _ end: Int, _ step: Int) -> Tensor {
    var (sizes, steps) = (sizes, steps)
    sizes[d] = start < end ? (end - start - 1) / step + 1 : 0
    if sizes[d] > 1 { steps[d] *= step }
    return view(sizes, steps, offset: sizes[d] == 0 ? offset : offset + start * self.steps[d])
  }

  /// An index counted from the front.
  func place(_ index: Int, _ d: Int, _ operation: String) throws(TensorError) -> Int {
    let size = sizes[d]
    guard index >= -size && index < size else {
      throw .indexOutOfRange(operation: operation, index: index, dim: d, size: size)
    }
    return index < 0 ? index + size : index
  }

  /// The shape with its -1 worked out.
  func resolved(_ shape: [Int], _ operation: String) throws(TensorError) -> Extents {
    var sizes = Extents(shape)
    guard let unknown = shape.firstIndex(of: -1) else {
      guard try elementCount(of: sizes, dtype: .bool) == count else { throw mismatch(shape, operation) }
      return sizes
    }
    sizes[unknown] = 1
    if sizes.contains(-1) {
      throw .invalidArgument(operation: operation, reason: "only one size of \(shape) can be -1")
    }
    let rest = try elementCount(of: sizes, dtype: .bool)
    if rest == 0 {
      throw .invalidArgument(
        operation: operation, reason: "-1 in \(shape) could be anything, as the rest holds nothing")
    }
    guard count % rest == 0 else { throw mismatch(shape, operation) }
    sizes[unknown] = count / rest
    return sizes
  }

  private func mismatch(_ shape: [Int], _ operation: String) -> TensorError {
    .shapeMismatch(operation: operation, shapes: [self.shape], rule: "\(shape) does not hold \(count) elements")
  }

  /// Strides that show the elements in another shape; nil when only a copy can.
  private func viewStrides(_ shape: Extents) -> Extents? {
    if isContiguous || count == 0 { return shape.contiguousStrides }
    let old = (0..<rank).filter { sizes[$0] != 1 }
    var found = Extents(repeating: 1, count: shape.count)
    var (i, j) = (old.count - 1, shape.count - 1)
    while i >= 0 {
      // A run of old dimensions that lie behind one another in memory, and the new ones that cover it.
      var size = sizes[old[i]]
      let step = steps[old[i]]
      while i > 0, steps[old[i - 1]] == step * size {
        i -= 1
        size *= sizes[old[i]]
      }
      var covered = 1
      while covered < size, j >= 0 {
        found[j] = step * covered
        covered *= shape[j]
        j -= 1
      }
      if covered != size { return nil }
      i -= 1
    }
    return found
  }
}

extension Array {
  func removing(at index: Int) -> Array {
    var copy = self
    copy.remove(at: index)
    return copy
  }
}
