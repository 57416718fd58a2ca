// Fused attention against the operations it stands for; products of int8; the number of threads.

import Testing

@testable import Tensors

extension RuntimeTests {
  @Suite struct AttentionTests {
    /// What attention is, one operation after the other.
    private func plain(_ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?) throws -> Tensor {
      var scores = try q.matmul(k.transpose(-2, -1)) * (1 / Double(q.size(-1)).squareRoot())
      if let mask {
        scores = mask.dtype == .bool ? try Tensor.where(mask, scores, -Double.infinity) : try scores + mask
      }
      return try scores.softmax(dim: -1).matmul(v)
    }

    /// Query, key and value; queries and keys of different lengths, keys broadcast over the batch.
    private func inputs(_ dtype: DType) throws -> (Tensor, Tensor, Tensor) {
      try withSeed(7) {
        (
          try Tensor.randn([2, 3, 5, 16]).to(dtype), try Tensor.randn([1, 3, 37, 16]).to(dtype),
          try Tensor.randn([1, 3, 37, 8]).to(dtype)
        )
      }
    }

    @Test func agreesWithItsParts() throws {
      let (q, k, v) = try inputs(.float32)
      let allowed = try Tensor.randn([5, 37]) .> -0.5
      for mask in [nil, allowed, try Tensor.randn([2, 1, 5, 37])] {
        let fused = try scaledDotProductAttention(q, k, v, mask: mask)
        #expect(fused.shape == [2, 3, 5, 8])
        #expect(try fused.allClose(plain(q, k, v, mask: mask), rtol: 1e-5, atol: 1e-6))
      }
      let causal = try Tensor.ones([5, 37], dtype: .bool).tril()
      #expect(
        try scaledDotProductAttention(q, k, v, isCausal: true)
          .allClose(plain(q, k, v, mask: causal), rtol: 1e-5, atol: 1e-6))
    }

    @Test func moreKeysThanABlockHolds() throws {
      let (q, k) = (try Tensor.randn([1, 2, 3, 8]), try Tensor.randn([1, 2, 2500, 8]))
      #expect(try scaledDotProductAttention(q, k, k).allClose(plain(q, k, k, mask: nil), rtol: 1e-5, atol: 1e-6))
    }

    /// Within one unit in the last of 8 places: sums of weights are added in another order.
    @Test func roundsLikeItsPartsWhenAsked() throws {
      let (q, k, v) = try inputs(.bfloat16)
      let stepwise = try scaledDotProductAttention(q, k, v, rounding: .eachStep)
      #expect(try stepwise.allClose(plain(q, k, v, mask: nil), rtol: 0x1p-7, atol: 0x1p-9))
    }

    @Test func threadsChangeNothing() throws {
      let (x, y) = (try Tensor.randn([200, 300]), try Tensor.randn([300, 150]))
      for dtype in [DType.float32, .bfloat16, .float64] {
        let (a, b) = (try x.to(dtype), try y.to(dtype))
        let one = try withThreads(1) { try a.matmul(b) }
        #expect(try one.equal(a.matmul(b)))
      }
    }

    @Test func int8ProductsDoNotWrap() throws {
      let (a, b) = (try Tensor.full([3, 40], 127, dtype: .int8), try Tensor.full([40, 2], -128, dtype: .int8))
      let product = try a.int8Product(b)
      #expect(product.dtype == .int32)
      #expect(try Array<Int32>(product.flatten()) == [Int32](repeating: 127 * -128 * 40, count: 6))
      #expect(throws: TensorError.self) { try a.int8Product(b.to(.int32)) }
      #expect(try a.matmul(b).equal(product.to(.int8)))
    }
  }
}
