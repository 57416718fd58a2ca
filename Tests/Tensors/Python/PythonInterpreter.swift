// Runs the reference files' Python expressions on this runtime.

import Tensors

/// Evaluates expressions; `variables` are what the file calls `x`, `p` or `t`.
struct PythonInterpreter {
  var variables: [String: PythonValue] = [:]
  /// Functions of a file's own, such as `t` in errors.json.
  var functions: [String: (PythonArguments) throws -> PythonValue] = [:]

  func run(_ text: String) throws -> PythonValue { try value(PythonParser.parse(text)) }

  private func value(_ expression: PythonExpression) throws -> PythonValue {
    switch expression {
    case .number(let value): return value
    case .string(let text): return .string(text)
    case .name(let name): return try named(name)
    case .attribute(let base, let name): return try attribute(base, name)
    case .call(let function, let positional, let named): return try call(function, positional, named)
    case .index(let base, let indices): return try index(value(base), indices)
    case .slice(let from, let to, let step):
      let bounds = try [from, to, step].map { try $0.map { try int($0) } }
      return .index(.slice(bounds[0], bounds[1], by: bounds[2] ?? 1))
    case .ellipsis: return .index(.ellipsis)
    case .spread: throw NotOffered(name: "spread")
    case .prefix(let symbol, let operand): return try prefix(symbol, value(operand))
    case .infix(let symbol, let left, let right): return try PythonOperators.infix(symbol, value(left), value(right))
    case .list(let items), .tuple(let items): return .list(try items.map(value))
    case .dictionary: throw NotOffered(name: "dictionary")
    case .conditional(let condition, let yes, let no):
      guard case .bool(let holds) = try value(condition) else { throw NotOffered(name: "condition") }
      return try value(holds ? yes : no)
    case .lambda(let parameter, let body): return .function(parameter, body)
    }
  }

  private func int(_ expression: PythonExpression) throws -> Int {
    guard case .int(let result) = try value(expression) else { throw NotOffered(name: "an index that is no integer") }
    return result
  }

  private func named(_ name: String) throws -> PythonValue {
    switch name {
    case "None", "torch": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    default:
      guard let value = variables[name] else { throw NotOffered(name: name) }
      return value
    }
  }

  /// `torch.float32`, `tensor.values`, `tensor.T`.
  private func attribute(_ base: PythonExpression, _ name: String) throws -> PythonValue {
    if case .name("torch") = base {
      guard let dtype = DType(name: name) else { return try qscheme(name) }
      return .dtype(dtype)
    }
    switch (try value(base), name) {
    case (.list(let values), "values") where values.count == 2: return values[0]
    case (.list(let values), "indices") where values.count == 2: return values[1]
    default: throw NotOffered(name: ".\(name)")
    }
  }

  private func qscheme(_ name: String) throws -> PythonValue {
    switch name {
    case "qint8": .quantizedDType(.int8)
    case "quint8": .quantizedDType(.uint8)
    case "qint32": .quantizedDType(.int32)
    default: throw NotOffered(name: "torch.\(name)")
    }
  }

  private func call(
    _ function: PythonExpression, _ positional: [PythonExpression], _ named: [(String, PythonExpression)]
  )
    throws -> PythonValue
  {
    let (name, receiver) = try callee(function)
    var values = receiver.map { [$0] } ?? []
    for argument in positional {
      if case .spread(let list) = argument, case .list(let items) = try value(list) {
        values += items
      } else {
        values.append(try value(argument))
      }
    }
    if case .function(let parameter, let body)? = receiver, values.count == 2 {
      var inner = self
      inner.variables[parameter] = values[1]
      return try inner.value(body)
    }
    let keywords = try Dictionary(named.map { ($0.0, try value($0.1)) }) { $1 }
    let arguments = PythonArguments(function: name, positional: values, named: keywords)
    let own = receiver == nil ? functions[name] : nil
    guard let run = own ?? PythonFunctions.table[name] else { throw NotOffered(name: name) }
    return try run(arguments)
  }

  /// The function's name without `torch.` and `F.`, and the value it is a method of.
  private func callee(_ function: PythonExpression) throws -> (String, PythonValue?) {
    switch function {
    case .name(let name): return (functions[name] == nil ? "builtin." + name : name, nil)
    case .attribute(.name(let module), let name) where ["torch", "F", "Fn"].contains(module): return (name, nil)
    case .attribute(.name("nn"), let name): return ("nn." + name, nil)
    case .attribute(.attribute(.name("nn"), "init"), let name): return ("init." + name, nil)
    case .attribute(.attribute(.name("torch"), "linalg"), let name): return ("linalg." + name, nil)
    case .attribute(let base, let name): return (name, try value(base))
    case .lambda: return ("lambda", try value(function))
    default: throw NotOffered(name: "a call of this form")
    }
  }

  private func index(_ base: PythonValue, _ indices: [PythonExpression]) throws -> PythonValue {
    switch base {
    case .dictionary(let values):
      guard case .string(let key) = try value(indices[0]), let found = values[key] else {
        throw NotOffered(name: "key")
      }
      return found
    case .list(let values):
      let i = try int(indices[0])
      guard values.indices.contains(i) else { throw NotOffered(name: "list index") }
      return values[i]
    case .tensor(let tensor): return .tensor(try tensor.at(indices.map { try tensorIndex(value($0)) }))
    default: throw NotOffered(name: "subscript")
    }
  }

  private func tensorIndex(_ value: PythonValue) throws -> TensorIndex {
    switch value {
    case .int(let i): return .place(i)
    case .index(let index): return index
    case .tensor(let tensor): return .tensor(tensor)
    case .none: return .axis
    default: throw NotOffered(name: "an index of this type")
    }
  }

  private func prefix(_ symbol: String, _ operand: PythonValue) throws -> PythonValue {
    switch (symbol, operand) {
    case ("-", .int(let value)): return .int(-value)
    case ("-", .float(let value)): return .float(-value)
    case ("-", .tensor(let tensor)): return .tensor(try -tensor)
    case ("~", .tensor(let tensor)): return .tensor(try ~tensor)
    default: throw NotOffered(name: "prefix \(symbol)")
    }
  }
}

/// Operators between tensors, numbers and both.
enum PythonOperators {
  static func infix(_ symbol: String, _ left: PythonValue, _ right: PythonValue) throws -> PythonValue {
    switch (left, right) {
    case (.tensor(let a), .tensor(let b)): return .tensor(try apply(symbol, a, b))
    case (.tensor(let a), _):
      guard let b = right.scalar else { throw NotOffered(name: symbol) }
      switch b {
      case .bool(let b): return .tensor(try apply(symbol, a, b))
      case .int(let b): return .tensor(try apply(symbol, a, b))
      case .float(let b): return .tensor(try apply(symbol, a, b))
      }
    case (_, .tensor(let b)):
      guard let a = left.scalar else { throw NotOffered(name: symbol) }
      switch a {
      case .bool(let a): return .tensor(try applyLeft(symbol, a, b))
      case .int(let a): return .tensor(try applyLeft(symbol, a, b))
      case .float(let a): return .tensor(try applyLeft(symbol, a, b))
      }
    default: return try numbers(symbol, left, right)
    }
  }

  private static func numbers(_ symbol: String, _ left: PythonValue, _ right: PythonValue) throws -> PythonValue {
    guard let a = left.scalar?.doubleValue, let b = right.scalar?.doubleValue else { throw NotOffered(name: symbol) }
    if symbol == "**", b == 0.5 { return .float(a.squareRoot()) }
    throw NotOffered(name: "\(symbol) of numbers")
  }

  private static func apply(_ symbol: String, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch symbol {
    case "+": try a + b
    case "-": try a - b
    case "*": try a * b
    case "/": try a / b
    case "//": try a.floorDivide(b)
    case "%": try a % b
    case "**": try a.pow(b)
    case "@": try a.matmul(b)
    case "&": try a & b
    case "|": try a | b
    case "^": try a ^ b
    case "==": try a .== b
    case "!=": try a .!= b
    case "<": try a .< b
    case "<=": try a .<= b
    case ">": try a .> b
    case ">=": try a .>= b
    default: throw NotOffered(name: symbol)
    }
  }

  private static func apply(_ symbol: String, _ a: Tensor, _ b: some TensorScalar) throws -> Tensor {
    switch symbol {
    case "+": try a + b
    case "-": try a - b
    case "*": try a * b
    case "/": try a / b
    case "//": try a.floorDivide(b)
    case "%": try a % b
    case "**": try a.pow(b)
    case "<<": try a << b
    case ">>": try a >> b
    case "==": try a .== b
    case "!=": try a .!= b
    case "<": try a .< b
    case "<=": try a .<= b
    case ">": try a .> b
    case ">=": try a .>= b
    default: throw NotOffered(name: symbol)
    }
  }

  private static func applyLeft(_ symbol: String, _ a: some TensorScalar, _ b: Tensor) throws -> Tensor {
    switch symbol {
    case "+": try a + b
    case "-": try a - b
    case "*": try a * b
    case "/": try a / b
    case "%": try a % b
    case "**": try Tensor.pow(a, b)
    default: throw NotOffered(name: symbol)
    }
  }
}
