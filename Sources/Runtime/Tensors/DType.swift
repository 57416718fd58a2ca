// Element types of tensors.

internal import CKernels

/// The type of a tensor's elements, with PyTorch's names.
///
/// Its description is its name: `"\(DType.bfloat16)"` is `bfloat16`.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  case float64, float32, float16, bfloat16, float8E4M3FN, float8E5M2
  case int64, int32, int16, int8, uint8, bool

  /// PyTorch's name without `torch.`, such as `float8_e4m3fn`.
  public var name: String {
    switch self {
    case .float64: "float64"
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float8E4M3FN: "float8_e4m3fn"
    case .float8E5M2: "float8_e5m2"
    case .int64: "int64"
    case .int32: "int32"
    case .int16: "int16"
    case .int8: "int8"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }

  /// Bytes of one element.
  public var itemSize: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .float8E4M3FN, .float8E5M2, .int8, .uint8, .bool: 1
    }
  }

  /// True for the six floating-point types.
  public var isFloatingPoint: Bool { rawValue <= DType.float8E5M2.rawValue }

  /// True for the five integer types; `bool` is not one of them.
  public var isInteger: Bool { !isFloatingPoint && self != .bool }

  /// True for the two 8-bit floats, which can be stored and cast but not computed with.
  public var isFloat8: Bool { self == .float8E4M3FN || self == .float8E5M2 }

  /// The type that kernels compute in: float64 and float32 for floats, int64 for the rest.
  var compute: DType { self == .float64 ? .float64 : isFloatingPoint ? .float32 : .int64 }

  var code: Int32 { Int32(rawValue) }
}

extension DType: CustomStringConvertible {
  public var description: String { name }
}

extension DType {
  /// The dtype of that name, as PyTorch writes it, with or without `torch.`; nil when there is none.
  public init?(name: some StringProtocol) {
    let plain = name.hasPrefix("torch.") ? String(name.dropFirst(6)) : String(name)
    guard let found = DType.allCases.first(where: { $0.name == plain }) else { return nil }
    self = found
  }
}

extension DType: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let dtype = DType(name: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "There is no dtype named \"\(text)\".")
    }
    self = dtype
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
