// What a checkpoint says of a tensor before its elements are read.

import Tensors

/// A tensor of a checkpoint: name, type and shape, without its elements.
public struct TensorEntry: Sendable, Equatable {
  /// The name, such as `vision_model.post_layernorm.weight`.
  public let key: String
  /// The type of the elements as the file writes it, such as `F32` or `FloatStorage`.
  public let dtypeName: String
  /// The type of the elements; nil when ``DType`` has no such type.
  public let dtype: DType?
  /// The size of each dimension.
  public let shape: [Int]
  /// Where the elements are, in bytes from the file's start; for one with strides, all that they span.
  public let range: Range<Int>
  /// Steps from one element to the next, in elements; nil when they lie row by row.
  let strides: [Int]?

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// The product of sizes; nil when one is negative or the product is too large.
func checkedProduct(_ sizes: [Int]) -> Int? {
  var product = 1
  for size in sizes {
    let (next, overflow) = product.multipliedReportingOverflow(by: size)
    if overflow || size < 0 { return nil }
    product = next
  }
  return product
}
