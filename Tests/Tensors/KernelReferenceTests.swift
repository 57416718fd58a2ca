// Kernels against loops that a reader can check, in shapes around the widths of vectors, on every path of this machine.

import CKernels
import Foundation
import Tensors
import Testing

/// The paths of kernels that this machine has, from slow to fast.
let kernelPaths: [String] = {
  var names: [String] = []
  while let name = ck_path_name(Int32(names.count)) { names.append(String(cString: name)) }
  return names
}()

/// Runs `body` on every path, and returns to the one chosen before.
func onEveryPath(_ body: (String) throws -> Void) throws {
  defer { _ = ck_use_path(nil) }
  for name in kernelPaths {
    #expect(ck_use_path(name))
    try body(name)
  }
}

/// Lengths around the widths of vectors, of chunks and of blocks of sums.
let edgeLengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 511, 512, 513, 1025, 4099]

extension RuntimeTests {
  @Suite struct KernelReferences {
    private func values(_ count: Int, _ random: inout Generator, scale: Float = 20) throws -> [Float] {
      try [Float](Tensor.randn([count], generator: random)).map { $0 * scale }
    }

    @Test func castsRoundAsTheScalarsDo() throws {
      var random = Generator(seed: 1)
      let special: [Float] = [
        0, -0.0, 1, -1, .infinity, -.infinity, .nan, 448, 464, 465, -500, 57344, 61440, 65504, 65520, 1e-3, 0x1p-9,
        0x1p-10, 0x1.8p-10, 0x1p-14, 0x1p-16, 0x1p-17, 0x1.8p-17, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-126, 0x1p-133,
        0x1.8p-134, 0x1p-149, 3.4e38, 127.5, -128.5, 255, 256, 32768, 2_147_483_648, -2_147_483_904, 1e10, 1e19, -1e19,
      ]
      for count in edgeLengths {
        let x = try Array((values(count, &random) + special).shuffled(using: &random).prefix(Swift.max(count, 41)))
        try onEveryPath { path in
          let tensor = try Tensor(x)
          #expect(try [BFloat16](tensor).map(\.bitPattern) == x.map { BFloat16($0).bitPattern }, "\(path)")
          #expect(try [Float8E4M3FN](tensor).map(\.bitPattern) == x.map { Float8E4M3FN($0).bitPattern }, "\(path)")
          #expect(try [Float8E5M2](tensor).map(\.bitPattern) == x.map { Float8E5M2($0).bitPattern }, "\(path)")
          let halves = try [Float](tensor.half())
          for (half, value) in zip(halves, x) { #expect(half.isNaN ? value.isNaN : half == Float(Float16(value))) }
          let whole = x.map { $0 >= -0x1p63 && $0 < 0x1p63 ? Int64($0) : Int64.min }
          #expect(try [Int64](tensor) == whole, "\(path)")
          #expect(try [Int32](tensor) == whole.map { Int32(truncatingIfNeeded: $0) }, "\(path)")
          #expect(try [Int16](tensor) == whole.map { Int16(truncatingIfNeeded: $0) }, "\(path)")
          #expect(try [Int8](tensor) == whole.map { Int8(truncatingIfNeeded: $0) }, "\(path)")
          #expect(try [UInt8](tensor) == whole.map { UInt8(truncatingIfNeeded: $0) }, "\(path)")
          #expect(try [Bool](tensor) == x.map { $0 != 0 }, "\(path)")
        }
      }
    }

    @Test func smallFloatsWiden() throws {
      let codes = (0..<256).map { UInt8($0) }
      try onEveryPath { path in
        let bytes = try Tensor(shape: [256], dtype: .float8E4M3FN, bytes: codes)
        let others = try Tensor(shape: [256], dtype: .float8E5M2, bytes: codes)
        for (tensor, expected) in [
          (bytes, codes.map { Float(Float8E4M3FN(bitPattern: $0)) }),
          (others, codes.map { Float(Float8E5M2(bitPattern: $0)) }),
        ] {
          let found = try [Float](tensor)
          for (a, b) in zip(found, expected) { #expect(a == b || (a.isNaN && b.isNaN), "\(path)") }
        }
      }
    }

    @Test func integersOfEveryWidth() throws {
      var random = Generator(seed: 2)
      for count in edgeLengths {
        let (x, y) = (
          try values(count, &random, scale: 60).map { Int8(clamping: Int($0)) },
          try values(count, &random).map { Int8(clamping: Int($0)) }
        )
        try onEveryPath { path in
          for dtype in [DType.int8, .int16, .int32, .int64] {
            let (a, b) = (try Tensor(x).to(dtype), try Tensor(y).to(dtype))
            let wraps: (Int) -> Int = { dtype == .int8 ? Int(Int8(truncatingIfNeeded: $0)) : $0 }
            let pairs = zip(x.map(Int.init), y.map(Int.init))
            #expect(try [Int](a + b) == pairs.map { wraps($0 + $1) }, "\(path) \(dtype)")
            #expect(try [Int](a - b) == pairs.map { wraps($0 - $1) }, "\(path) \(dtype)")
            #expect(try [Int](a * b) == pairs.map { wraps($0 * $1) }, "\(path) \(dtype)")
            #expect(try [Int](a + 3) == pairs.map { wraps($0.0 + 3) }, "\(path) \(dtype)")
            #expect(try [Int](3 - a) == pairs.map { wraps(3 - $0.0) }, "\(path) \(dtype)")
            #expect(try [Int](a.maximum(b)) == pairs.map { max($0, $1) }, "\(path) \(dtype)")
            #expect(try [Int](a & b) == pairs.map { $0 & $1 }, "\(path) \(dtype)")
            #expect(try [Bool](a .< b) == pairs.map { $0 < $1 }, "\(path) \(dtype)")
            #expect(try [Bool](a .== 0) == pairs.map { $0.0 == 0 }, "\(path) \(dtype)")
            #expect(try [Bool]((a .> b).logicalNot()) == pairs.map { $0 <= $1 }, "\(path) \(dtype)")
            let chosen = try Tensor.where(a .< b, a, b)
            #expect(try [Int](chosen) == pairs.map { min($0, $1) }, "\(path) \(dtype)")
            #expect(try [Int](a.maskedFill(a .< 0, 7)) == pairs.map { $0.0 < 0 ? 7 : $0.0 }, "\(path) \(dtype)")
          }
        }
      }
    }

    @Test func integersBecomeOneAnother() throws {
      var random = Generator(seed: 4)
      let dtypes = [DType.int64, .int32, .int16, .int8, .uint8, .bool]
      func wrapped(_ x: Int, _ dtype: DType) -> Int {
        switch dtype {
        case .int32: Int(Int32(truncatingIfNeeded: x))
        case .int16: Int(Int16(truncatingIfNeeded: x))
        case .int8: Int(Int8(truncatingIfNeeded: x))
        case .uint8: Int(UInt8(truncatingIfNeeded: x))
        case .bool: x == 0 ? 0 : 1
        default: x
        }
      }
      for count in edgeLengths {
        // Zeros, and numbers of 31, 39 and 47 bits.
        let numbers = try values(count, &random, scale: 1e9).map { Int($0) }
        var x = numbers
        for i in x.indices { x[i] = i % 5 == 0 ? 0 : numbers[i] << (i % 3 * 8) }
        try onEveryPath { path in
          for from in dtypes {
            let source = try Tensor(x).to(from), here = x.map { wrapped($0, from) }
            for to in dtypes {
              let expected = here.map { wrapped($0, to) }
              #expect(try [Int](source.to(to)) == expected, "\(path) \(from) \(to)")
              let apart = try source.unsqueeze(1).expand([count, 2]).contiguous().select(1, 0).to(to)
              #expect(try [Int](apart) == expected, "\(path) \(from) \(to)")
            }
          }
        }
      }
    }

    /// Lines of every width up to several copies of 64 bytes, and parts that are no lines.
    @Test func joiningPutsLinesSideBySide() throws {
      for width in Array(1...140) + [511, 512, 513, 600] {
        let (a, b) = (
          try Tensor.arange(19 * width).reshape([19, width]), try Tensor.arange(19 * 3).reshape([19, 3])
        )
        let (x, y) = (try [Int](a), try [Int](b))
        var expected: [Int] = []
        for line in 0..<19 { expected += x[(line * width)...].prefix(width) + y[(line * 3)...].prefix(3) }
        try onEveryPath { path in
          for dtype in [DType.uint8, .int16, .int64] {
            let wrapped = try [Int](Tensor(expected).to(dtype))
            let joined = try Tensor.cat([a.to(dtype), .zeros([0], dtype: dtype), b.to(dtype)], dim: 1)
            #expect(try [Int](joined) == wrapped, "\(path) \(width) \(dtype)")
            let turned = try Tensor.cat([a.t().contiguous().t().to(dtype), b.to(dtype)], dim: -1)
            #expect(try [Int](turned) == wrapped, "\(path) \(width) \(dtype)")
          }
        }
      }
    }

    /// Rows of one plane come together; a thread may begin in the middle of a plane.
    @Test func broadcastingWithinPlanes() throws {
      let random = Generator(seed: 12)
      for shape in [[70, 90, 40], [3, 5, 2], [1000, 2, 130]] {
        for dtype in [DType.float32, .bfloat16, .int32] {
          let a = try (Tensor.randn(shape, generator: random) * 100).to(dtype)
          for d in 0..<3 {
            var narrow = shape
            narrow[d] = 1
            let b = try (Tensor.randn(narrow, generator: random) * 100).to(dtype)
            let whole = try b.expand(shape).contiguous()
            try onEveryPath { path in
              for threads in [1, Int(ck_core_count())] {
                let isSame = try withThreads(threads) {
                  try (a + b).sameBits(as: a + whole) && (b .< a).sameBits(as: whole .< a)
                }
                #expect(isSame, "\(path) \(shape) \(dtype) \(d)")
              }
            }
          }
        }
      }
    }

    /// Every operand may be stretched along any dimension.
    @Test func broadcastingInEveryDirection() throws {
      var random = Generator(seed: 3)
      for n in [1, 5, 16, 33, 700] {
        let (row, column) = (try values(n, &random), try values(9, &random))
        try onEveryPath { path in
          for dtype in [DType.float32, .bfloat16, .float64] {
            let (a, b) = (try Tensor(row).to(dtype), try Tensor(column).to(dtype).reshape([9, 1]))
            let (x, y) = (try [Float](a), try [Float](b))
            let sums = y.flatMap { y in x.map { x in x + y } }
            let expected = try [Double](Tensor(dtype == .float64 ? [] as [Float] : sums).to(dtype))
            if dtype != .float64 {
              #expect(try [Double](a + b) == expected, "\(path) \(dtype)")
              #expect(try [Double]((b + a).t().contiguous().t()) == expected, "\(path) \(dtype)")
            } else {
              #expect(try [Double](b + a) == y.flatMap { y in x.map { x in Double(x) + Double(y) } }, "\(path)")
            }
          }
        }
      }
    }

    @Test func copiesOfEveryOrderOfDimensions() throws {
      for shape in [[3, 5, 7], [17, 16, 33], [8, 1, 40], [2, 65, 19], [64, 64, 2]] {
        let count = shape.reduce(1, *)
        for dtype in [DType.int64, .int32, .int16] {
          let x = try Tensor.arange(count).to(dtype).reshape(shape)
          for order in [[0, 2, 1], [1, 0, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            var expected: [Int] = []
            let steps = [shape[1] * shape[2], shape[2], 1]
            for i in 0..<shape[order[0]] {
              for j in 0..<shape[order[1]] {
                for k in 0..<shape[order[2]] {
                  expected.append(i * steps[order[0]] + j * steps[order[1]] + k * steps[order[2]])
                }
              }
            }
            let wrapped = dtype == .int16 ? expected.map { Int(Int16(truncatingIfNeeded: $0)) } : expected
            #expect(try [Int](x.permute(order).contiguous()) == wrapped, "\(shape) \(order) \(dtype)")
            #expect(try [Int](x.permute(order).to(.float64)) == wrapped, "\(shape) \(order) \(dtype)")
          }
        }
      }
    }
  }
}
