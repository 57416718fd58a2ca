// Factories that take shape and dtype from another tensor, under PyTorch's names (`torch.zeros_like` and so on).

extension Tensor {
  /// Zeros with this tensor's shape and, unless another is named, its dtype; as ``zeros(like:dtype:)``.
  public static func zerosLike(_ other: Tensor, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try zeros(like: other, dtype: dtype)
  }

  /// Ones with this tensor's shape and, unless another is named, its dtype; as ``ones(like:dtype:)``.
  public static func onesLike(_ other: Tensor, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try ones(like: other, dtype: dtype)
  }

  /// One number with this tensor's shape and, unless another is named, its dtype; as ``full(like:_:dtype:)``.
  public static func fullLike(_ other: Tensor, _ value: some TensorScalar, dtype: DType? = nil) throws(TensorError)
    -> Tensor
  {
    try full(like: other, value, dtype: dtype)
  }

  /// As ``zerosLike(_:dtype:)``: what is yet to be set is zero, so that a lesson prints the same every time.
  public static func emptyLike(_ other: Tensor, dtype: DType? = nil) throws(TensorError) -> Tensor {
    try zeros(like: other, dtype: dtype)
  }

  /// Values from 0 to 1 with this tensor's shape and dtype; as ``rand(like:generator:)``.
  public static func randLike(_ other: Tensor, generator: Generator = .default) throws(TensorError) -> Tensor {
    try rand(like: other, generator: generator)
  }

  /// Normal values with this tensor's shape and dtype; as ``randn(like:generator:)``.
  public static func randnLike(_ other: Tensor, generator: Generator = .default) throws(TensorError) -> Tensor {
    try randn(like: other, generator: generator)
  }

  /// Integers from `low` to below `high` with this tensor's shape and dtype; as ``randint(like:_:_:generator:)``.
  public static func randintLike(_ other: Tensor, _ low: Int, _ high: Int, generator: Generator = .default)
    throws(TensorError) -> Tensor
  {
    try randint(like: other, low, high, generator: generator)
  }
}
