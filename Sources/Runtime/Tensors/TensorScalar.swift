// Swift's number types as elements and operands of tensors.

/// A Swift type whose values can be a tensor's elements.
public protocol TensorScalar: Sendable, TensorElements {
  /// The dtype with this memory layout, which `Array(tensor)` and `item(as:)` convert to.
  static var dtype: DType { get }
  /// The value as the scalar operand of an operation.
  var scalar: Scalar { get }
}

/// A number, or an array of arrays of numbers: what a tensor can be made from.
public protocol TensorElements {
  /// Adds this value's shape and elements to a literal; `depth` counts the arrays around it.
  func collect(into literal: inout TensorLiteral, depth: Int)
  /// Adds the elements of an array, which `depth` arrays stand around.
  static func collect(_ elements: [Self], into literal: inout TensorLiteral, depth: Int)
}

extension TensorElements {
  public static func collect(_ elements: [Self], into literal: inout TensorLiteral, depth: Int) {
    for element in elements { element.collect(into: &literal, depth: depth) }
  }
}

extension TensorScalar {
  public func collect(into literal: inout TensorLiteral, depth: Int) { literal.append([self], depth: depth) }

  public static func collect(_ elements: [Self], into literal: inout TensorLiteral, depth: Int) {
    if !elements.isEmpty { literal.append(elements, depth: depth) }
  }
}

extension Array: TensorElements where Element: TensorElements {
  public func collect(into literal: inout TensorLiteral, depth: Int) {
    literal.enter(count: count, depth: depth)
    Element.collect(self, into: &literal, depth: depth + 1)
  }
}

extension Bool: TensorScalar {
  public static var dtype: DType { .bool }
  public var scalar: Scalar { .bool(self) }
}

extension Double: TensorScalar {
  public static var dtype: DType { .float64 }
  public var scalar: Scalar { .float(self) }
}

extension Float: TensorScalar {
  public static var dtype: DType { .float32 }
  public var scalar: Scalar { .float(Double(self)) }
}

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: TensorScalar {
    public static var dtype: DType { .float16 }
    public var scalar: Scalar { .float(Double(self)) }
  }
#endif

extension BFloat16: TensorScalar {
  public static var dtype: DType { .bfloat16 }
  public var scalar: Scalar { .float(Double(self)) }
}

extension Float8E4M3FN: TensorScalar {
  public static var dtype: DType { .float8E4M3FN }
  public var scalar: Scalar { .float(Double(Float(self))) }
}

extension Float8E5M2: TensorScalar {
  public static var dtype: DType { .float8E5M2 }
  public var scalar: Scalar { .float(Double(Float(self))) }
}

extension Int: TensorScalar {
  public static var dtype: DType { .int64 }
  public var scalar: Scalar { .int(Int64(self)) }
}

extension Int64: TensorScalar {
  public static var dtype: DType { .int64 }
  public var scalar: Scalar { .int(self) }
}

extension Int32: TensorScalar {
  public static var dtype: DType { .int32 }
  public var scalar: Scalar { .int(Int64(self)) }
}

extension Int16: TensorScalar {
  public static var dtype: DType { .int16 }
  public var scalar: Scalar { .int(Int64(self)) }
}

extension Int8: TensorScalar {
  public static var dtype: DType { .int8 }
  public var scalar: Scalar { .int(Int64(self)) }
}

extension UInt8: TensorScalar {
  public static var dtype: DType { .uint8 }
  public var scalar: Scalar { .int(Int64(self)) }
}
