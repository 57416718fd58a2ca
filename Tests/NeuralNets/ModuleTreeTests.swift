// What modules print and list, for each of PyTorch's specs.

import Foundation
import Testing

@testable import NeuralNets
@testable import Tensors

private struct Specs: Decodable {
  let cases: [SpecCase]
}

private struct SpecCase: Decodable {
  let spec: Spec
  let str: String
  let named_parameters: [Entry]
  let state_dict: [Entry]
  let named_buffers: [Entry]
  let named_modules: [String]
  let num_parameters: Int
  let bytes: [String: Int]
  let after_bfloat16: [[String]]
}

/// A name, a shape and, except for parameters, a dtype.
private struct Entry: Decodable, Equatable {
  let name: String
  let shape: [Int]
  let dtype: String?

  init(_ name: String, _ tensor: Tensor, withDType: Bool = true) {
    self.name = name
    shape = tensor.shape
    dtype = withDType ? tensor.dtype.name : nil
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    name = try container.decode(String.self)
    shape = try container.decode([Int].self)
    dtype = try container.decodeIfPresent(String.self)
  }
}

extension Drawing {
  @Suite struct ModuleTreeTests {
    @Test func agreeWithPyTorch() throws {
      var unsupported: Set<String> = []
      var checked = 0
      for specCase in try reference("modules.json", as: Specs.self).cases {
        do {
          try check(specCase, specCase.spec.make())
          checked += 1
        } catch let error as UnsupportedLayer {
          unsupported.insert(error.type)
        }
      }
      #expect(try unsupported == leftOut(of: "modules.json"))
      #expect(checked == 101)
    }

    private func check(_ expected: SpecCase, _ module: Module) throws {
      #expect(module.description == expected.str)
      #expect(module.namedParameters.map { Entry($0, $1.tensor, withDType: false) } == expected.named_parameters)
      #expect(module.namedBuffers.map { Entry($0, $1.tensor) } == expected.named_buffers)
      #expect(module.stateDict().map { Entry($0, $1) } == expected.state_dict)
      #expect(module.namedModules.map(\.name) == expected.named_modules)
      #expect(module.parameterCount == expected.num_parameters)
      for (name, bytes) in expected.bytes {
        let dtype = try #require(DType(name: name))
        #expect(try module.copy().to(dtype).memoryFootprint == bytes, "\(expected.str) in \(name)")
      }
      let kept = try module.to(.bfloat16).stateDict().filter { $0.tensor.dtype != .bfloat16 }
      #expect(kept.map { [$0.key, $0.tensor.dtype.name] } == expected.after_bfloat16)
    }
  }
}
