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
  public let startDim: Int
  public let endDim: Int

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
