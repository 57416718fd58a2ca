// One tensor of a checkpoint: what is known of it before it is read.

import Tensors

/// The name, dtype and shape of a stored tensor.
public struct CheckpointEntry: Sendable, Equatable {
  public let key: String
  public let dtype: DType
  public let shape: [Int]

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// The bytes of the elements.
  public var byteCount: Int { count * dtype.itemSize }
}

/// Where a tensor's elements lie in a file.
struct StoredTensor: Sendable {
  let entry: CheckpointEntry
  let place: Place
  /// The checksum of the block, when there is one.
  var checksum: BlockChecksum?

  /// Tensors with the same place are the same tensor under several names.
  struct Place: Sendable, Hashable {
    /// The first element, in bytes from the file's start.
    let start: Int
    let dtype: DType
    let shape: [Int]
    /// In elements; nil when they lie row by row.
    let strides: [Int]?
  }

  var isContiguous: Bool { place.strides == nil }
  var range: Range<Int> { place.start..<place.start + entry.byteCount }
}

/// The CRC-32 of a block of a file, under the name of the block.
struct BlockChecksum: Sendable, Equatable {
  let name: String
  let range: Range<Int>
  let value: UInt32
}
