// Sorting, choosing and counting along a dimension; running sums.

internal import CKernels

extension Tensor {
  /// The elements along a dimension in order, and where each stood. Equal elements keep their order; NaN counts as the
  /// greatest.
  public func sorted(dim: Int = -1, descending: Bool = false) throws(TensorError) -> ValuesAndIndices {
    let indices = try argSort("sort", dim, descending)
    return ValuesAndIndices(values: try gather(dim, indices), indices: indices, operation: "sort")
  }

  /// The `k` greatest (or least) elements along a dimension, in order, and where they stood.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when there are fewer than k, and
  ///   ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
  public func topK(_ k: Int, dim: Int = -1, largest: Bool = true) throws(TensorError) -> ValuesAndIndices {
    let d = try axis(dim, "topK")
    try requireKernel("topk_cpu", dtype, float16: false)
    let size = rank == 0 ? 1 : shape[d]
    guard k >= 0 && k <= size else {
      throw .invalidArgument(operation: "topK", reason: "\(k) of \(size) elements cannot be chosen")
    }
    let indices = try argSort("topK", d, largest, wanted: rank == 0 ? 1 : k)
    return ValuesAndIndices(values: try gather(d, indices), indices: indices, operation: "topk")
  }

  /// The middle element of all (the lower one of two); NaN if there is any.
  public func median() throws(TensorError) -> Tensor {
    try check()
    try requireKernel("median_cpu", dtype, float16: false)
    guard count > 0 || dtype.isFloatingPoint else {
      throw .invalidArgument(operation: "median", reason: "integers without elements have no median")
    }
    guard count > 0 else { return try .full([], Double.nan, dtype: dtype) }
    if dtype.isFloatingPoint, try isNaN().any().item().boolValue { return try .full([], Double.nan, dtype: dtype) }
    return try flatten().sorted().values.select(0, (count - 1) / 2)
  }

  /// The sums of the elements up to each place. Integers and bool give int64.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
  public func cumulativeSum(dim: Int) throws(TensorError) -> Tensor {
    try cumulative("cumsum_out_cpu", dim, product: false)
  }

  /// The products of the elements up to each place. Integers and bool give int64.
  ///
  /// - Throws: ``TensorError/notImplemented(operation:dtype:)`` for float16 unless emulated.
  public func cumulativeProduct(dim: Int) throws(TensorError) -> Tensor {
    try cumulative("cumprod_out_cpu", dim, product: true)
  }

  /// The different elements, in ascending order.
  public func unique() throws(TensorError) -> Tensor {
    let sorted = try flatten().sorted().values
    guard sorted.count > 1 else { return sorted }
    let differs = try sorted.sliced(0, 1, sorted.count, 1) .!= sorted.sliced(0, 0, sorted.count - 1, 1)
    return try sorted.maskedSelect(.cat([Tensor([true]), differs]))
  }

  /// How often each of 0, 1, 2, ... occurs among the elements; int64.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` for a negative element.
  public func binCount() throws(TensorError) -> Tensor {
    try check()
    guard rank == 1, dtype.isInteger else {
      throw .dtypeMismatch(operation: "binCount", dtypes: [dtype], rule: "needs a vector of integers")
    }
    if count == 0 { return try .zeros([0], dtype: .int64) }
    guard try min().item() >= 0, let greatest = try max().item().intValue, greatest < Int.max else {
      throw .invalidArgument(operation: "binCount", reason: "the elements must not be negative")
    }
    let (values, counts) = (try contiguous(as: .int64), try Tensor.zeros([greatest + 1], dtype: .int64))
    ck_count_values(
      Int64(count), values.address.assumingMemoryBound(to: Int64.self),
      counts.address.assumingMemoryBound(to: Int64.self))
    return counts
  }

  /// A row of zeros with a one at the element's place, for each element; int64.
  ///
  /// - Parameter classes: The length of a row.
  /// - Throws: ``TensorError/indexOutOfRange(operation:index:dim:size:)`` for an element outside 0..<classes.
  public func oneHot(_ classes: Int) throws(TensorError) -> Tensor {
    try check()
    guard dtype == .int64 else {
      throw .dtypeMismatch(operation: "oneHot", dtypes: [dtype], rule: "needs int64 class numbers")
    }
    try contiguous().checkPlaces(below: classes, rank, "oneHot")
    return try (unsqueeze(-1) .== Tensor.arange(classes)).long()
  }

  /// The sum of a matrix's diagonal; under autocast 16-bit floats give float32.
  public func trace() throws(TensorError) -> Tensor {
    try check()
    guard rank == 2 else { throw .shapeMismatch(operation: "trace", shapes: [shape], rule: "needs a matrix") }
    let widens = autocastDType != nil && [.float16, .bfloat16].contains(dtype)
    return try diag().sum(dtype: widens ? .float32 : nil)
  }

  /// The places of the sorted elements along a dimension: all, or the first so many.
  private func argSort(_ operation: String, _ dim: Int, _ descending: Bool, wanted: Int? = nil) throws(TensorError)
    -> Tensor
  {
    let d = try axis(dim, operation)
    try requireKernel(operation, dtype)
    let rows = try (rank == 0 ? self : transpose(d, -1)).contiguous(as: dtype.compute)
    let size = rank == 0 ? 1 : sizes[d]
    var sizes = rows.sizes
    if rank > 0 { sizes[rank - 1] = wanted ?? size }
    let out = try Tensor(uninitialized: sizes, dtype: .int64)
    let sorted = ck_argtop(
      dtype.compute.code, descending, Int64(size == 0 ? 0 : count / size), Int64(size), Int64(wanted ?? size),
      rows.address, out.address.assumingMemoryBound(to: Int64.self))
    guard sorted else { throw .outOfMemory(shape: shape, dtype: .int64) }
    return try (rank == 0 ? out : out.transpose(d, -1)).contiguous()
  }

  private func cumulative(_ kernel: String, _ dim: Int, product: Bool) throws(TensorError) -> Tensor {
    let d = try axis(dim, kernel)
    let result = dtype.isFloatingPoint ? dtype : .int64
    try requireKernel(kernel, result, float16: false)
    let rows = try (rank == 0 ? self : transpose(d, -1)).contiguous(as: result.compute)
    let out = try Tensor(uninitialized: rows.shape, dtype: result.compute)
    let size = rank == 0 ? 1 : shape[d]
    ck_cumulative(
      result.compute.code, product, Int64(size == 0 ? 0 : count / size), Int64(size), rows.address, out.address)
    return try (rank == 0 ? out : out.transpose(d, -1)).contiguous(as: result)
  }
}
