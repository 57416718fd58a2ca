// Every function of the table with arguments at random: it returns or throws, and never traps.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Fuzzing {
    private func tensor(_ random: inout Generator) throws -> Tensor {
      let shapes = [
        [], [0], [1], [2], [3], [2, 3], [3, 2], [3, 3], [0, 3], [2, 3, 4], [1, 3, 4], [1, 2, 4, 4], [2, 1, 0, 3],
      ]
      let shape = shapes.randomElement(using: &random) ?? []
      let dtype = DType.allCases.randomElement(using: &random) ?? .float32
      let values = try Tensor.rand(shape, generator: random) * 6 - 2
      let tensor = try values.to(dtype)
      switch Int.random(in: 0..<8, using: &random) {
      case 0 where tensor.rank > 1: return try tensor.transpose(0, -1)
      case 1: return try tensor.unsqueeze(0).expand([2] + shape)
      case 2: return tensor[99]
      default: return tensor
      }
    }

    private func value(_ random: inout Generator, depth: Int = 0) throws -> PythonValue {
      let integers = [-1, 0, 1, 2, 3, 5, -2, -7, 1 << 45, Int.max, Int.min]
      switch Int.random(in: 0..<10, using: &random) {
      case 0...3: return .tensor(try tensor(&random))
      case 4...5: return .int(integers.randomElement(using: &random) ?? 0)
      case 6: return .float([0.5, -1, 0, .nan, .infinity, 1e300, 2].randomElement(using: &random) ?? 0)
      case 7: return .bool(Bool.random(using: &random))
      case 8 where depth == 0:
        return .list(try (0..<Int.random(in: 0..<4, using: &random)).map { _ in try value(&random, depth: 1) })
      default: return .dtype(DType.allCases.randomElement(using: &random) ?? .float32)
      }
    }

    private func integers(_ random: inout Generator) -> PythonValue {
      .list(
        (0..<Int.random(in: 0..<4, using: &random)).map { _ in
          .int([-1, 0, 1, 2, 3, 1 << 45, Int.max, Int.min].randomElement(using: &random) ?? 0)
        })
    }

    @Test func nothingTraps() throws {
      var random = Generator(seed: 4711)
      let names = [
        "dim", "keepdim", "dtype", "padding", "stride", "groups", "size", "scale", "eps", "min", "max", "reduction",
      ]
      var (returned, thrown) = (0, 0)
      defer { try? setDefaultDType(.float32) }
      for (name, function) in PythonFunctions.table.sorted(by: { $0.key < $1.key }) where name != "set_default_dtype" {
        for _ in 0..<150 {
          var positional: [PythonValue] = Bool.random(using: &random) ? [.tensor(try tensor(&random))] : []
          for _ in 0..<Int.random(in: 0..<5, using: &random) {
            positional.append(Int.random(in: 0..<4, using: &random) == 0 ? integers(&random) : try value(&random))
          }
          var named: [String: PythonValue] = [:]
          for _ in 0..<Int.random(in: 0..<3, using: &random) {
            named[names.randomElement(using: &random) ?? "dim"] = try value(&random)
          }
          do {
            let result = try function(PythonArguments(function: name, positional: positional, named: named))
            for tensor in result.tensors where tensor.count < 1000 { _ = tensor.description }
            returned += 1
          } catch let error as TensorError {
            #expect(!error.description.isEmpty)
            thrown += 1
          } catch is NotOffered {}
        }
      }
      #expect(returned > 2000 && thrown > 2000)
    }

    @Test func subscriptsNeverTrap() throws {
      var random = Generator(seed: 815)
      let bounds = [-3, -1, 0, 1, 2, 5, Int.max, Int.min]
      func index(_ random: inout Generator) throws -> any TensorIndexable {
        func bound() -> Int { bounds.randomElement(using: &random) ?? 0 }
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: return bound()
        case 2: return TensorIndex.slice(bound(), bound(), by: bound())
        case 3: return bound()...
        case 4: return ..<bound()
        case 5: return TensorIndex.newAxis
        case 6: return TensorIndex.ellipsis
        case 7: return try Tensor([bound(), 0])
        default: return try tensor(&random)
        }
      }
      for _ in 0..<4000 {
        var x = try tensor(&random)
        let indices = try (0..<Int.random(in: 0..<4, using: &random)).map { _ in try index(&random).tensorIndex }
        if let found = try? x.at(indices) { _ = found.description }
        if let first = indices.first { x[first] = try tensor(&random) }
        _ = x.description
      }
    }
  }
}
