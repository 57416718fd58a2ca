// How elementwise operations run: promotion, broadcasting, one kernel call.

internal import CKernels

/// A tensor or a Swift number on either side of an operator.
struct Operand {
  let tensor: Tensor?
  let number: Scalar

  init(_ tensor: Tensor) {
    self.tensor = tensor
    number = 0
  }

  init(_ number: Scalar) {
    tensor = nil
    self.number = number
  }

  var sizes: Extents { tensor?.sizes ?? [] }

  var promotion: PromotionOperand {
    guard let tensor else { return PromotionOperand(dtype: number.dtype, rank: .number) }
    return PromotionOperand(dtype: tensor.dtype, rank: tensor.rank == 0 ? .zeroDimensional : .dimensioned)
  }

  /// The operand in the common dtype; a number or a 0-d tensor stays in the compute type when `keepsNumber`.
  func converted(to dtype: DType, keepsNumber: Bool) throws(TensorError) -> ConvertedOperand {
    if let tensor {
      return .tensor(try tensor.to(keepsNumber && tensor.rank == 0 ? dtype.compute : dtype))
    }
    return .number(NumberInMemory(number, keepsNumber ? dtype.compute : dtype))
  }
}

/// One element outside of any tensor.
struct NumberInMemory {
  private var bits: UInt64 = 0
  private let dtype: DType

  /// Integers wrap around, as they do in PyTorch's arithmetic.
  init(_ number: Scalar, _ dtype: DType) {
    self.dtype = dtype
    let (wide, bits): (DType, UInt64) =
      switch number {
      case .bool(let value): (.int64, value ? 1 : 0)
      case .int(let value): (.int64, UInt64(bitPattern: value))
      case .float(let value): (.float64, value.bitPattern)
      }
    if wide == dtype {
      self.bits = bits
    } else {
      withUnsafePointer(to: bits) { from in
        withUnsafeMutablePointer(to: &self.bits) { to in
          ck_copy(
            0, nil, ck_source(data: from, strides: nil, dtype: wide.code),
            ck_target(data: to, strides: nil, dtype: dtype.code))
        }
      }
    }
  }

  @inline(__always)
  func withSource<R, E: Error>(_ steps: UnsafePointer<Int64>?, _ body: (ck_source) throws(E) -> R) throws(E) -> R {
    try withUnsafePointer(to: bits) { (bits) throws(E) in
      try body(ck_source(data: bits, strides: steps, dtype: dtype.code))
    }
  }

  var isZero: Bool { withSource(nil) { ck_any_zero(0, nil, $0) } }
}

/// An operand in the dtype that its kernel expects.
enum ConvertedOperand {
  case tensor(Tensor)
  case number(NumberInMemory)

  /// Lends the operand, stretched to the given sizes, to a kernel.
  @inline(__always)
  func withSource(_ sizes: Extents, _ operation: String, _ body: (ck_source) throws(TensorError) -> Void)
    throws(TensorError)
  {
    switch self {
    case .tensor(let tensor):
      let steps = try tensor.expandedSteps(to: sizes, operation)
      defer { withExtendedLifetime(tensor) {} }
      try steps.withKernelValues { (steps) throws(TensorError) in try body(tensor.source(steps)) }
    case .number(let number):
      try Extents(repeating: 0, count: sizes.count).withKernelValues { (steps) throws(TensorError) in
        try number.withSource(steps, body)
      }
    }
  }

  var hasZero: Bool {
    switch self {
    case .tensor(let tensor): tensor.hasZero
    case .number(let number): number.isZero
    }
  }
}

/// An operation on two operands: its kernel, its name in errors, and what its result looks like.
struct BinaryOperation {
  enum Result { case common, floating, bool }
  let name: String
  let kernel: ck_binary_op
  var result = Result.common
  /// Whether a number takes part with float32's precision instead of the tensor's.
  var keepsNumber = false
  var acceptsFloat = true
  var acceptsBool = true
  var acceptsFloat16 = true

  /// The short way: two tensors of one dtype, where nothing has to be converted.
  func callAsFunction(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    guard a.dtype == b.dtype, result != .floating || a.dtype.isFloatingPoint, !divides else {
      return try self(Operand(a), Operand(b))
    }
    try a.check()
    try b.check()
    try checkDType(a.dtype)
    if a.sizes == b.sizes {
      guard a.isScattered || b.isScattered else { return try run(a, a.steps, b, b.steps, a.sizes) }
      let (a, b) = (try a.inRows(), try b.inRows())
      return try run(a, a.steps, b, b.steps, a.sizes)
    }
    let sizes = try broadcastSizes(name, a.sizes, b.sizes)
    return try run(a, a.expandedSteps(to: sizes, name), b, b.expandedSteps(to: sizes, name), sizes)
  }

  @inline(__always)
  private func run(_ a: Tensor, _ aSteps: Extents, _ b: Tensor, _ bSteps: Extents, _ sizes: Extents)
    throws(TensorError) -> Tensor
  {
    let out = try Tensor(uninitialized: sizes, dtype: result == .bool ? .bool : a.dtype)
    withExtents(sizes, aSteps, bSteps) { shape, left, right in
      ck_binary(
        kernel, a.dtype.compute.code, Int32(sizes.count), shape, a.source(left), b.source(right), out.address,
        out.dtype.code)
    }
    return out
  }

  /// The short way for a number on the right whose kind does not change the result's dtype.
  func callAsFunction(_ a: Tensor, _ b: Scalar) throws(TensorError) -> Tensor {
    let keepsDType: Bool =
      switch b {
      case .bool: a.dtype == .bool
      case .int: a.dtype.isFloatingPoint || a.dtype.isInteger
      case .float: a.dtype.isFloatingPoint
      }
    guard keepsDType, result != .floating || a.dtype.isFloatingPoint, !divides else {
      return try self(Operand(a), Operand(b))
    }
    try a.check()
    try checkDType(a.dtype)
    let out = try Tensor(uninitialized: a.sizes, dtype: result == .bool ? .bool : a.dtype)
    let number = NumberInMemory(b, keepsNumber ? a.dtype.compute : a.dtype)
    withExtents(a.sizes, a.steps, Extents(repeating: 0, count: a.rank)) { shape, left, zeros in
      number.withSource(zeros) { right in
        ck_binary(
          kernel, a.dtype.compute.code, Int32(a.rank), shape, a.source(left), right, out.address, out.dtype.code)
      }
    }
    return out
  }

  func callAsFunction(_ a: Operand, _ b: Operand) throws(TensorError) -> Tensor {
    try a.tensor?.check()
    try b.tensor?.check()
    let sizes = try broadcastSizes(name, a.sizes, b.sizes)
    var common = try resultType(a.promotion, b.promotion)
    if result == .floating && !common.isFloatingPoint { common = defaultDType }
    try checkDType(common)
    // Between two 0-d tensors there is no number that could keep its precision.
    let keeps = keepsNumber && !(a.tensor?.rank == 0 && b.tensor?.rank == 0)
    return try run(
      a.converted(to: common, keepsNumber: keeps), b.converted(to: common, keepsNumber: keeps), sizes, common)
  }

  private func checkDType(_ dtype: DType) throws(TensorError) {
    try requireKernel(name, dtype, float16: acceptsFloat16)
    if (dtype.isFloatingPoint && !acceptsFloat) || (dtype == .bool && !acceptsBool) {
      throw .notImplemented(operation: name, dtype: dtype)
    }
  }

  private func run(_ a: ConvertedOperand, _ b: ConvertedOperand, _ sizes: Extents, _ common: DType)
    throws(TensorError) -> Tensor
  {
    if divides && !common.isFloatingPoint && b.hasZero {
      throw .invalidArgument(operation: name, reason: "an integer cannot be divided by zero")
    }
    let out = try Tensor(uninitialized: sizes, dtype: result == .bool ? .bool : common)
    let (rank, compute) = (Int32(sizes.count), common.compute.code)
    try a.withSource(sizes, name) { (left) throws(TensorError) in
      try b.withSource(sizes, name) { right in
        sizes.withKernelValues { ck_binary(kernel, compute, rank, $0, left, right, out.address, out.dtype.code) }
      }
    }
    return out
  }

  private var divides: Bool {
    switch kernel {
    case ck_floor_divide, ck_trunc_divide, ck_remainder, ck_fmod: true
    default: false
    }
  }
}

/// An operation on one operand.
struct UnaryOperation {
  enum Result { case same, floating, bool }
  let name: String
  let kernel: ck_unary_op
  var result = Result.same
  var acceptsFloat16 = true
  var acceptsInteger = true
  var acceptsBool = true
  var acceptsFloat = true

  func callAsFunction(_ x: Tensor, _ first: Double = 0, _ second: Double = 0) throws(TensorError) -> Tensor {
    try x.check()
    let dtype = result == .floating && !x.dtype.isFloatingPoint ? defaultDType : x.dtype
    try requireKernel(name, dtype, float16: acceptsFloat16)
    let refused =
      (!acceptsInteger && x.dtype.isInteger) || (!acceptsBool && x.dtype == .bool)
      || (!acceptsFloat && x.dtype.isFloatingPoint)
    if refused { throw .notImplemented(operation: name, dtype: x.dtype) }
    return try run(x.to(dtype).inRows(), first, second)
  }

  private func run(_ x: Tensor, _ first: Double, _ second: Double) throws(TensorError) -> Tensor {
    let out = try Tensor(uninitialized: x.sizes, dtype: result == .bool ? .bool : x.dtype)
    withUnsafePointer(to: (first, second)) { parameters in
      parameters.withMemoryRebound(to: Double.self, capacity: 2) { parameters in
        withExtents(x.sizes, x.steps) { shape, strides in
          ck_unary(
            kernel, parameters, x.dtype.compute.code, Int32(x.rank), shape, x.source(strides), out.address,
            out.dtype.code)
        }
      }
    }
    return out
  }
}

extension Tensor {
  /// Whether this is a large tensor whose neighbours along the last dimension lie far apart, as a transposed matrix's do:
  /// each number that is read from it costs a line of the cache, and copies know how to avoid that.
  var isScattered: Bool { count >= 1 << 14 && rank > 0 && steps[rank - 1] >= 16 }

  /// A copy of a scattered tensor; itself else.
  func inRows() throws(TensorError) -> Tensor { isScattered ? try contiguous() : self }

  var hasZero: Bool {
    withExtents(sizes, steps) { shape, strides in ck_any_zero(Int32(rank), shape, source(strides)) }
  }

  /// A view of another shape in which sizes of 1 are repeated; throws under the operation's name.
  func expanded(to shape: [Int], _ operation: String) throws(TensorError) -> Tensor {
    try expanded(to: Extents(shape), operation)
  }

  func expanded(to sizes: Extents, _ operation: String) throws(TensorError) -> Tensor {
    sizes == self.sizes ? self : view(sizes, try expandedSteps(to: sizes, operation))
  }

  /// The strides of ``expanded(to:_:)``.
  func expandedSteps(to sizes: Extents, _ operation: String) throws(TensorError) -> Extents {
    if sizes == self.sizes { return steps }
    let extra = sizes.count - rank
    guard extra >= 0 else { throw .shapesDoNotBroadcast(operation: operation, shape, Array(sizes)) }
    var expanded = Extents(repeating: 0, count: sizes.count)
    for d in 0..<rank where self.sizes[d] != 1 || sizes[d + extra] == 1 {
      guard self.sizes[d] == sizes[d + extra] else {
        throw .shapesDoNotBroadcast(operation: operation, shape, Array(sizes))
      }
      expanded[d + extra] = steps[d]
    }
    return expanded
  }
}

/// The shape that both shapes stretch to: sizes, counted from the last, must be equal or 1.
func broadcastShape(_ operation: String, _ a: [Int], _ b: [Int]) throws(TensorError) -> [Int] {
  Array(try broadcastSizes(operation, Extents(a), Extents(b)))
}

func broadcastSizes(_ operation: String, _ a: Extents, _ b: Extents) throws(TensorError) -> Extents {
  if a == b || b.isEmpty { return a }
  let rank = max(a.count, b.count)
  var sizes = Extents(repeating: 1, count: rank)
  for back in 1..<(rank + 1) {
    let x = back <= a.count ? a[a.count - back] : 1
    let y = back <= b.count ? b[b.count - back] : 1
    guard x == y || x == 1 || y == 1 else { throw .shapesDoNotBroadcast(operation: operation, Array(a), Array(b)) }
    sizes[rank - back] = x == 1 ? y : x
  }
  return sizes
}
