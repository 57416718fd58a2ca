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

  var shape: [Int] { tensor?.shape ?? [] }

  var promotion: PromotionOperand {
    guard let tensor else { return PromotionOperand(dtype: number.dtype, rank: .number) }
    return PromotionOperand(dtype: tensor.dtype, rank: tensor.rank == 0 ? .zeroDimensional : .dimensioned)
  }

  /// The operand in the common dtype; a number or a 0-d tensor stays in the compute type when `keepsNumber`.
  func converted(to dtype: DType, keepsNumber: Bool) throws(TensorError) -> Tensor {
    if let tensor { return try tensor.to(keepsNumber && tensor.rank == 0 ? dtype.compute : dtype) }
    let wanted = keepsNumber ? dtype.compute : dtype
    // Integers wrap around, as they do in PyTorch's arithmetic.
    return try Tensor(number: number, dtype: number.dtype.isFloatingPoint ? .float64 : .int64).to(wanted)
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

  func callAsFunction(_ a: Operand, _ b: Operand) throws(TensorError) -> Tensor {
    try a.tensor?.check()
    try b.tensor?.check()
    let shape = try broadcastShape(name, a.shape, b.shape)
    var common = try resultType([a.promotion, b.promotion])
    if result == .floating && !common.isFloatingPoint { common = defaultDType }
    try checkDType(common)
    // Between two 0-d tensors there is no number that could keep its precision.
    let keeps = keepsNumber && !(a.tensor?.rank == 0 && b.tensor?.rank == 0)
    let left = try a.converted(to: common, keepsNumber: keeps).expanded(to: shape, name)
    let right = try b.converted(to: common, keepsNumber: keeps).expanded(to: shape, name)
    return try run(left, right, common)
  }

  private func checkDType(_ dtype: DType) throws(TensorError) {
    try requireKernel(name, dtype, float16: acceptsFloat16)
    if (dtype.isFloatingPoint && !acceptsFloat) || (dtype == .bool && !acceptsBool) {
      throw .notImplemented(operation: name, dtype: dtype)
    }
  }

  private func run(_ a: Tensor, _ b: Tensor, _ common: DType) throws(TensorError) -> Tensor {
    let divides = [ck_floor_divide, ck_trunc_divide, ck_remainder, ck_fmod].contains { $0 == kernel }
    if divides && !common.isFloatingPoint && b.hasZero {
      throw .invalidArgument(operation: name, reason: "an integer cannot be divided by zero")
    }
    let out = try Tensor(uninitialized: a.shape, dtype: result == .bool ? .bool : common)
    withShapes(a.shape, a.strides, b.strides) { shape, left, right in
      ck_binary(
        kernel, common.compute.code, Int32(a.rank), shape, a.source(left), b.source(right), out.address, out.dtype.code)
    }
    return out
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
    return try run(x.to(dtype), first, second)
  }

  private func run(_ x: Tensor, _ first: Double, _ second: Double) throws(TensorError) -> Tensor {
    let out = try Tensor(uninitialized: x.shape, dtype: result == .bool ? .bool : x.dtype)
    withUnsafePointer(to: (first, second)) { parameters in
      parameters.withMemoryRebound(to: Double.self, capacity: 2) { parameters in
        withShapes(x.shape, x.strides, []) { shape, strides, _ in
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
  var hasZero: Bool {
    withShapes(shape, strides, []) { shape, strides, _ in ck_any_zero(Int32(rank), shape, source(strides)) }
  }

  /// A view of another shape in which sizes of 1 are repeated; throws under the operation's name.
  func expanded(to shape: [Int], _ operation: String) throws(TensorError) -> Tensor {
    if shape == self.shape { return self }
    let extra = shape.count - rank
    guard extra >= 0 else { throw .shapesDoNotBroadcast(operation: operation, self.shape, shape) }
    var steps = [Int](repeating: 0, count: shape.count)
    for d in 0..<rank where self.shape[d] != 1 || shape[d + extra] == 1 {
      guard self.shape[d] == shape[d + extra] else {
        throw .shapesDoNotBroadcast(operation: operation, self.shape, shape)
      }
      steps[d + extra] = strides[d]
    }
    return view(shape, steps)
  }
}

/// The shape that both shapes stretch to: sizes, counted from the last, must be equal or 1.
func broadcastShape(_ operation: String, _ a: [Int], _ b: [Int]) throws(TensorError) -> [Int] {
  let rank = max(a.count, b.count)
  var shape = [Int](repeating: 1, count: rank)
  for back in 1..<(rank + 1) {
    let x = back <= a.count ? a[a.count - back] : 1
    let y = back <= b.count ? b[b.count - back] : 1
    guard x == y || x == 1 || y == 1 else { throw .shapesDoNotBroadcast(operation: operation, a, b) }
    shape[rank - back] = x == 1 ? y : x
  }
  return shape
}
