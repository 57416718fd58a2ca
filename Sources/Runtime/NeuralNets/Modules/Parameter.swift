// A tensor that a model has learned.

import Tensors

/// A tensor that belongs to a module and that training would change.
///
/// It is a class, so that two modules can share one: `head.weight = embedding.weight` ties them, and
/// casting or loading one then changes both.
///
/// For example:
///
///     let scale = try Parameter(Tensor.ones([3]))
///     print(scale)
///     // Parameter containing:
///     // tensor([1., 1., 1.], requires_grad=True)
public final class Parameter: CustomStringConvertible {
  /// The values.
  public var tensor: Tensor

  /// Whether training would change it; this runtime does not train, the flag is printed and kept.
  public var requiresGrad: Bool

  /// - Parameter tensor: Of a floating-point dtype, unless `requiresGrad` is false.
  /// - Throws: ``ModuleError/parameterNotFloatingPoint(dtype:)``.
  public init(_ tensor: Tensor, requiresGrad: Bool = true) throws {
    guard tensor.dtype.isFloatingPoint || !requiresGrad else {
      throw ModuleError.parameterNotFloatingPoint(dtype: tensor.dtype)
    }
    self.tensor = tensor
    self.requiresGrad = requiresGrad
  }

  /// The tensor's dtype.
  public var dtype: DType { tensor.dtype }
  /// The tensor's shape.
  public var shape: [Int] { tensor.shape }

  /// The number of values.
  public var count: Int { tensor.count }

  /// The size of the values in bytes.
  public var byteCount: Int { tensor.count * tensor.dtype.itemSize }

  /// PyTorch's text: `Parameter containing:`, then the tensor.
  public var description: String {
    "Parameter containing:\n" + (requiresGrad ? withRequiresGrad(tensor.description) : tensor.description)
  }
}

/// Puts `requires_grad=True` before the last parenthesis, on a line of its own where the last one would grow beyond 80
/// characters, as PyTorch does with every suffix of a printed tensor.
private func withRequiresGrad(_ text: String) -> String {
  let suffix = "requires_grad=True"
  let body = text.dropLast()
  let lastLineLength =
    body.count - (body.lastIndex(of: "\n").map { body.distance(from: body.startIndex, to: $0) } ?? -1)
  let fits = lastLineLength + suffix.count + 2 <= 80
  return body + (fits ? ", " : ",\n       ") + suffix + ")"
}
