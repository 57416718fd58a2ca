// Making modules whose values will come from a checkpoint, without drawing values that nobody would see.

import Tensors

/// Whether initialisers leave out their work. A lesson runs on one thread; other programs set it before they start any.
enum Initialization {
  nonisolated(unsafe) static var isSkipped = false
}

/// Runs `body`, in which new layers get shape and dtype but no values: nothing is drawn from the random stream, and the
/// parameters of all shapes together take no memory to speak of (one zero each, repeated) until something is loaded.
///
/// For example, what a model of any size weighs:
///
///     let model = try withoutInitialization { try Linear(100_000, 100_000, dtype: .bfloat16) }
///     print(model.memoryFootprint)  // 20000200000
///
/// PyTorch has it as `torch.device("meta")`, and transformers as `no_init_weights`.
public func withoutInitialization<R>(_ body: () throws -> R) rethrows -> R {
  let former = Initialization.isSkipped
  Initialization.isSkipped = true
  defer { Initialization.isSkipped = former }
  return try body()
}

/// A tensor for a parameter: `drawn`, or in ``withoutInitialization(_:)`` zeros that share one place in memory.
func initial(_ shape: [Int], _ dtype: DType?, drawn: () throws -> Tensor) throws -> Tensor {
  guard Initialization.isSkipped else { return try drawn() }
  return try Tensor.zeros([1], dtype: dtype).expand(shape)
}
