// Tensors in JSON and other codings: dtype, shape and elements.

extension Tensor: Codable {
  private enum Key: String, CodingKey { case dtype, shape, values }

  /// Floats are coded as float64, in which every one of them has its exact value; NaN and infinities as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(shape, forKey: .shape)
    var values = container.nestedUnkeyedContainer(forKey: .values)
    for scalar in try scalars() {
      switch scalar {
      case .bool(let value): try values.encode(value)
      case .int(let value): try values.encode(value)
      case .float(let value) where value.isFinite: try values.encode(value)
      case .float(let value): try values.encode("\(value)")
      }
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let dtype = try container.decode(DType.self, forKey: .dtype)
    let shape = try container.decode([Int].self, forKey: .shape)
    var values = try container.nestedUnkeyedContainer(forKey: .values)
    var flat: Tensor
    switch dtype {
    case .bool: flat = try Tensor(Tensor.all(Bool.self, &values))
    case _ where dtype.isFloatingPoint: flat = try Tensor(Tensor.floats(&values), dtype: .float64)
    default: flat = try Tensor(Tensor.all(Int64.self, &values), dtype: dtype)
    }
    if flat.shape == [0] && flat.dtype != dtype { flat = try .zeros([0], dtype: dtype) }
    self = try flat.to(dtype).reshape(shape)
  }

  private static func all<T: Decodable>(_ type: T.Type, _ values: inout any UnkeyedDecodingContainer) throws -> [T] {
    var result: [T] = []
    while !values.isAtEnd { result.append(try values.decode(type)) }
    return result
  }

  private static func floats(_ values: inout any UnkeyedDecodingContainer) throws -> [Double] {
    var result: [Double] = []
    while !values.isAtEnd {
      if let word = try? values.decode(String.self) {
        result.append(Double(word) ?? .nan)
      } else {
        result.append(try values.decode(Double.self))
      }
    }
    return result
  }
}
