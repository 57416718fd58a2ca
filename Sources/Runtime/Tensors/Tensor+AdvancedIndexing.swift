// Indexing with tensors: places and masks, with NumPy's rules as PyTorch has them.

internal import CKernels

/// Where tensor indices point: one list of places for each indexed dimension, of a common shape.
struct IndexPlaces {
  /// The indexed dimensions, in order.
  let dims: [Int]
  /// The places along each of them, row by row over `shape`.
  let lists: [[Int]]
  let shape: [Int]
  /// The dimension of the result where the places' shape goes: that of the first index when indices are neighbours.
  var position: Int {
    let neighbours = dims.indices.dropFirst().allSatisfy { dims[$0] == dims[$0 - 1] + 1 }
    return neighbours ? dims[0] : 0
  }
}

extension Tensor {
  /// The elements at the places that the tensors name, a copy.
  func gathered(_ tensors: [Int: Tensor]) throws(TensorError) -> Tensor {
    if let mask = tensors[0], mask.dtype == .bool, mask.rank > 0, mask.sizes == sizes {
      return try selected(by: mask.contiguous())
    }
    let places = try places(tensors)
    let result = try Tensor(uninitialized: gatheredShape(places), dtype: dtype)
    if isContiguous, places.dims == Array(0..<places.dims.count) {
      copyRows(places, to: result)
      return result
    }
    eachBlock(places, result) { mine, other in copyElements(of: mine, to: other) }
    return result
  }

  /// The rows of a contiguous tensor at places along its first dimensions.
  private func copyRows(_ places: IndexPlaces, to result: Tensor) {
    let row = shape[places.dims.count...].reduce(1, *)
    var rows = [Int64](repeating: 0, count: places.shape.reduce(1, *))
    for (d, list) in zip(places.dims, places.lists) {
      for i in rows.indices { rows[i] = rows[i] * Int64(shape[d]) + Int64(list[i]) }
    }
    let size = shape[..<places.dims.count].reduce(1, *)
    ck_select(
      Int64(row * dtype.itemSize), 1, Int64(size), Int64(rows.count), rows, address, result.address)
  }

  /// Writes a value, which has the gathered shape, to the places.
  func scatter(_ value: Tensor, _ places: IndexPlaces) throws(TensorError) {
    eachBlock(places, value) { mine, other in copyElements(of: other, to: mine) }
  }

  func gatheredShape(_ places: IndexPlaces) -> [Int] {
    let kept = (0..<rank).filter { !places.dims.contains($0) }.map { shape[$0] }
    let front = places.position
    return Array(kept[..<front]) + places.shape + Array(kept[front...])
  }

  /// Checks and collects the places: masks become the places of their true elements.
  func places(_ tensors: [Int: Tensor]) throws(TensorError) -> IndexPlaces {
    var lists: [(dim: Int, places: Tensor)] = []
    for (d, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      switch tensor.dtype {
      case .bool: lists += try maskPlaces(tensor, d)
      case .int64, .int32, .int16, .int8, .uint8: lists.append((d, tensor))
      default:
        throw .dtypeMismatch(
          operation: "subscript", dtypes: [tensor.dtype], rule: "a tensor index must be integer or bool")
      }
    }
    var common: [Int] = []
    for list in lists { common = try broadcastShape("subscript", common, list.places.shape) }
    var values: [[Int]] = []
    for (d, tensor) in lists {
      var column = try [Int](tensor.expanded(to: common, "subscript"))
      for i in column.indices { column[i] = try place(column[i], d, "subscript") }
      values.append(column)
    }
    return IndexPlaces(dims: lists.map(\.dim), lists: values, shape: common)
  }

  private func maskPlaces(_ mask: Tensor, _ d: Int) throws(TensorError) -> [(dim: Int, places: Tensor)] {
    guard mask.rank > 0, mask.shape == Array(shape[d..<(d + mask.rank)]) else {
      throw .shapeMismatch(
        operation: "subscript", shapes: [mask.shape, shape],
        rule: "a mask must have the sizes of the dimensions it selects from")
    }
    let found = try mask.nonzero()
    var columns: [(dim: Int, places: Tensor)] = []
    for k in 0..<mask.rank { columns.append((d + k, try found.select(1, k))) }
    return columns
  }

  /// Calls `body` for each place with the block of this tensor and the block of `other` that belong together.
  private func eachBlock(_ places: IndexPlaces, _ other: Tensor, _ body: (Tensor, Tensor) -> Void) {
    let kept = (0..<rank).filter { !places.dims.contains($0) }
    let (front, depth) = (places.position, places.shape.count)
    let block = view(kept.map { shape[$0] }, kept.map { strides[$0] })
    let outer = Array(other.strides[front..<(front + depth)])
    let inner = Array(other.strides[..<front]) + Array(other.strides[(front + depth)...])
    let target = other.view(block.shape, inner)
    var index = [Int](repeating: 0, count: depth)
    for i in 0..<places.shape.reduce(1, *) {
      var mine = offset
      for (d, list) in zip(places.dims, places.lists) { mine += list[i] * strides[d] }
      let theirs = other.offset + zip(index, outer).reduce(0) { $0 + $1.0 * $1.1 }
      body(block.view(block.shape, block.strides, offset: mine), target.view(block.shape, inner, offset: theirs))
      advance(&index, places.shape)
    }
  }

  /// The indices of the elements that are not zero, one row each.
  public func nonzero() throws(TensorError) -> Tensor {
    let mask = try (dtype == .bool ? self : self .!= 0).contiguous()
    let total = mask.trueCount
    let places = try Tensor(uninitialized: [total, rank], dtype: .int64)
    withExtents(mask.sizes, mask.steps) { shape, _ in
      ck_true_places(Int32(rank), shape, mask.truth, Int64(total), places.address.assumingMemoryBound(to: Int64.self))
    }
    return places
  }

  /// The elements at which a contiguous mask of this shape is true, row by row.
  func selected(by mask: Tensor) throws(TensorError) -> Tensor {
    let (values, total) = (try contiguous(), mask.trueCount)
    let out = try Tensor(uninitialized: [total], dtype: dtype)
    ck_select_true(Int64(dtype.itemSize), mask.truth, Int64(total), values.address, out.address)
    return out
  }

  /// How many elements of a contiguous mask are true.
  private var trueCount: Int { Int(ck_true_count(Int64(count), truth)) }

  private var truth: UnsafePointer<UInt8> { UnsafePointer(address.assumingMemoryBound(to: UInt8.self)) }
}

/// The next index in row-major order.
func advance(_ index: inout [Int], _ shape: [Int]) {
  for d in shape.indices.reversed() {
    index[d] += 1
    if index[d] < shape[d] { return }
    index[d] = 0
  }
}
