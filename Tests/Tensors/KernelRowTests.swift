// Kernels along rows and columns against plain loops: sums, extremes, sorting, gathering, softmax, layer norm, GELU.

import CKernels
import Foundation
import Tensors
import Testing

/// Both tensors have the same dtype, shape and bits.
private func expectSame(
  _ a: Tensor, _ b: Tensor, _ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let isSame = try a.sameBits(as: b)
  #expect(isSame, comment, sourceLocation: sourceLocation)
}

extension RuntimeTests {
  @Suite struct KernelRows {
    /// Three dimensions, of which each is reduced once; around the widths of the kernels for columns.
    private static let shapes = [
      [1, 1, 1], [2, 3, 5], [3, 17, 16], [2, 65, 33], [1, 130, 64], [2, 16, 81], [1, 1100, 3], [5, 1, 700],
    ]

    private func line(_ x: [Float], _ shape: [Int], _ dim: Int, _ place: Int) -> [Float] {
      let inner = shape[(dim + 1)...].reduce(1, *), size = shape[dim]
      return (0..<size).map { x[(place / inner * size + $0) * inner + place % inner] }
    }

    @Test func reductionsOverEveryDimension() throws {
      let random = Generator(seed: 5)
      for shape in Self.shapes {
        for dtype in [DType.float32, .float64, .bfloat16, .int64] {
          var tensor = try (Tensor.randn(shape, generator: random) * 30).to(dtype)
          // Equal values, so that the first of them must be found.
          tensor = try tensor.floor()
          let x = try [Float](tensor)
          for dim in 0..<3 {
            let lines = (0..<x.count / shape[dim]).map { line(x, shape, dim, $0) }
            let sums = try Tensor(lines.map { $0.reduce(0) { $0 + Double($1) } }).to(dtype)
            try onEveryPath { path in
              try check(tensor, dim, sums, lines, "\(path) \(shape) \(dtype) \(dim)")
            }
          }
        }
      }
    }

    private func check(_ tensor: Tensor, _ dim: Int, _ sums: Tensor, _ lines: [[Float]], _ what: Comment) throws {
      // Whole numbers: every order of adding them up is exact.
      let total = try tensor.sum(dim: dim).flatten()
      let turned = try tensor.transpose(0, 2).sum(dim: 2 - dim).t().flatten()
      #expect(total == sums && turned == sums, what)
      let (greatest, least) = (try [Float](tensor.amax(dim: dim)), try [Float](tensor.amin(dim: dim)))
      #expect(greatest == lines.map { $0.max() ?? 0 } && least == lines.map { $0.min() ?? 0 }, what)
      let places = try [Int](tensor.argMax(dim: dim))
      #expect(places == lines.map { line in line.firstIndex(of: line.max() ?? 0) ?? -1 }, what)
    }

    @Test func notANumberWinsWhereverItStands() throws {
      for count in edgeLengths {
        for place in [0, count / 2, count - 1] {
          var x = (0..<count).map { Float($0 % 13) }
          x[place] = .nan
          try onEveryPath { path in
            let (row, column) = (try Tensor(x), try Tensor(x).unsqueeze(1).expand([count, 20]).contiguous())
            #expect(try row.argMax().item() == Scalar.int(Int64(place)), "\(path) \(count)")
            #expect(try row.min().item().doubleValue.isNaN, "\(path) \(count)")
            #expect(try [Int](column.argMin(dim: 0)) == [Int](repeating: place, count: 20), "\(path) \(count)")
            #expect(try column.amax(dim: 0).isNaN().all().item() == true, "\(path) \(count)")
          }
        }
      }
    }

    /// A column is added up in a row's order, whatever its length; 83 columns are a wide strip, a narrow one and a rest.
    @Test func columnsGiveTheBitsOfRows() throws {
      let random = Generator(seed: 11)
      for count in edgeLengths + [5000] {
        for dtype in [DType.float32, .float64, .bfloat16] {
          let x = try Tensor.randn([count, 83], generator: random).to(dtype), rows = try x.t().contiguous()
          try onEveryPath { path in
            try expectSame(x.sum(dim: 0), rows.sum(dim: 1), "\(path) \(count) \(dtype)")
            try expectSame(x.amax(dim: 0), rows.amax(dim: 1), "\(path) \(count) \(dtype)")
            try expectSame(x.argMin(dim: 0), rows.argMin(dim: 1), "\(path) \(count) \(dtype)")
            try expectSame(x.variance(dim: 0), rows.variance(dim: 1), "\(path) \(count) \(dtype)")
            try expectSame(x.softmax(dim: 0), rows.softmax(dim: 1).t(), "\(path) \(count) \(dtype)")
            try expectSame(x.logSoftmax(dim: 0), rows.logSoftmax(dim: 1).t(), "\(path) \(count) \(dtype)")
          }
        }
      }
    }

    /// The error of a sum does not grow with its length.
    @Test func longSumsStayAccurate() throws {
      for count in [100_000, 3_000_000] {
        let x = try Tensor.full([count], Float(0.1))
        let exact = Double(count) * Double(Float(0.1))
        try onEveryPath { path in
          let sum = try x.sum().item().doubleValue
          #expect((sum - exact).magnitude <= exact * 4 * 0x1p-24, "\(path) \(count)")
          let columns = try x.reshape([count / 20, 20]).sum(dim: 0).sum().item().doubleValue
          #expect((columns - exact).magnitude <= exact * 6 * 0x1p-24, "\(path) \(count)")
        }
      }
    }

    @Test func resultsDoNotDependOnThreads() throws {
      let random = Generator(seed: 6)
      let x = try Tensor.randn([600, 700], generator: random), small = try x.bfloat16()
      let operations: [(Tensor) throws -> Tensor] = [
        { try $0.sum(dim: 0) }, { try $0.sum(dim: 1) }, { try $0.softmax(dim: -1) }, { try $0.softmax(dim: 0) },
        { try layerNorm($0, [700]) }, { try $0.gelu() }, { try $0 + $0.t().reshape([600, 700]) },
        { try $0.to(.float16) },
        { try $0.t().contiguous() }, { try $0.argMax(dim: 0) }, { try Tensor.where($0 .< 0, $0, 1.5) },
      ]
      for operation in operations {
        for tensor in [x, small] {
          let one = try withThreads(1) { try operation(tensor) }
          try expectSame(operation(tensor), one)
        }
      }
    }

    @Test func sortingKeepsEqualElementsInOrder() throws {
      let random = Generator(seed: 7)
      for count in edgeLengths {
        for dtype in [DType.float32, .float64, .int64] {
          var x = try [Double]((Tensor.randn([count], generator: random) * 9).floor())
          if dtype != .int64 && count > 4 { x[count / 3] = .nan }
          let tensor = try Tensor(x).to(dtype)
          let before: (Double, Double) -> Bool = { $0 < $1 || ($1.isNaN && !$0.isNaN) }
          let up = x.indices.sorted { before(x[$0], x[$1]) || (!before(x[$1], x[$0]) && $0 < $1) }
          let down = x.indices.sorted { before(x[$1], x[$0]) || (!before(x[$0], x[$1]) && $0 < $1) }
          #expect(try [Int](tensor.sorted().indices) == up, "\(count) \(dtype)")
          #expect(try [Int](tensor.sorted(descending: true).indices) == down, "\(count) \(dtype)")
          for k in [1, 2, count / 2, count] where k <= count {
            #expect(try [Int](tensor.topK(k).indices) == Array(down.prefix(k)), "\(count) \(dtype) \(k)")
            #expect(try [Int](tensor.topK(k, largest: false).indices) == Array(up.prefix(k)), "\(count) \(dtype) \(k)")
          }
        }
      }
    }

    /// More than the caches hold, with keys of few and of many bits.
    @Test func longRowsAreSorted() throws {
      var random = SystemRandomNumberGenerator()
      let count = 70_001
      for range in [-300...300, Int.min...Int.max, 0...1 << 40] {
        let x = (0..<count).map { _ in Int.random(in: range, using: &random) }
        let up = x.indices.sorted { (x[$0], $0) < (x[$1], $1) }, down = x.indices.sorted { (x[$1], $0) < (x[$0], $1) }
        let tensor = try Tensor(x)
        #expect(try [Int](tensor.sorted().indices) == up, "\(range)")
        #expect(try [Int](tensor.sorted().values) == up.map { x[$0] }, "\(range)")
        #expect(try [Int](tensor.sorted(descending: true).indices) == down, "\(range)")
        for k in [3, 16, 17, 1000] {
          #expect(try [Int](tensor.topK(k).indices) == Array(down.prefix(k)), "\(range) \(k)")
        }
      }
    }

    /// The error names the first wrong place, however the index is shared among threads.
    @Test func gatheringNamesTheFirstWrongPlace() throws {
      let x = try Tensor.zeros([400, 300])
      var places = [Int](repeating: 7, count: 400 * 300)
      for (at, wrong) in [(119_999, -1), (70_000, 400), (69_999, 401)] { places[at] = wrong }
      let index = try Tensor(places).reshape([400, 300])
      for threads in [1, ck_core_count()] {
        let error = #expect(throws: TensorError.self) { try withThreads(Int(threads)) { try x.gather(0, index) } }
        #expect(error == .indexOutOfRange(operation: "gather", index: 401, dim: 0, size: 400))
      }
    }

    @Test func gatheringFollowsTheIndex() throws {
      let random = Generator(seed: 8)
      let shape = [5, 7, 9]
      for dtype in [DType.float64, .float32, .bfloat16, .uint8] {
        let x = try Tensor.arange(315).to(dtype).reshape(shape)
        let all = try [Double](x)
        for dim in 0..<3 {
          let places = try [Int]((Tensor.rand([4], generator: random) * Double(shape[dim])).long())
          let picked = try x.indexSelect(dim, Tensor(places))
          let index = try (Tensor.rand(shape, generator: random) * Double(shape[dim])).long()
          let (chosen, gathered) = (try [Int](index), try [Double](x.gather(dim, index)))
          for i in 0..<315 {
            var at = [i / 63, i / 9 % 7, i % 9]
            at[dim] = chosen[i]
            #expect(gathered[i] == all[at[0] * 63 + at[1] * 9 + at[2]], "\(dtype) \(dim)")
          }
          for (k, place) in places.enumerated() {
            try expectSame(picked.select(dim, k), x.select(dim, place), "\(dtype) \(dim)")
          }
          try expectSame(x.transpose(0, 2).indexSelect(2 - dim, Tensor(places)), picked.transpose(0, 2))
        }
      }
    }

    @Test func softmaxAndLayerNormOfRowsOfEveryLength() throws {
      let random = Generator(seed: 9)
      for count in edgeLengths {
        let tensor = try Tensor.randn([3, count], generator: random) * 4
        let rows = try tensor.unbind().map { try [Float]($0).map(Double.init) }
        // With each value the bound that rounding the inputs' differences and products to 24 bits allows.
        let softmax = rows.flatMap { row in
          let top = row.max() ?? 0
          let powers = row.map { exp($0 - top) }
          let total = powers.reduce(0, +)
          return zip(row, powers).map { (value: $1 / total, bound: $1 / total * 0x1p-24 * (top - $0 + 6)) }
        }
        let normal = rows.flatMap { row in
          let mean = row.reduce(0, +) / Double(count)
          let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
          let scale = 1 / (variance + 1e-5).squareRoot()
          return row.map { (value: ($0 - mean) * scale, bound: 0x1p-22 * scale * ($0.magnitude + mean.magnitude)) }
        }
        try onEveryPath { path in
          for (found, expected) in zip(try [Float](tensor.softmax(dim: -1)), softmax) {
            #expect((Double(found) - expected.value).magnitude <= expected.bound, "\(path) \(count)")
          }
          // Shorter rows follow PyTorch step by step, as the lesson's tests show.
          for (found, expected) in zip(try [Float](layerNorm(tensor, [count])), normal) where count >= 8 {
            #expect((Double(found) - expected.value).magnitude <= expected.bound, "\(path) \(count)")
          }
          let wide = try tensor.bfloat16().float()
          let small = try tensor.bfloat16()
          try expectSame(small.softmax(dim: -1), wide.softmax(dim: -1).bfloat16(), "\(path) \(count)")
          try expectSame(layerNorm(small, [count]), layerNorm(wide, [count]).bfloat16(), "\(path) \(count)")
        }
      }
    }

    /// The bounds that functions.h names.
    @Test func geluIsAccurate() throws {
      let x = (-9000...9000).map { Float($0) / 1000 }
      let specials: [Float] = [-0.0, .infinity, 1e30, 0x1p-140]
      try onEveryPath { path in
        for (x, found) in zip(x, try [Float](Tensor(x).gelu())) {
          let exact = 0.5 * Double(x) * erfc(-Double(x) * 0.5.squareRoot())
          let bound = x > -2 ? exact.magnitude * 3 * 0x1p-23 : 1.2e-8
          #expect((Double(found) - exact).magnitude <= bound, "\(path) \(x)")
        }
        #expect(try [Float](Tensor(specials).gelu()) == [0, .infinity, 1e30, 0x1p-141], "\(path)")
        #expect(try Tensor([Float.nan]).gelu().isNaN().item() == true, "\(path)")
      }
    }

    /// All paths give the same bits, also for functions.
    @Test func pathsAgree() throws {
      let random = Generator(seed: 10)
      let functions: [(Tensor) throws -> Tensor] = [
        { try $0.exp() }, { try $0.abs().log() }, { try $0.tanh() }, { try $0.erf() }, { try $0.gelu() },
        { try $0.gelu(approximate: .tanh) }, { try $0.sigmoid() }, { try $0.silu() }, { try $0.sum() },
        { try $0.softmax(dim: -1) }, { try $0.logSoftmax(dim: -1) }, { try layerNorm($0, $0.shape) },
        { try $0.variance() }, { try $0.norm() }, { try $0 / 3 }, { try $0.pow(2) }, { try $0.abs().sqrt() },
      ]
      for count in edgeLengths where count > 1 {
        let x = try Tensor.randn([count], generator: random) * 5
        for (number, function) in functions.enumerated() {
          for tensor in [x, try x.bfloat16()] {
            #expect(ck_use_path("portable"))
            let expected = try function(tensor)
            try onEveryPath { path in
              try expectSame(function(tensor), expected, "\(path) \(count) function \(number)")
            }
          }
        }
      }
    }
  }
}
