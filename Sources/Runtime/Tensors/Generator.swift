// PyTorch's random number generator on the CPU.

internal import CKernels

/// A source of random numbers that gives PyTorch's streams: MT19937, seeded with the low 32 bits of the seed.
///
/// For example: `try Tensor.rand([2], generator: Generator(seed: 77))`.
public final class Generator: @unchecked Sendable, RandomNumberGenerator {
  let state_: UnsafeMutablePointer<ck_generator>

  /// PyTorch's default seed is 67280421310721.
  public init(seed: UInt64 = 67_280_421_310_721) {
    state_ = .allocate(capacity: 1)
    ck_generator_seed(state_, seed)
  }

  deinit { state_.deallocate() }

  /// The generator of every operation that is not given another.
  public static let `default` = Generator()

  /// Starts the stream of a seed.
  public func manualSeed(_ seed: UInt64) { ck_generator_seed(state_, seed) }

  /// The seed that the stream began with.
  public var initialSeed: UInt64 { state_.pointee.seed }

  /// The next 64 random bits (two words of the twister, the high one first).
  public func next() -> UInt64 { ck_random64(state_) }

  func next32() -> UInt32 { ck_random32(state_) }

  /// Where the stream stands; set it to continue from there again.
  public var state: GeneratorState {
    get {
      GeneratorState(
        words: withUnsafeBytes(of: state_.pointee.words) { Array($0.bindMemory(to: UInt32.self)) },
        index: Int(state_.pointee.index), normal: state_.pointee.has_normal ? state_.pointee.normal : nil,
        seed: state_.pointee.seed)
    }
    set {
      withUnsafeMutableBytes(of: &state_.pointee.words) {
        $0.copyBytes(from: newValue.words.withUnsafeBytes(Array.init))
      }
      state_.pointee.index = Int32(newValue.index)
      state_.pointee.has_normal = newValue.normal != nil
      state_.pointee.normal = newValue.normal ?? 0
      state_.pointee.seed = newValue.seed
    }
  }
}

/// A place in a generator's stream.
public struct GeneratorState: Sendable, Hashable {
  let words: [UInt32]
  let index: Int
  /// The second value of the last pair of normal values.
  let normal: Double?
  let seed: UInt64
}

/// Starts the default generator's stream of a seed, as `torch.manual_seed`.
@discardableResult
public func manualSeed(_ seed: Int) -> Generator {
  Generator.default.manualSeed(UInt64(bitPattern: Int64(seed)))
  return .default
}

/// Runs `body` with the default generator at the start of a seed's stream, and afterwards, also after an error, lets it
/// go on where it was.
public func withSeed<R, E: Error>(_ seed: Int, _ body: () throws(E) -> R) throws(E) -> R {
  let former = Generator.default.state
  manualSeed(seed)
  defer { Generator.default.state = former }
  return try body()
}

/// Runs `body` with the default generator at the start of a seed's stream, and afterwards, also after an error, lets it
/// go on where it was.
public func withSeed<R, E: Error>(
  _ seed: Int, isolation: isolated (any Actor)? = #isolation, _ body: () async throws(E) -> R
) async throws(E) -> R {
  let former = Generator.default.state
  manualSeed(seed)
  defer { Generator.default.state = former }
  return try await body()
}
