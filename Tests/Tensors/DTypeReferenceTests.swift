// dtypes.json: figures of each format, promotion, casts, encodings.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct DTypes {
    let file: JSON
    init() throws { file = try JSON.file("dtypes.json") }

    private func dtype(_ name: String) throws -> DType { try #require(DType(name: name)) }

    @Test func figuresOfEachFormat() throws {
      for (name, figures) in file["table"].entries {
        let info = try #require(DType(name: name)).info
        #expect(info.bits == figures["bits"].int, "\(name)")
        guard info.dtype.isFloatingPoint else {
          if figures["max"].exists {
            #expect(
              info.max == .int(Int64(figures["max"].int)) && info.min == .int(Int64(figures["min"].int)), "\(name)")
          }
          continue
        }
        #expect(info.eps == Double(figures["eps"]["hex"].string), "\(name)")
        #expect(info.max.doubleValue == Double(figures["max"]["hex"].string), "\(name)")
        #expect(info.min.doubleValue == Double(figures["min"]["hex"].string), "\(name)")
        #expect(info.smallestNormal == Double(figures["smallest_normal"]["hex"].string), "\(name)")
        #expect(1 + info.exponentBits + info.mantissaBits == info.bits, "\(name)")
      }
    }

    @Test func promotion() throws {
      for (first, row) in file["promote_types"].entries {
        for (second, expected) in row.entries {
          let (a, b) = (try #require(DType(name: first)), try #require(DType(name: second)))
          if expected["error"].exists {
            #expect(throws: TensorError.noPromotion(a, b)) { try a.promoted(with: b) }
          } else {
            #expect(try a.promoted(with: b).name == expected.string, "\(first) with \(second)")
          }
        }
      }
    }

    @Test func promotionWithNumbersAndScalars() throws {
      for (name, row) in file["result_type"]["tensor_with_python_scalar"].entries {
        let x = try Tensor.ones([2], dtype: dtype(name))
        #expect(try (x * true).dtype.name == row["bool"].string)
        #expect(try (x * 2).dtype.name == row["int"].string)
        #expect(try (x * 2.5).dtype.name == row["float"].string)
      }
      for (key, dims) in [("tensor1d_with_tensor0d", [Int]())] {
        for (first, row) in file["result_type"][key].entries {
          for (second, expected) in row.entries {
            let a = try Tensor.ones([2], dtype: dtype(first))
            let b = try Tensor.ones(dims, dtype: dtype(second))
            #expect(try (a * b).dtype.name == expected.string, "\(first) with 0-d \(second)")
          }
        }
      }
    }

    private static let binary: [String: @Sendable (Tensor, Tensor) throws -> Tensor] = [
      "add": { try $0 + $1 }, "mul": { try $0 * $1 }, "true_divide": { try $0 / $1 },
      "floor_divide": { try $0.floorDivide($1) }, "pow": { try $0.pow($1) }, "eq": { try $0 .== $1 },
      "maximum": { try $0.maximum($1) }, "bitwise_and": { try $0 & $1 },
    ]

    @Test func resultsOfBinaryOperations() throws {
      for (name, table) in file["op_result_dtype"].entries {
        let operation = try #require(Self.binary[name], "\(name)")
        for (first, row) in table.entries {
          for (second, expected) in row.entries {
            let a = try Tensor.ones([2], dtype: dtype(first))
            let b = try Tensor.ones([2], dtype: dtype(second))
            let result = try? operation(a, b).dtype.name
            #expect(result == (expected["error"].exists ? nil : expected.string), "\(name) of \(first) and \(second)")
          }
        }
      }
    }

    private static let unary: [String: @Sendable (Tensor) throws -> Tensor] = [
      "sum": { try $0.sum() }, "prod": { try $0.prod() }, "mean": { try $0.mean() },
      "cumsum": { try $0.cumulativeSum(dim: 0) }, "sqrt": { try $0.sqrt() }, "exp": { try $0.exp() },
      "neg": { try -$0 }, "abs": { try $0.abs() }, "sigmoid": { try $0.sigmoid() }, "relu": { try $0.relu() },
      "max": { try $0.max() }, "argmax": { try $0.argMax() }, "isnan": { try $0.isNaN() },
      "floor": { try $0.floor() }, "round": { try $0.round() }, "softmax": { try $0.softmax(dim: 0) },
      "gelu": { try $0.gelu() }, "std": { try $0.std() }, "logical_not": { try $0.logicalNot() },
      "all": { try $0.all() }, "sum_dtype_f64": { try $0.sum(dtype: .float64) },
    ]

    @Test func resultsOfUnaryOperations() throws {
      var differences: [String] = []
      try withKernels(.emulatedFloat16) {
        for (name, row) in file["op_unary_dtype"].entries {
          let operation = try #require(Self.unary[name], "\(name)")
          for (dtype, expected) in row.entries {
            let x = try Tensor.ones([2], dtype: self.dtype(dtype))
            let result = try? operation(x).dtype.name
            if result != (expected["error"].exists ? nil : expected.string) { differences.append("\(name) \(dtype)") }
          }
        }
      }
      #expect(try Set(differences) == DeliberateDifferences.load(file: "dtypes.json"))
    }

    @Test func casts() throws {
      let older = Dictionary(
        uniqueKeysWithValues: file["torch_2_1_1_where_different"]["casts"].list.map {
          ($0["name"].string, $0["out_b64"].bytes)
        })
      var count = 0
      for cast in file["casts"].list {
        let (from, to) = (try #require(cast["from"].dtype), try #require(cast["to"].dtype))
        let input = try Tensor(shape: [cast["count"].int], dtype: from, bytes: cast["in_b64"].bytes)
        let expected = try Tensor(
          shape: [cast["count"].int], dtype: to, bytes: older[cast["name"].string] ?? cast["out_b64"].bytes)
        #expect(try input.to(to).sameBits(as: expected), "\(cast["name"].string)")
        count += input.count
      }
      #expect(count > 30_000)
    }

    @Test func castsOfNaN() throws {
      for (name, entry) in file["nan_casts"].entries {
        let bits = entry["in"].strings.compactMap { UInt32($0, radix: 16) }
        let input = try Tensor(bits.map { Float(bitPattern: $0) })
        #expect(try input.to(try #require(DType(name: name))).to(.float64).isNaN().all().item() == true, "\(name)")
      }
    }

    @Test func decodingOfEveryCode() throws {
      for dtype in [DType.float8E4M3FN, .float8E5M2] {
        let codes = try Tensor(shape: [256], dtype: dtype, bytes: (0...255).map { UInt8($0) })
        let expected = file["decode"][dtype.name]["float32_bits"].strings.map { bits in
          bits == "nan" ? .nan : Float(bitPattern: UInt32(bits, radix: 16) ?? 0)
        }
        #expect(try codes.float().sameBits(as: Tensor(expected)))
      }
      for dtype in [DType.float16, .bfloat16] {
        let bytes = (0..<65536).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        var values = try Tensor(shape: [65536], dtype: dtype, bytes: bytes).float()
        values = try values.maskedFill(values.isNaN(), Double(Float(bitPattern: 0x7fc0_0000)))
        #expect(try sha256(values.bytes()) == file["decode"][dtype.name]["sha256_float32_le_nan_as_7fc00000"].string)
      }
    }

    @Test func encodingsOfAMillionValues() throws {
      for entry in file["encode_range_sha256"].list {
        let dtype = try #require(entry["to"].dtype)
        let codes = try Tensor.arange(entry["count"].int) * entry["step"].int + entry["start"].int
        var values = try codes.to(.int32).bits(as: .float32)
        values = try values.maskedFill(values.isNaN(), 0)
        if dtype == .float8E4M3FN {
          // The hash is torch 2.15's, which saturates instead of overflowing to NaN.
          values = try Tensor.where(values.abs() .> 448, values.sign() * 448, values)
        }
        #expect(try sha256(values.to(dtype).bytes()) == entry["sha256_out_le"].string, "\(dtype)")
      }
    }
  }
}
