// A linear layer with its activation function: what both give one after the other.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct LinearActivations {
    private static let activations: [Activation] = [
      .relu, .gelu(), .gelu(approximate: .tanh), .silu, .sigmoid, .tanh,
    ]
    /// Rows, inputs and outputs: dot products, one tile and its edges, many tiles, one column.
    private static let sizes = [
      [1, 300, 50], [20, 768, 97], [33, 5, 49], [70, 400, 130], [300, 260, 1], [0, 4, 3],
    ]

    @Test(arguments: [DType.float32, .float64, .bfloat16])
    func haveTheBitsOfOneAfterTheOther(dtype: DType) throws {
      let random = Generator(seed: 3)
      for size in Self.sizes {
        let x = try Tensor.randn([size[0], size[1]], generator: random).to(dtype)
        let weight = try Tensor.randn([size[2], size[1]], generator: random).to(dtype)
        let bias = try Tensor.randn([size[2]], generator: random).to(dtype)
        for activation in Self.activations {
          try onEveryPath { path in
            let fused = try linear(x, weight, bias, activation: activation)
            let both = try activation(linear(x, weight, bias))
            let plain = try linear(x.unsqueeze(0), weight, activation: activation)
            #expect(try fused.sameBits(as: both), "\(path) \(size) \(dtype) \(activation)")
            #expect(try plain.sameBits(as: activation(linear(x.unsqueeze(0), weight))), "\(path) \(size) \(dtype)")
          }
        }
      }
    }

    /// What has no kernel of its own is rounded before it is activated.
    @Test func otherDTypesRoundFirst() throws {
      let (x, weight) = (try Tensor.randn([4, 8]), try Tensor.randn([3, 8]))
      let cast = try withAutocast { (try linear(x, weight, activation: .gelu()), try linear(x, weight).gelu()) }
      #expect(try cast.0.dtype == .bfloat16 && cast.0.sameBits(as: cast.1))
      let emulated = try withKernels(.emulatedFloat16) {
        let (x, weight) = (try x.half(), try weight.half())
        return (try linear(x, weight, activation: .tanh), try linear(x, weight).tanh())
      }
      #expect(try emulated.0.dtype == .float16 && emulated.0.sameBits(as: emulated.1))
      let (counts, ones) = (try Tensor([[1, -2]]), try Tensor([[1, 1], [2, 0]]))
      #expect(try [Int](linear(counts, ones, activation: .relu)) == [0, 2])
      #expect(throws: TensorError.notImplemented(operation: "gelu", dtype: .int64)) {
        try linear(counts, ones, activation: .gelu())
      }
    }
  }
}
