// Reading and writing through brackets.

extension Tensor {
  /// The elements at the given indices, with Python's rules: `x[0]`, `x[1..., .slice(by: 2)]`, `x[.ellipsis, -1]`,
  /// `x[.newAxis]`, `x[places]`, `x[mask]`. Places and ranges give views.
  ///
  /// Writing broadcasts and converts the new value: `x[0] = row`. A subscript cannot throw: when it fails, the result
  /// (or, after writing, the tensor itself) carries the error, and every use of it throws.
  public subscript(_ indices: any TensorIndexable...) -> Tensor {
    get {
      do { return try self.at(indices.map(\.tensorIndex)) } catch { return Tensor(failure: error) }
    }
    set {
      do { try write(newValue, at: indices.map(\.tensorIndex)) } catch { self = Tensor(failure: error) }
    }
  }

  /// The slice at one place of the first dimension: `x[0]`, a view.
  public subscript(_ index: Int) -> Tensor {
    get {
      do { return try selected(index) } catch { return Tensor(failure: error) }
    }
    set {
      do { try write(newValue, at: [.place(index)]) } catch { self = Tensor(failure: error) }
    }
  }

  private func selected(_ index: Int) throws(TensorError) -> Tensor {
    try check()
    guard rank > 0 else { throw .tooManyIndices(count: 1, rank: 0) }
    let i = try place(index, 0, "subscript")
    return view(sizes.removing(at: 0), steps.removing(at: 0), offset: offset + i * steps[0])
  }

  /// As the subscript, throwing at once.
  public func at(_ indices: [TensorIndex]) throws(TensorError) -> Tensor {
    let (view, tensors) = try located(indices)
    return tensors.isEmpty ? view : try view.gathered(tensors)
  }

  /// Writes a number everywhere the indices point: `x.fill(0, at: 0, .all)`; for a tensor assign to the subscript.
  public mutating func fill(_ value: some TensorScalar, at indices: any TensorIndexable...) throws(TensorError) {
    try write(Tensor(number: value.scalar, dtype: dtype), at: indices.map(\.tensorIndex))
  }

  private mutating func write(_ value: Tensor, at indices: [TensorIndex]) throws(TensorError) {
    try value.check()
    let (target, tensors) = try located(indices)
    if tensors.isEmpty {
      let value = try value.expanded(to: target.shape, "subscript")
      try makeUnique()
      copyElements(of: value, to: try located(indices).view)
      return
    }
    let places = try target.places(tensors)
    let value = try value.expanded(to: target.gatheredShape(places), "subscript").contiguous(as: dtype)
    try makeUnique()
    try located(indices).view.scatter(value, places)
  }

  /// The view that places, ranges and new axes describe, and for each tensor index the view's dimension it works on.
  private func located(_ indices: [TensorIndex]) throws(TensorError) -> (view: Tensor, tensors: [Int: Tensor]) {
    try check()
    var view = self
    var tensors: [Int: Tensor] = [:]
    var d = 0
    for index in try withRest(indices) {
      switch index {
      case .place(let i):
        let i = try view.place(i, d, "subscript")
        view = view.view(
          view.sizes.removing(at: d), view.steps.removing(at: d), offset: view.offset + i * view.steps[d])
      case .span(let from, let to, let step):
        view = try view.span(d, from, to, step)
        d += 1
      case .axis:
        view = try view.unsqueeze(d)
        d += 1
      case .rest: d += 1
      case .tensor(let tensor):
        try tensor.check()
        tensors[d] = tensor
        d += tensor.dtype == .bool ? Swift.max(tensor.rank, 1) : 1
      }
    }
    return (view, tensors)
  }

  /// The indices with the ellipsis replaced by whole dimensions.
  private func withRest(_ indices: [TensorIndex]) throws(TensorError) -> [TensorIndex] {
    var used = 0
    var rests = 0
    for index in indices {
      switch index {
      case .place, .span: used += 1
      case .tensor(let tensor): used += tensor.dtype == .bool ? Swift.max(tensor.rank, 1) : 1
      case .rest: rests += 1
      case .axis: break
      }
    }
    guard used <= rank else { throw .tooManyIndices(count: used, rank: rank) }
    if rests == 0 { return indices }
    if rests > 1 { throw .invalidArgument(operation: "subscript", reason: "only one index can be .ellipsis") }
    return indices.flatMap { index in
      if case .rest = index { return [TensorIndex](repeating: .rest, count: rank - used) }
      return [index]
    }
  }

  private func span(_ d: Int, _ from: Int?, _ to: Int?, _ step: Int) throws(TensorError) -> Tensor {
    guard step > 0 else {
      throw .invalidArgument(
        operation: "subscript", reason: "a slice's step must be positive, not \(step); use flip(_:)")
    }
    let size = sizes[d]
    func bound(_ index: Int) -> Int { Swift.min(Swift.max(index < 0 ? index &+ size : index, 0), size) }
    let start = bound(from ?? 0)
    return sliced(d, start, Swift.max(start, bound(to ?? size)), step)
  }
}
