// Picking elements along a dimension by index tensors.

internal import CKernels

extension Tensor {
  /// Elements along `dim` at the places that `index` names: `out[i][j] = self[index[i][j]][j]` for dim 0.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)`` unless both have the same rank and `index` is not
  ///   larger in the other dimensions, and ``TensorError/indexOutOfRange(operation:index:dim:size:)``.
  public func gather(_ dim: Int, _ index: Tensor) throws(TensorError) -> Tensor {
    let d = try axis(dim, "gather")
    let places = try fittingIndex(index, d, "gather")
    if rank == 0 {
      try places.checkPlaces(below: 1, d, "gather")
      return self
    }
    let out = try Tensor(uninitialized: index.sizes, dtype: dtype)
    let wrong = withExtents(index.sizes, steps) { shape, steps in
      ck_gather(
        Int64(dtype.itemSize), Int32(rank), Int32(d), Int64(sizes[d]), shape, source(steps),
        places.address.assumingMemoryBound(to: Int64.self), out.address)
    }
    try places.checkPlace(Int(wrong), below: sizes[d], d, "gather")
    return out
  }

  /// A copy with `source`'s elements written along `dim` to the places that `index` names.
  public func scatter(_ dim: Int, _ index: Tensor, _ source: Tensor) throws(TensorError) -> Tensor {
    try scattered("scatter", dim, index, source, adds: false)
  }

  /// A copy with `source`'s elements added along `dim` at the places that `index` names.
  public func scatterAdd(_ dim: Int, _ index: Tensor, _ source: Tensor) throws(TensorError) -> Tensor {
    try scattered("scatter_add", dim, index, source, adds: true)
  }

  /// The slices of `dim` that a vector of places names, in its order.
  public func indexSelect(_ dim: Int, _ index: Tensor) throws(TensorError) -> Tensor {
    let d = try axis(dim, "indexSelect")
    try index.check()
    guard index.dtype == .int64 || index.dtype == .int32, index.rank <= 1 else {
      throw .dtypeMismatch(
        operation: "indexSelect", dtypes: [index.dtype], rule: "the index must be a vector of int64 or int32")
    }
    if rank == 0 { return self }
    let places = try index.contiguous(as: .int64)
    try places.checkPlaces(below: sizes[d], d, "indexSelect")
    let source = try contiguous()
    var selected = sizes
    selected[d] = index.count
    let out = try Tensor(uninitialized: selected, dtype: dtype)
    let (outer, inner) = (sizes[..<d].reduce(1, *), sizes[(d + 1)...].reduce(1, *))
    ck_select(
      Int64(inner * dtype.itemSize), Int64(outer), Int64(sizes[d]), Int64(index.count),
      places.address.assumingMemoryBound(to: Int64.self), source.address, out.address)
    return out
  }

  private func scattered(_ name: String, _ dim: Int, _ index: Tensor, _ source: Tensor, adds: Bool) throws(TensorError)
    -> Tensor
  {
    let d = try axis(dim, name)
    let places = try fittingIndex(index, d, name)
    try places.checkPlaces(below: rank == 0 ? 1 : sizes[d], d, name)
    try source.check()
    guard source.dtype == dtype else {
      throw .dtypeMismatch(operation: name, dtypes: [dtype, source.dtype], rule: "both tensors must have one dtype")
    }
    guard source.rank == index.rank, zip(index.shape, source.shape).allSatisfy({ $0 <= $1 }) else {
      throw .shapeMismatch(
        operation: name, shapes: [index.shape, source.shape], rule: "the index must not be larger than the source")
    }
    if rank == 0 { return adds ? try self + source : source }
    let compute = adds ? dtype.compute : dtype
    let out = try copied(to: compute)
    let source = try source.to(compute)
    withExtents(index.sizes, source.steps, out.steps) { shape, from, to in
      ck_scatter(
        adds, Int32(rank), Int32(d), shape, source.source(from), places.address.assumingMemoryBound(to: Int64.self),
        out.target(to))
    }
    return try out.to(dtype)
  }

  /// The index as contiguous int64, of a shape that fits; its places are not looked at.
  private func fittingIndex(_ index: Tensor, _ d: Int, _ operation: String) throws(TensorError) -> Tensor {
    try index.check()
    guard index.dtype == .int64 || index.dtype == .int32 else {
      throw .dtypeMismatch(operation: operation, dtypes: [index.dtype], rule: "the index must be int64 or int32")
    }
    let sizes = rank == 0 ? [1] : shape
    let indexSizes = index.rank == 0 ? [1] : index.shape
    let fits = zip(indexSizes, sizes).enumerated().allSatisfy { $0 == d || $1.0 <= $1.1 }
    guard indexSizes.count == sizes.count, fits else {
      throw .shapeMismatch(
        operation: operation, shapes: [index.shape, shape],
        rule: "the index must have the tensor's rank and be no larger in the other dimensions")
    }
    return try index.contiguous(as: .int64)
  }

  /// Throws unless every element of this contiguous int64 tensor is in 0..<size.
  func checkPlaces(below size: Int, _ dim: Int, _ operation: String) throws(TensorError) {
    let places = address.assumingMemoryBound(to: Int64.self)
    try checkPlace(Int(ck_first_outside(places, Int64(count), Int64(size))), below: size, dim, operation)
  }

  /// Throws for the wrong element at position `wrong`, unless that is -1.
  private func checkPlace(_ wrong: Int, below size: Int, _ dim: Int, _ operation: String) throws(TensorError) {
    if wrong >= 0 {
      let index = Int(address.assumingMemoryBound(to: Int64.self)[wrong])
      throw .indexOutOfRange(operation: operation, index: index, dim: dim, size: size)
    }
  }
}
