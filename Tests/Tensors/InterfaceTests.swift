// What the reference files do not show: literals, contexts, numbers, coding, quantisation, the examples of the guide.

import Foundation
import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Interface {
    @Test func literalsOfAnyNesting() throws {
      #expect(try Tensor(3).shape == [] && Tensor(3).dtype == .int64)
      #expect(try Tensor([[[1, 2]], [[3, 4]]]).shape == [2, 1, 2])
      #expect(try Tensor([1, 2.5]).dtype == .float32 && Tensor([true, false]).dtype == .bool)
      #expect(try Tensor([Float(1)]).dtype == .float32 && Tensor([BFloat16(1)]).dtype == .bfloat16)
      #expect(
        try withDefaultDType(.float64) { try [Tensor([0.5]).dtype, Tensor([Float(0.5)]).dtype] } == [
          .float64, .float32,
        ])
      #expect(try Tensor([[Int]]()).shape == [0] && Tensor([[], []] as [[Double]]).shape == [2, 0])
      #expect(throws: TensorError.raggedLiteral(dim: 1, expected: 2, found: 1)) { try Tensor([[1, 2], [3]]) }
      #expect(throws: TensorError.valueOutOfRange(.int(300), .uint8)) { try Tensor([300], dtype: .uint8) }
    }

    @Test func elementsComeBack() throws {
      let x = try Tensor([[1.5, 2.5], [3.5, 4.5]])
      #expect(try [Float](x.t()) == [1.5, 3.5, 2.5, 4.5])
      #expect(try [Int](x) == [1, 2, 3, 4])
      #expect(Scalar.int(2) == 2.0)
      #expect(try x[1, 0].item() == 3.5 && x[1, 0].item(as: Int.self) == 3)
      #expect(throws: TensorError.notASingleElement(operation: "item", shape: [2, 2])) { try x.item() }
    }

    @Test func contextsEndAlsoByAnError() async throws {
      struct Stop: Error {}
      #expect(throws: Stop.self) { try withDefaultDType(.bfloat16) { throw Stop() } }
      #expect(throws: Stop.self) { try withAutocast { throw Stop() } }
      await #expect(throws: Stop.self) {
        try await withDefaultDType(.float64) {
          await Task.yield()
          throw Stop()
        }
      }
      #expect(defaultDType == .float32 && autocastDType == nil)
      #expect(throws: TensorError.self) { try withDefaultDType(.int64) {} }
      let product = try withKernels(.emulatedFloat16) {
        try Tensor.ones([2, 2]).half().matmul(Tensor.ones([2, 2]).half())
      }
      #expect(product.dtype == .float16)
      #expect(throws: TensorError.self) { try product.matmul(product) }
    }

    @Test func bfloat16Arithmetic() {
      #expect(BFloat16(0.1).bitPattern == 0x3dcd && Float(BFloat16(0.1)) == 0.100097656)
      // 256 + 1 is a tie between 256 and 258; the even significand wins.
      #expect(BFloat16(256) + 1 == 256 && BFloat16(258) + 1 == 260)
      #expect(-BFloat16(2.5) * 2 == -5 && BFloat16(1) / 3 == BFloat16(Float(1) / 3))
      #expect(BFloat16.nan.isNaN && BFloat16(1e39 as Double).isInfinite && BFloat16.greatestFiniteMagnitude.isFinite)
      #expect(Float(Float8E4M3FN(Float(500))).isNaN && Float(Float8E5M2(Float(60000))) == 57344)
    }

    @Test func codingKeepsEveryValue() throws {
      for dtype in DType.allCases {
        let x = try (Tensor.arange(6).reshape([2, 3]) - 2).abs().to(dtype)
        let back = try JSONDecoder().decode(Tensor.self, from: JSONEncoder().encode(x))
        #expect(try back.sameBits(as: x), "\(dtype)")
      }
      let special = try Tensor([Double.nan, .infinity, -.infinity, -0.0, 0.1], dtype: .float64)
      #expect(try JSONDecoder().decode(Tensor.self, from: JSONEncoder().encode(special)).sameBits(as: special))
    }

    @Test func quantisationSchemes() throws {
      let x = try Tensor([[-1.0, 0.5], [2.0, 4.0]])
      let symmetric = try QuantizedTensor(x, bits: 8, scheme: .symmetric)
      #expect(symmetric.zeroPoints == [0] && abs(symmetric.scales[0] - 4.0 / 127) < 1e-12)
      #expect(try [Int](symmetric.values) == [-32, 16, 64, 127])
      let rows = try QuantizedTensor(x, bits: 8, scheme: .symmetric, axis: 0)
      #expect(rows.scales.count == 2 && rows.scales[0] == 1.0 / 127)
      let affine = try QuantizedTensor(x, bits: 4, scheme: .affine)
      // -1 to 4 over 16 integers: a third each, 0 at -8 + 3.
      #expect(abs(affine.scales[0] - 5.0 / 15) < 1e-12 && affine.zeroPoints == [-5])
      #expect(try [Int](affine.values) == [-8, -4, 1, 7] || [Int](affine.values) == [-8, -3, 1, 7])
      let packed = try affine.packed()
      #expect(packed.byteCount == 2 && affine.byteCount == 10)
      #expect(try QuantizedTensor.unpacked(packed, shape: [2, 2]) == affine.values)
      #expect(try (affine.dequantized() - x).abs().max().item() <= .float(affine.scales[0] * 0.51))
    }

    @Test func equalityAndHashing() throws {
      let x = try Tensor([1.0, .nan])
      #expect(x == x && Set([x, x]).count == 1)
      #expect(try Tensor([1, 2]) != Tensor([1.0, 2.0]))
      #expect(try [Bool](x .== x) == [true, false])
    }

    /// The guide's first example, line by line.
    @Test func theGuidesExample() throws {
      let x = try Tensor([[1.0, 2.0], [3.0, 4.0]])
      let y = try x.matmul(x.t()) + 1
      #expect(y.description == "tensor([[ 6., 12.],\n        [12., 26.]])")
      #expect(try y.mean().item().description == "14.0")
      #expect(try x.to(.bfloat16).dtype.description == "bfloat16")
      #expect(try x.mean(dim: 0).description == "tensor([2., 3.])")
      #expect(try Tensor([1.0]).bits(as: .int32).item() == 0x3f80_0000)
    }

    @Test func errorsSayWhatToDo() throws {
      let (a, b) = (try Tensor.ones([2, 3]), try Tensor.ones([4, 3]))
      let sum = #expect(throws: TensorError.self) { try a + b }
      #expect(
        sum?.description
          == "add: shapes [2, 3] and [4, 3] do not broadcast (2 against 4 at dimension -2); sizes must be equal or 1, "
          + "counted from the last dimension. Reshape or unsqueeze one of them."
      )
      let half = #expect(throws: TensorError.self) { try a.half().matmul(b.t().half()) }
      #expect(half?.description.hasPrefix("\"addmm\" is not implemented for float16 on the CPU.") == true)
      #expect(throws: TensorError.outOfMemory(shape: [1 << 40, 1 << 40], dtype: .float32)) {
        try Tensor.zeros([1 << 40, 1 << 40])
      }
      #expect(throws: TensorError.self) { try Tensor.zeros([2, -1]) }
    }
  }
}
