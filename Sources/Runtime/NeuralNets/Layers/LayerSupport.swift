// What several layers share: how they draw their parameters, and Python's spelling in the printed tree.

import Tensors

/// The dtype of a layer's parameters: the one named or the default, which must be floating point.
func parameterDType(_ dtype: DType?) throws -> DType {
  let dtype = dtype ?? defaultDType
  guard dtype.isFloatingPoint else { throw ModuleError.parameterNotFloatingPoint(dtype: dtype) }
  return dtype
}

/// The weights and biases of linear and convolution layers: uniform in ±1/√fanIn, as PyTorch's `reset_parameters` draws
/// them.
struct FanInit {
  /// How many inputs one output has.
  let fanIn: Int
  let dtype: DType

  /// The bound is √3 · gain / √fanIn with the gain √(2 / (1 + 5)) of a leaky ReLU of slope √5, multiplied in PyTorch's
  /// order.
  func weight(_ shape: [Int]) throws -> Parameter {
    let slope = 5.0.squareRoot()
    let gain = (2 / (1 + slope * slope)).squareRoot()
    return try draw(shape, bound: 3.0.squareRoot() * (gain / Double(fanIn).squareRoot()))
  }

  /// Without inputs there is no bound to draw within; PyTorch then leaves the bias as it is in memory, here it is zero.
  func bias(_ count: Int) throws -> Parameter {
    try draw([count], bound: fanIn > 0 ? 1 / Double(fanIn).squareRoot() : 0)
  }

  private func draw(_ shape: [Int], bound: Double) throws -> Parameter {
    guard fanIn > 0 else { return try Parameter(Tensor.zeros(shape, dtype: dtype)) }
    return try Parameter(Initializer.uniform(shape, from: -bound, to: bound, dtype: dtype))
  }
}

/// A value as Python spells it.
func python(_ value: Bool) -> String { value ? "True" : "False" }
func python(_ value: Double) -> String { Scalar.float(value).description.pythonExponent }

/// One size for all dimensions is a number, several are a tuple.
func python(_ size: WindowSize) -> String {
  size.values.count == 1 ? "\(size.values[0])" : tuple(size.values)
}

/// Sizes as a Python tuple: `(4,)`, `(2, 3)`.
func tuple(_ sizes: [Int]) -> String {
  "(" + sizes.map(String.init).joined(separator: ", ") + (sizes.count == 1 ? ",)" : ")")
}

extension String {
  /// Python writes an exponent with two digits at least: `1e-05`.
  fileprivate var pythonExponent: String {
    guard let e = firstIndex(of: "e") else { return self }
    let sign = self[index(after: e)] == "-" ? "-" : "+"
    let digits = self[index(after: e)...].filter(\.isNumber)
    return self[..<e].replacingSuffix(".0") + "e\(sign)" + (digits.count < 2 ? "0" : "") + digits
  }
}

extension Substring {
  fileprivate func replacingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : String(self)
  }
}

/// A property's name in the style of PyTorch's keys: `inProjWeight` is `in_proj_weight`.
func snakeCase(_ name: String) -> String {
  name.reduce(into: "") { text, character in
    text += character.isUppercase ? "_" + character.lowercased() : String(character)
  }
}
