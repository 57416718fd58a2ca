// What can go wrong with a module, as data.

import Tensors

/// An error that a module, and not one of its tensor operations, has found. Operations throw `TensorError`.
public enum ModuleError: Error, Equatable {
  /// The module was called, but its class has no `forward`.
  case noForward(module: String)
  /// A layer was made with a setting that it cannot have.
  case invalidArgument(module: String, argument: String, value: String, expected: String)
  /// A parameter that requires gradients was made of integers or truth values.
  case parameterNotFloatingPoint(dtype: DType)
  /// A module was cast to a dtype that its parameters cannot have.
  case castNotFloatingPoint(module: String, dtype: DType)
  /// A state dict does not fit the module; nothing was loaded.
  case stateMismatch(module: String, StateMismatch)
  /// A copy was asked of an object with a property that cannot be copied.
  case cannotCopy(type: String, property: String, reason: String)
  /// A container was asked for an element that it does not have.
  case noElement(module: String, index: Int, count: Int)
  /// A container was asked for a name that it does not have.
  case noChild(module: String, name: String, names: [String])
}

/// How a state dict differs from what a module expects; each list in the order of its source.
public struct StateMismatch: Equatable, Sendable {
  /// Keys of the module that the state dict does not have.
  public var missing: [String] = []
  /// Keys of the state dict that the module does not have.
  public var unexpected: [String] = []
  /// Keys of both, with different shapes.
  public var shapes: [ShapeMismatch] = []

  /// Whether everything fits.
  public var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && shapes.isEmpty }
}

/// One entry of a state dict that has another shape than the module's.
public struct ShapeMismatch: Equatable, Sendable {
  /// The name in the state dict.
  public var key: String
  /// The shape of the state dict's tensor.
  public var given: [Int]
  /// The shape of the model's tensor.
  public var expected: [Int]
}

extension ModuleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noForward(let module):
      "\(module) has no `forward(_:)`; override it to say what `\(module)` computes"
    case .invalidArgument(let module, let argument, let value, let expected):
      "\(module): `\(argument)` must be \(expected), but is \(value)"
    case .parameterNotFloatingPoint(let dtype):
      "a parameter must be floating point, but is \(dtype); use a Buffer, or requiresGrad: false"
    case .castNotFloatingPoint(let module, let dtype):
      "\(module) can be cast to a floating-point dtype only, not to \(dtype)"
    case .stateMismatch(let module, let mismatch):
      "the state dict does not fit \(module):" + mismatch.lines.map { "\n  " + $0 }.joined()
    case .cannotCopy(let type, let property, let reason):
      "\(type) cannot be copied: its property `\(property)` \(reason)"
    case .noElement(let module, let index, let count):
      "\(module) has no element \(index); it has \(count), counted from 0"
    case .noChild(let module, let name, let names):
      "\(module) has no child \"\(name)\"; it has \(names.isEmpty ? "none" : quoted(names))"
    }
  }
}

extension StateMismatch {
  fileprivate var lines: [String] {
    var lines: [String] = []
    if !missing.isEmpty { lines.append("missing: \(firstOf(missing))") }
    if !unexpected.isEmpty { lines.append("unexpected: \(firstOf(unexpected))") }
    lines += shapes.prefix(shownCount).map { "\"\($0.key)\" has shape \($0.given), the model's is \($0.expected)" }
    if shapes.count > shownCount { lines.append("and \(shapes.count - shownCount) more have other shapes") }
    return lines
  }
}

/// How many keys of a kind are named; a checkpoint of another model has hundreds.
private let shownCount = 8

private func firstOf(_ names: [String]) -> String {
  let hidden = names.count - shownCount
  return quoted(Array(names.prefix(shownCount))) + (hidden > 0 ? " and \(hidden) more" : "")
}

private func quoted(_ names: [String]) -> String {
  names.map { "\"\($0)\"" }.joined(separator: ", ")
}
