// Operations on bfloat16 in one pass: the same bits as by way of float32, on every path that the processor has.
import CKernels
import Tensors
import Testing

extension RuntimeTests {
  @Suite struct KernelBfloat16 {
    /// Numbers of all magnitudes, halfway cases among the results, and what the processor's own rounding treats apart.
    private func numbers(_ count: Int, seed: UInt64) throws -> Tensor {
      let specials: [Float] = [.nan, .infinity, -.infinity, -0.0, 0, 0x1p-130, -0x1p-133, 0x1.fep127, 1, 0x1.02p0]
      let random = try Tensor.randn([count], generator: Generator(seed: seed)) * 5
      let values = try [Float](random).enumerated().map { place, value in
        place % 7 == 3 ? specials[(place / 7 + Int(seed)) % specials.count] : value
      }
      return try Tensor(values).bfloat16()
    }

    private func expectRoundedOnce(_ number: Int, _ inputs: [Tensor], _ operation: ([Tensor]) throws -> Tensor) throws {
      let wide = try operation(inputs.map { try $0.float() })
      let expected = wide.dtype == .bool ? wide : try wide.bfloat16()
      try onEveryPath { path in
        let found = try operation(inputs)
        let isSame = try found.sameBits(as: expected)
        #expect(isSame, "\(path) \(inputs[0].shape) operation \(number)")
      }
    }

    @Test func operationsOnTwoOperandsRoundOnce() throws {
      let operations: [([Tensor]) throws -> Tensor] = [
        { try $0[0] + $0[1] }, { try $0[0] - $0[1] }, { try $0[0] * $0[1] }, { try $0[0] / $0[1] },
        { try $0[0].maximum($0[1]) }, { try $0[1].minimum($0[0]) }, { try $0[0] .< $0[1] }, { try $0[0] .== $0[0] },
        { try $0[0] * 2.5 }, { try 1.5 - $0[0] }, { try $0[0].pow(2) }, { try $0[1] .>= 1 },
      ]
      for count in [1, 2, 3, 31, 32, 33, 97, 1500] {
        let inputs = [try numbers(count, seed: 1), try numbers(count, seed: 2)]
        for (number, operation) in operations.enumerated() { try expectRoundedOnce(number, inputs, operation) }
      }
    }

    @Test func broadcastOperandsRoundOnce() throws {
      let x = try numbers(7 * 33, seed: 3).reshape([7, 33])
      let row = try numbers(33, seed: 4)
      let column = try numbers(7, seed: 5).reshape([7, 1])
      for (number, other) in [row, column].enumerated() {
        try expectRoundedOnce(number, [x, other]) { try $0[0] + $0[1] }
        try expectRoundedOnce(number, [x, other]) { try $0[1] / $0[0] }
      }
    }

    @Test func functionsRoundOnce() throws {
      let functions: [([Tensor]) throws -> Tensor] = [
        { try $0[0].gelu() }, { try $0[0].exp() }, { try $0[0].tanh() }, { try $0[0].relu() }, { try $0[0].square() },
        { try $0[0].log() }, { try $0[0].sin() }, { try -$0[0] }, { try $0[0].isNaN() }, { try $0[0].silu() },
      ]
      for count in [1, 2, 31, 33, 64, 1023, 1025, 2049] {
        let x = try numbers(count, seed: 6)
        for (number, function) in functions.enumerated() { try expectRoundedOnce(number, [x], function) }
      }
    }
  }
}
