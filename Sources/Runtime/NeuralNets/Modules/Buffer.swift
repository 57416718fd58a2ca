// A tensor that a module keeps beside its parameters.

import Tensors

/// A tensor that belongs to a module without being learned, such as a mask or a table of positions.
///
/// Casting a module casts its floating-point buffers and leaves the others as they are.
public final class Buffer: CustomStringConvertible {
  /// The values.
  public var tensor: Tensor

  /// Whether the state dict holds it.
  public let isPersistent: Bool

  /// - Parameter persistent: False for what can be computed again, so that checkpoints leave it out.
  public init(_ tensor: Tensor, persistent: Bool = true) {
    self.tensor = tensor
    isPersistent = persistent
  }

  /// The tensor's dtype.
  public var dtype: DType { tensor.dtype }
  /// The tensor's shape.
  public var shape: [Int] { tensor.shape }

  /// The number of values.
  public var count: Int { tensor.count }

  /// The size of the values in bytes.
  public var byteCount: Int { tensor.count * tensor.dtype.itemSize }

  public var description: String { tensor.description }
}
