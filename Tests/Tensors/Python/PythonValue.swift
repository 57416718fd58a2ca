// The values that the reference files' Python expressions have.

import Tensors

/// A value of the small Python in the tests.
enum PythonValue {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case list([PythonValue])
  case dictionary([String: PythonValue])
  case tensor(Tensor)
  case dtype(DType)
  /// `torch.qint8` and its kind, which are dtypes of their own in PyTorch.
  case quantizedDType(DType)
  case index(TensorIndex)
  case generator(Generator)
  case quantized(QuantizedTensor)
  case function(String, PythonExpression)

  /// As the element of a tensor literal or the operand of an operator.
  var scalar: Scalar? {
    switch self {
    case .bool(let value): .bool(value)
    case .int(let value): .int(Int64(value))
    case .float(let value): .float(value)
    default: nil
    }
  }

  /// The tensors in a result: one, several, or a scalar as a 0-d tensor.
  var tensors: [Tensor] {
    switch self {
    case .tensor(let tensor): [tensor]
    case .list(let values): values.flatMap(\.tensors)
    case .bool(let value): (try? [Tensor(value)]) ?? []
    default: []
    }
  }

  init(_ found: ValuesAndIndices) { self = .list([.tensor(found.values), .tensor(found.indices)]) }
  init(_ tensors: [Tensor]) { self = .list(tensors.map { .tensor($0) }) }
}

/// The expression uses something that this runtime does not offer, or that another room's tests cover.
struct NotOffered: Error, Hashable { let name: String }

/// The arguments of a call, the receiver of a method first.
struct PythonArguments {
  let function: String
  let positional: [PythonValue]
  let named: [String: PythonValue]

  func value(_ position: Int, _ name: String) -> PythonValue? {
    let found = position < positional.count ? positional[position] : named[name]
    if case .none? = found { return nil }
    return found
  }

  func required(_ position: Int) throws -> PythonValue {
    guard position < positional.count else { throw wrong("argument \(position)") }
    return positional[position]
  }

  private func wrong(_ name: String) -> NotOffered { NotOffered(name: "\(function)(\(name): of this type)") }

  func tensor(_ position: Int, _ name: String = "input") throws -> Tensor {
    guard case .tensor(let tensor)? = value(position, name) else { throw wrong(name) }
    return tensor
  }

  func optionalTensor(_ position: Int, _ name: String) throws -> Tensor? {
    value(position, name) == nil ? nil : try tensor(position, name)
  }

  func tensors(_ position: Int, _ name: String) throws -> [Tensor] {
    guard case .list(let values)? = value(position, name) else { throw wrong(name) }
    return values.flatMap(\.tensors)
  }

  func int(_ position: Int, _ name: String, _ standard: Int? = nil) throws -> Int {
    guard case .int(let value)? = value(position, name) else {
      guard let standard, value(position, name) == nil else { throw wrong(name) }
      return standard
    }
    return value
  }

  func optionalInt(_ position: Int, _ name: String) throws -> Int? {
    value(position, name) == nil ? nil : try int(position, name)
  }

  func double(_ position: Int, _ name: String, _ standard: Double? = nil) throws -> Double {
    guard let scalar = value(position, name)?.scalar else {
      guard let standard, value(position, name) == nil else { throw wrong(name) }
      return standard
    }
    return scalar.doubleValue
  }

  func optionalDouble(_ position: Int, _ name: String) throws -> Double? {
    value(position, name) == nil ? nil : try double(position, name)
  }

  func bool(_ position: Int, _ name: String, _ standard: Bool = false) -> Bool {
    if case .bool(let value)? = value(position, name) { return value }
    return standard
  }

  func string(_ name: String) -> String? {
    if case .string(let value)? = named[name] { return value }
    return nil
  }

  var dtype: DType? {
    get throws {
      if named["device"] != nil { throw NotOffered(name: "device: there is only the CPU") }
      guard let value = named["dtype"] else { return nil }
      guard case .dtype(let dtype) = value else { throw NotOffered(name: "dtype: of this type") }
      return dtype
    }
  }

  var generator: Generator {
    if case .generator(let generator)? = named["generator"] { return generator }
    return .default
  }

  var keepDim: Bool { bool(99, "keepdim") }

  /// A list of integers, given as one value or as the rest of the arguments.
  func ints(_ position: Int, _ name: String) throws -> [Int] {
    switch value(position, name) {
    case .list(let values)?: return try values.map { if case .int(let value) = $0 { value } else { throw wrong(name) } }
    case .int?:
      return try positional.dropFirst(position).map {
        if case .int(let value) = $0 { value } else { throw wrong(name) }
      }
    case nil where positional.count <= position: return []
    default: throw wrong(name)
    }
  }

  /// One integer or a list of them.
  func dims(_ position: Int, _ name: String = "dim") throws -> [Int] {
    switch value(position, name) {
    case .int(let value)?: return [value]
    case nil: return []
    default: return try ints(position, name)
    }
  }

  func window(_ position: Int, _ name: String, _ standard: WindowSize = 1) throws -> WindowSize {
    value(position, name) == nil ? standard : WindowSize(try dims(position, name))
  }
}
