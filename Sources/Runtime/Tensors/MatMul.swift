// Matrix products in all of PyTorch's shapes, and the linear layer's function.

internal import CKernels

extension Tensor {
  /// The matrix product (PyTorch's `@`).
  ///
  /// Two vectors give their dot product; a vector counts as a row on the left and as a column on the right; leading
  /// dimensions are batches and broadcast. Both sides must have one dtype. Under autocast float inputs are cast
  /// first. 16-bit floats are summed in float32 and rounded once.
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``,
  ///   ``TensorError/dtypeMismatch(operation:dtypes:rule:)``, and ``TensorError/notImplemented(operation:dtype:)`` for
  ///   float16 unless emulated.
  public func matmul(_ other: Tensor) throws(TensorError) -> Tensor {
    try check()
    try other.check()
    guard rank > 0, other.rank > 0 else {
      throw .shapeMismatch(operation: "matmul", shapes: [shape, other.shape], rule: "both sides need a dimension")
    }
    if let product = try plainProduct(self, other, isTransposed: false, nil, nil) { return product }
    let vectors = rank == 1 && other.rank == 1
    let (a, b) = try vectors ? (self, other) : (autocasted(self), autocasted(other))
    let left = a.rank == 1 ? try a.unsqueeze(0) : a
    let right = b.rank == 1 ? try b.unsqueeze(1) : b
    guard left.sizes[left.rank - 1] == right.sizes[right.rank - 2] else {
      throw .shapeMismatch(
        operation: "matmul", shapes: [shape, other.shape],
        rule: "the last dimension of the left side must equal the second last (or only) one of the right side")
    }
    try requireSame("matmul", a, b)
    let isEmpty = a.count == 0 || b.count == 0
    try requireKernel(vectors ? "dot" : b.rank == 1 ? "addmv" : "addmm", a.dtype, float16: isEmpty)
    var product = try batched(left, right)
    if b.rank == 1 { product = try product.squeeze(-1) }
    return a.rank == 1 ? try product.squeeze(b.rank == 1 ? -1 : -2) : product
  }

  /// The product of two matrices.
  public func mm(_ other: Tensor) throws(TensorError) -> Tensor {
    try requireRank(2, "mm", self, other)
    return try matmul(other)
  }

  /// The product of two int8 matrices as int32, without wrapping to int8 (PyTorch's `_int_mm`).
  ///
  /// - Throws: ``TensorError/shapeMismatch(operation:shapes:rule:)``, and
  ///   ``TensorError/dtypeMismatch(operation:dtypes:rule:)`` unless both are int8.
  public func int8Product(_ other: Tensor) throws(TensorError) -> Tensor {
    try requireRank(2, "int8Product", self, other)
    guard dtype == .int8, other.dtype == .int8 else {
      throw .dtypeMismatch(operation: "int8Product", dtypes: [dtype, other.dtype], rule: "both sides must be int8")
    }
    guard shape[1] == other.shape[0] else {
      throw .shapeMismatch(
        operation: "int8Product", shapes: [shape, other.shape], rule: "the inner dimensions must be equal")
    }
    return try wideProduct(self, other)
  }

  /// The products of two batches of matrices of equal count.
  public func bmm(_ other: Tensor) throws(TensorError) -> Tensor {
    try requireRank(3, "bmm", self, other)
    guard shape[0] == other.shape[0] else {
      throw .shapeMismatch(operation: "bmm", shapes: [shape, other.shape], rule: "both batches must have one size")
    }
    return try matmul(other)
  }

  /// The product of a matrix and a vector.
  public func mv(_ vector: Tensor) throws(TensorError) -> Tensor {
    try check()
    try vector.check()
    guard rank == 2, vector.rank == 1 else {
      throw .shapeMismatch(operation: "mv", shapes: [shape, vector.shape], rule: "needs a matrix and a vector")
    }
    return try withoutAutocast { () throws(TensorError) in try matmul(vector) }
  }

  /// The sum of the products of two vectors.
  public func dot(_ other: Tensor) throws(TensorError) -> Tensor {
    try requireRank(1, "dot", self, other)
    return try matmul(other)
  }

  /// All products of the elements of two vectors: a matrix.
  public func outer(_ other: Tensor) throws(TensorError) -> Tensor {
    try requireRank(1, "outer", self, other)
    return try unsqueeze(1) * other.unsqueeze(0)
  }

  /// beta * self + alpha * (a @ b).
  public func addmm(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws(TensorError) -> Tensor {
    try check()
    try requireRank(2, "addmm", a, b)
    let (base, x, y) = (try autocasted(self), try autocasted(a), try autocasted(b))
    try requireSame("addmm", base, x)
    try requireKernel("addmm", x.dtype, float16: false)
    let wide = x.dtype.compute
    let product = try x.to(wide).matmul(y.to(wide))
    if beta == 1 && alpha == 1 { return try (base.to(wide) + product).to(x.dtype) }
    return try (base.to(wide) * beta + product * alpha).to(x.dtype)
  }
}

/// x times the transposed weight, plus bias: what a linear layer does; and then its activation function, if one is named.
///
/// - Parameters:
///   - x: [..., in]
///   - weight: [out, in]
///   - bias: [out], or none.
///   - activation: Applied to the rounded results: the same bits as the function by itself, without a tensor in between.
/// - Returns: [..., out]; 16-bit floats are summed in float32, the bias included, and rounded once.
/// - Throws: as ``Tensor/matmul(_:)``. float16 throws `"addmm" is not implemented for float16 on the CPU`.
public func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, activation: Activation? = nil)
  throws(TensorError) -> Tensor
{
  try x.check()
  try weight.check()
  try bias?.check()
  guard x.rank > 0, weight.rank == 2, x.sizes[x.rank - 1] == weight.sizes[1] else {
    throw .shapeMismatch(
      operation: "linear", shapes: [x.shape, weight.shape],
      rule: "the input's last dimension must equal the weight's second one (the layer's input features)")
  }
  if let product = try plainProduct(x, weight, isTransposed: true, bias, activation) { return product }
  let (input, weight) = (try autocasted(x), try autocasted(weight))
  let bias = try bias.map { (b) throws(TensorError) in try autocasted(b) }
  try requireSame("linear", input, weight)
  if let bias {
    try requireSame("linear", weight, bias)
    guard (bias.rank == 1 && bias.sizes[0] == weight.sizes[0]) || bias.count == 1 else {
      throw .shapeMismatch(
        operation: "linear", shapes: [bias.shape, weight.shape], rule: "the bias must have one value per output feature"
      )
    }
  }
  try requireKernel("addmm", input.dtype, float16: false)
  return try rowsProduct(input, weight, bias, activation)
}

/// The last dimension of x times the transposed weight (n x k), + bias, activated. Nothing but the result is allocated
/// when all are of one kernel's dtype.
private func rowsProduct(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation?)
  throws(TensorError) -> Tensor
{
  let dtype = x.dtype.productDType
  let (n, k) = (weight.sizes[0], weight.sizes[1])
  let left = x.rank == 2 && x.dtype == dtype ? x : try x.contiguous(as: dtype)
  let right = weight.dtype == dtype ? weight : try weight.to(dtype)
  var wideBias = bias
  if let bias {
    let all = bias.count == n ? bias : try bias.expanded(to: [n] as Extents, "linear")
    wideBias = try all.contiguous(as: dtype.biasDType)
  }
  var sizes = x.sizes
  sizes[x.rank - 1] = n
  let out = try Tensor(uninitialized: sizes, dtype: dtype.productResult)
  let rows = ck_matrix(
    data: left.address, row_stride: Int64(left.rank == 2 ? left.steps[0] : k),
    column_stride: Int64(left.rank == 2 ? left.steps[1] : 1))
  let columns = ck_matrix(
    data: right.address, row_stride: Int64(right.steps[1]), column_stride: Int64(right.steps[0]))
  // What is rounded or wrapped to another dtype is so before it is activated.
  let isFused = x.dtype == out.dtype && x.dtype.isFloatingPoint
  let done = multiply(
    dtype, Int64(n == 0 ? 0 : out.count / n), Int64(n), Int64(k), rows, columns, wideBias, isFused ? activation : nil,
    out)
  guard done else { throw .outOfMemory(shape: out.shape, dtype: dtype) }
  let result = x.dtype == out.dtype ? out : try out.to(x.dtype)
  if let activation, !isFused { return try activation(result) }
  return result
}

/// The kernel; false when memory is short.
private func multiply(
  _ dtype: DType, _ m: Int64, _ n: Int64, _ k: Int64, _ a: ck_matrix, _ b: ck_matrix, _ bias: Tensor?,
  _ activation: Activation?, _ out: Tensor
) -> Bool {
  guard let activation else { return ck_matmul(dtype.code, m, n, k, a, b, bias?.address, nil, out.address) }
  return withUnsafePointer(to: activation.kernel) {
    ck_matmul(dtype.code, m, n, k, a, b, bias?.address, $0, out.address)
  }
}

/// The short way for two matrices of float32 or float64, where nothing has to be converted; nil when there is none.
private func plainProduct(_ x: Tensor, _ y: Tensor, isTransposed: Bool, _ bias: Tensor?, _ activation: Activation?)
  throws(TensorError) -> Tensor?
{
  guard Context.autocast == nil, x.rank == 2, y.rank == 2, x.dtype == y.dtype,
    x.dtype == .float32 || x.dtype == .float64
  else { return nil }
  let (row, column) = isTransposed ? (1, 0) : (0, 1)
  let (m, k, n) = (x.sizes[0], x.sizes[1], y.sizes[column])
  guard y.sizes[row] == k else { return nil }
  if let bias, bias.dtype != x.dtype || bias.rank != 1 || bias.sizes[0] != n || bias.steps[0] != 1 { return nil }
  let out = try Tensor(uninitialized: Extents(m, n), dtype: x.dtype)
  let right = ck_matrix(data: y.address, row_stride: Int64(y.steps[row]), column_stride: Int64(y.steps[column]))
  let done = multiply(x.dtype, Int64(m), Int64(n), Int64(k), x.matrix, right, bias, activation, out)
  guard done else { throw .outOfMemory(shape: out.shape, dtype: x.dtype) }
  return out
}

/// a (m x k) times b (k x n), + bias (n), rounded once to the dtype of `a`.
func matrixProduct(_ a: Tensor, _ b: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
  try wideProduct(a, b, bias: bias).to(a.dtype)
}

/// The same as the kernel gives it: of the compute type where there is no kernel for the dtype, and int32 for int8.
private func wideProduct(_ a: Tensor, _ b: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
  let dtype = a.dtype.productDType
  let (left, right) = (try a.to(dtype), try b.to(dtype))
  let bias = try bias.map { (b) throws(TensorError) in try b.contiguous(as: dtype.biasDType) }
  let out = try Tensor(uninitialized: Extents(a.sizes[0], b.sizes[1]), dtype: dtype.productResult)
  let done = multiply(
    dtype, Int64(a.sizes[0]), Int64(b.sizes[1]), Int64(a.sizes[1]), left.matrix, right.matrix, bias, nil, out)
  guard done else { throw .outOfMemory(shape: out.shape, dtype: dtype) }
  return out
}

/// Each matrix of a batch times its partner; batches broadcast.
private func batched(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
  let batch = try broadcastShape("matmul", Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
  let (m, k, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1], b.shape[b.rank - 1])
  if b.rank == 2 {
    let rows = a.shape.dropLast().reduce(1, *)
    return try matrixProduct(a.reshape([rows, k]), b).view(batch + [m, n], contiguousStrides(batch + [m, n]))
  }
  let dtype = a.dtype.productDType
  let left = try a.to(dtype).expanded(to: batch + [m, k], "matmul")
  let right = try b.to(dtype).expanded(to: batch + [k, n], "matmul")
  let out = try Tensor(uninitialized: batch + [m, n], dtype: dtype.productResult)
  let (leftStarts, rightStarts) = (left.starts(of: batch.count), right.starts(of: batch.count))
  let done = ck_matmul_batch(
    dtype.code, Int64(leftStarts.count), leftStarts, rightStarts, Int64(m), Int64(n), Int64(k), left.matrix,
    right.matrix, out.address)
  guard done else { throw .outOfMemory(shape: out.shape, dtype: dtype) }
  return try out.to(a.dtype)
}

extension DType {
  /// What products of this dtype are computed from: bfloat16 and int8 have kernels of their own, other small types are
  /// converted.
  fileprivate var productDType: DType { self == .bfloat16 || self == .int8 ? self : compute }

  /// What products of this dtype give before they are rounded or wrapped to it.
  fileprivate var productResult: DType { self == .int8 ? .int32 : self }

  /// What a bias is added as.
  fileprivate var biasDType: DType { self == .int8 ? .int32 : compute }
}

extension Tensor {
  /// The last two dimensions as a kernel sees them.
  var matrix: ck_matrix {
    ck_matrix(data: address, row_stride: Int64(steps[rank - 2]), column_stride: Int64(steps[rank - 1]))
  }

  /// Where each matrix of the first `batchRank` dimensions begins, in elements from the first one.
  func starts(of batchRank: Int) -> [Int64] {
    var starts: [Int64] = [0]
    for (size, stride) in zip(sizes, steps).prefix(batchRank) {
      starts = starts.flatMap { start in (0..<size).map { start + Int64($0 * stride) } }
    }
    return starts
  }
}

private func requireRank(_ rank: Int, _ operation: String, _ a: Tensor, _ b: Tensor) throws(TensorError) {
  try a.check()
  try b.check()
  guard a.rank == rank, b.rank == rank else {
    throw .shapeMismatch(
      operation: operation, shapes: [a.shape, b.shape], rule: "both sides need \(rank) dimension\(rank == 1 ? "" : "s")"
    )
  }
}

func requireSame(_ operation: String, _ a: Tensor, _ b: Tensor) throws(TensorError) {
  guard a.dtype == b.dtype else {
    throw .dtypeMismatch(
      operation: operation, dtypes: [a.dtype, b.dtype],
      rule: "both sides must have one dtype; cast one with to(_:), or use withAutocast { }")
  }
}

/// The tensor in autocast's dtype, when autocast is on and the tensor is a float of at most 32 bits.
func autocasted(_ x: Tensor) throws(TensorError) -> Tensor {
  guard let dtype = autocastDType, x.dtype.isFloatingPoint, x.dtype != .float64, !x.dtype.isFloat8 else { return x }
  return try x.to(dtype)
}

func withoutAutocast<R>(_ body: () throws(TensorError) -> R) throws(TensorError) -> R {
  let former = Context.autocast
  Context.autocast = nil
  defer { Context.autocast = former }
  return try body()
}
