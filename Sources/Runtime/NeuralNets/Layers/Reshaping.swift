// Layers that change the shape or nothing at all.

import Tensors

/// y = x.
public final class Identity: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { input }
}

/// Joins the dimensions from `startDim` to `endDim` into one.
///
///     try Flatten()(Tensor.zeros([2, 3, 4])).shape   // [2, 12]
public final class Flatten: Module {
  /// The first dimension of those that become one.
  public let startDim: Int
  /// The last dimension of those that become one.
  public let endDim: Int

  /// - Parameter startDim: The first dimension of those that become one; negative ones count from the end.
  public init(_ startDim: Int = 1, _ endDim: Int = -1) {
    self.startDim = startDim
    self.endDim = endDim
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.flatten(startDim, endDim)
  }

  public override var details: String { "start_dim=\(startDim), end_dim=\(endDim)" }
}

/// Splits one dimension into several, whose product it must be.
///
///     try Unflatten(1, [2, 3])(Tensor.zeros([5, 6])).shape   // [5, 2, 3]
public final class Unflatten: Module {
  /// The dimension that it works along.
  public let dim: Int
  /// The sizes that the dimension is divided into; one may be -1.
  public let sizes: [Int]

  /// - Parameter sizes: What the dimension is divided into; one size may be -1.
  public init(_ dim: Int, _ sizes: [Int]) {
    (self.dim, self.sizes) = (dim, sizes)
    super.init()
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.unflatten(dim, sizes)
  }

  public override var details: String { "dim=\(dim), unflattened_size=\(tuple(sizes))" }
}
