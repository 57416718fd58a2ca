// Changing a module in place: its dtype, and whether it trains.

import Tensors

extension Module {
  /// Casts all floating-point parameters and buffers, in place; integers and truth values keep their dtype.
  ///
  /// For example, to keep the original: `let small = try model.copy().to(.bfloat16)`.
  ///
  /// - Returns: This module.
  /// - Throws: ``ModuleError/castNotFloatingPoint(module:dtype:)``.
  @discardableResult
  public final func to(_ dtype: DType) throws -> Self {
    guard dtype.isFloatingPoint else { throw ModuleError.castNotFloatingPoint(module: typeName, dtype: dtype) }
    for parameter in parameters where parameter.dtype.isFloatingPoint {
      parameter.tensor = try parameter.tensor.to(dtype)
    }
    for (_, buffer) in namedBuffers where buffer.dtype.isFloatingPoint {
      buffer.tensor = try buffer.tensor.to(dtype)
    }
    return self
  }

  /// Casts to float16, in place; the same as `to(.float16)`.
  @discardableResult
  public final func half() throws -> Self { try to(.float16) }

  /// Casts to bfloat16, in place; the same as `to(.bfloat16)`.
  @discardableResult
  public final func bfloat16() throws -> Self { try to(.bfloat16) }

  /// Casts to float32, in place; the same as `to(.float32)`.
  @discardableResult
  public final func float() throws -> Self { try to(.float32) }

  /// Casts to float64, in place; the same as `to(.float64)`.
  @discardableResult
  public final func double() throws -> Self { try to(.float64) }

  /// Sets this module and all below it to training, or with `false` to inference, where dropout does nothing.
  @discardableResult
  public final func train(_ training: Bool = true) -> Self {
    for (_, module) in namedModules { module.isTraining = training }
    return self
  }

  /// Sets this module and all below it to inference; the same as `train(false)`.
  @discardableResult
  public final func eval() -> Self { train(false) }
}
