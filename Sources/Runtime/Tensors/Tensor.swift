// The tensor: a dtype, a shape, strides, and memory that views share until one of them is written to.

internal import CKernels

/// A multi-dimensional array of numbers of one ``DType``.
///
/// Tensors are values: `var b = a` shares memory, and writing to `b` never changes `a`. Views (`reshape`, `transpose`,
/// slices) copy nothing. Operations throw ``TensorError``; nothing traps. A subscript cannot throw in Swift, so one
/// that fails gives a tensor that carries the error, and every use of that tensor throws it.
///
/// For example:
///
///     let x = try Tensor([[1.0, 2.0], [3.0, 4.0]])
///     print(try x.mean(dim: 0))  // tensor([2., 3.])
public struct Tensor: Sendable {
  /// The type of the elements.
  public let dtype: DType
  /// The size of each dimension; empty for a single number.
  public var shape: [Int] { Array(sizes) }
  /// The step from one element to the next along each dimension, in elements.
  public var strides: [Int] { Array(steps) }
  /// The shape and the strides as they are kept; reading them allocates nothing.
  let sizes: Extents
  let steps: Extents
  /// Where the first element is, in elements from the storage's start.
  let offset: Int
  /// Safe to share, as its bytes change only while one tensor refers to it; the compiler cannot know.
  nonisolated(unsafe) var storage: Storage

  init(dtype: DType, sizes: Extents, steps: Extents, offset: Int, storage: Storage) {
    self.dtype = dtype
    self.sizes = sizes
    self.steps = steps
    self.offset = offset
    self.storage = storage
  }

  init(dtype: DType, shape: [Int], strides: [Int], offset: Int, storage: Storage) {
    self.init(dtype: dtype, sizes: Extents(shape), steps: Extents(strides), offset: offset, storage: storage)
  }

  /// A contiguous tensor whose elements are not set yet.
  init(uninitialized shape: [Int], dtype: DType) throws(TensorError) {
    try self.init(uninitialized: Extents(shape), dtype: dtype)
  }

  init(uninitialized sizes: Extents, dtype: DType) throws(TensorError) {
    let count = try elementCount(of: sizes, dtype: dtype)
    do {
      let storage = try Storage.allocate(count: count * dtype.itemSize)
      self.init(dtype: dtype, sizes: sizes, steps: sizes.contiguousStrides, offset: 0, storage: storage)
    } catch {
      throw TensorError.outOfMemory(shape: Array(sizes), dtype: dtype)
    }
  }

  /// What a failed subscript gives.
  init(failure: TensorError) {
    self.init(dtype: .float32, sizes: [], steps: [], offset: 0, storage: .failed(failure))
  }

  /// A tensor of the given bytes: the elements' memory, row by row, in this machine's byte order.
  ///
  /// - Throws: ``TensorError/invalidArgument(operation:reason:)`` when the count of bytes is not shape times itemSize.
  public init(shape: [Int], dtype: DType, bytes: [UInt8]) throws(TensorError) {
    let result = try Tensor(uninitialized: shape, dtype: dtype)
    guard bytes.count == result.byteCount else {
      throw .invalidArgument(
        operation: "Tensor",
        reason: "a \(dtype) tensor of shape \(shape) has \(result.byteCount) bytes, but got \(bytes.count)")
    }
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { result.address.copyMemory(from: start, byteCount: bytes.count) }
    }
    self = result
  }

  /// A contiguous tensor whose memory `body` fills: all of it, row by row, in this machine's byte order.
  ///
  /// - Throws: ``TensorError/outOfMemory(shape:dtype:)``, and what `body` throws.
  public init(shape: [Int], dtype: DType, filledBy body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    try self.init(uninitialized: shape, dtype: dtype)
    try body(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
  }

  /// A contiguous tensor over memory of somebody else (a mapped file), which stays unchanged while `owner` lives. The
  /// address must be a multiple of the item size; the first write makes a copy.
  public init(borrowing address: UnsafeRawPointer, shape: [Int], dtype: DType, owner: AnyObject) throws(TensorError) {
    let count = try elementCount(of: Extents(shape), dtype: dtype)
    let storage = Storage.borrowing(
      UnsafeMutableRawPointer(mutating: address), count: count * dtype.itemSize, owner: owner)
    self.init(dtype: dtype, shape: shape, strides: contiguousStrides(shape), offset: 0, storage: storage)
  }
}

extension Tensor {
  /// The number of dimensions.
  public var rank: Int { sizes.count }

  /// The number of elements (PyTorch's `numel`).
  public var count: Int { sizes.product }

  /// The bytes of the elements.
  public var byteCount: Int { count * dtype.itemSize }

  /// The error that this tensor carries, when it comes from a subscript that failed.
  public var failure: TensorError? { storage.failure }

  /// Whether the elements lie row by row without gaps.
  public var isContiguous: Bool {
    sizes.withUnsafeValues { sizes in
      steps.withUnsafeValues { steps in
        var step = 1
        for d in stride(from: rank - 1, through: 0, by: -1) where sizes[d] != 1 {
          if steps[d] != step { return count == 0 }
          step &*= sizes[d]
        }
        return true
      }
    }
  }

  /// Whether both tensors look at the same memory; for teaching what a view is.
  public func sharesStorage(with other: Tensor) -> Bool { storage === other.storage }

  /// The size of one dimension; negative dimensions count from the end.
  ///
  /// - Throws: ``TensorError/dimensionOutOfRange(operation:dim:rank:)``.
  public func size(_ dim: Int) throws(TensorError) -> Int {
    let d = try axis(dim, "size")
    guard rank > 0 else { throw .dimensionOutOfRange(operation: "size", dim: dim, rank: 0) }
    return sizes[d]
  }

  /// The same elements, row by row without gaps: this tensor itself when it is so already, else a copy.
  public func contiguous() throws(TensorError) -> Tensor {
    try check()
    return isContiguous ? self : try copied(to: dtype)
  }

  /// A copy with memory of its own.
  public func clone() throws(TensorError) -> Tensor {
    try check()
    return try copied(to: dtype)
  }
}

extension Tensor {
  /// The first element's address.
  var address: UnsafeMutableRawPointer { storage.bytes + offset * dtype.itemSize }

  /// Throws the error this tensor carries, if any. Every operation begins so.
  @inline(__always)
  func check() throws(TensorError) {
    if let failure = storage.failure { throw failure }
  }

  /// `dim` counted from the front; also checks for a carried error.
  func axis(_ dim: Int, _ operation: String) throws(TensorError) -> Int {
    try check()
    let slots = Swift.max(rank, 1)
    guard dim >= -slots && dim < slots else {
      throw .dimensionOutOfRange(operation: operation, dim: dim, rank: rank)
    }
    return dim < 0 ? dim + slots : dim
  }

  /// Another look at the same memory.
  func view(_ sizes: Extents, _ steps: Extents, offset: Int? = nil) -> Tensor {
    Tensor(dtype: dtype, sizes: sizes, steps: steps, offset: offset ?? self.offset, storage: storage)
  }

  func view(_ shape: [Int], _ strides: [Int], offset: Int? = nil) -> Tensor {
    view(Extents(shape), Extents(strides), offset: offset)
  }

  /// A contiguous copy in the dtype given; values are converted as `to(_:)` says.
  func copied(to dtype: DType) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialized: sizes, dtype: dtype)
    copyElements(of: self, to: result)
    return result
  }

  /// Contiguous, in the dtype given, and without a copy where possible.
  func contiguous(as dtype: DType) throws(TensorError) -> Tensor {
    try check()
    return self.dtype == dtype && isContiguous ? self : try copied(to: dtype)
  }
}

/// Writes `source`, which has the target's shape, into the target's memory.
func copyElements(of source: Tensor, to target: Tensor) {
  withExtents(target.sizes, source.steps, target.steps) { shape, from, to in
    ck_copy(Int32(target.rank), shape, source.source(from), target.target(to))
  }
}

extension Tensor {
  func source(_ strides: UnsafePointer<Int64>?) -> ck_source {
    ck_source(data: address, strides: strides, dtype: dtype.code)
  }

  func target(_ strides: UnsafePointer<Int64>?) -> ck_target {
    ck_target(data: address, strides: strides, dtype: dtype.code)
  }
}

extension Extents {
  /// Lends the numbers to a kernel.
  @inline(__always)
  func withKernelValues<R, E: Error>(_ body: (UnsafePointer<Int64>) throws(E) -> R) throws(E) -> R {
    try withUnsafeValues { (values) throws(E) in
      try values.withMemoryRebound(to: Int64.self, capacity: count) { (values) throws(E) in try body(values) }
    }
  }
}

/// Lends a shape and strides to a kernel.
@inline(__always)
func withExtents<R>(_ a: Extents, _ b: Extents, _ body: (UnsafePointer<Int64>, UnsafePointer<Int64>) -> R) -> R {
  a.withKernelValues { a in b.withKernelValues { b in body(a, b) } }
}

@inline(__always)
func withExtents<R>(
  _ a: Extents, _ b: Extents, _ c: Extents,
  _ body: (UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafePointer<Int64>) -> R
) -> R {
  withExtents(a, b) { a, b in c.withKernelValues { c in body(a, b, c) } }
}

/// Row-major strides.
func contiguousStrides(_ shape: [Int]) -> [Int] { Array(Extents(shape).contiguousStrides) }

/// The product of the sizes, and a check that a tensor of this shape can exist.
func elementCount(of shape: [Int], dtype: DType) throws(TensorError) -> Int {
  try elementCount(of: Extents(shape), dtype: dtype)
}

func elementCount(of sizes: Extents, dtype: DType) throws(TensorError) -> Int {
  // Sizes of zero are left out of the product, so that strides cannot overflow either.
  var (bytes, isEmpty, fits) = (dtype.itemSize, false, sizes.count <= 64)
  for size in sizes {
    if size <= 0 {
      isEmpty = true
      fits = fits && size == 0
    } else {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      (bytes, fits) = (product, fits && !overflow)
    }
  }
  guard fits else { throw impossible(Array(sizes), dtype) }
  return isEmpty ? 0 : bytes / dtype.itemSize
}

/// Why no tensor of this shape can exist.
private func impossible(_ shape: [Int], _ dtype: DType) -> TensorError {
  if let negative = shape.first(where: { $0 < 0 }) {
    return .invalidArgument(operation: "shape \(shape)", reason: "the size \(negative) of a dimension is negative")
  }
  if shape.count > 64 {
    return .invalidArgument(operation: "shape", reason: "a tensor has at most 64 dimensions, not \(shape.count)")
  }
  return .outOfMemory(shape: shape, dtype: dtype)
}
