// Deep copies of classes as a lesson writes them.

import Testing

@testable import NeuralNets
@testable import Tensors

private final class Helper {
  var count = 0
}

private enum Mode: Equatable {
  case plain
  case scaled(by: Double, note: String)
}

private struct Wiring {
  var first: Linear
  var label: String
  var pair: (Linear?, Int)
}

/// Everything that a lesson's class may hold.
private final class Everything: Module {
  let weight: Parameter
  let mask: Buffer
  let layers: [Linear]
  let nested: [[Module]]
  let byName: [String: Linear]
  let optional: Linear?
  let wiring: Wiring
  let existential: any Sendable
  let mode = Mode.scaled(by: 2, note: "a note that is too long to be stored inline")
  let transform: (Double) -> Double
  let helper = Helper()
  let words = ["one", "two"]
  lazy var computed = 3
  let tensor: Tensor
  let last: Int8 = 5

  init(transform: @escaping (Double) -> Double) throws {
    weight = try Parameter(Tensor([1.0, 2.0]))
    mask = Buffer(try Tensor([1, 0]))
    layers = [try Linear(2, 2), try Linear(2, 2)]
    nested = [[ReLU(), try Linear(2, 2)], [try Linear(2, 3)]]
    byName = ["a": try Linear(1, 1)]
    optional = try Linear(2, 1)
    wiring = Wiring(first: layers[0], label: "first", pair: (layers[1], 7))
    existential = "text"
    self.transform = transform
    tensor = try Tensor([3.0])
    super.init()
    layers[1].weight = layers[0].weight
  }
}

private final class Generic<Value>: Module {
  var value: Value
  init(_ value: Value) { self.value = value; super.init() }
}

private class Base: Module {
  let base = 1
  let first = ReLU()
}

private final class Derived: Base {
  let second = ReLU()
  let flag = true
}

private final class Child: Module {
  weak var parent: Module?
}

private final class Node: Module {
  var next: Node?
}

private struct Token: ~Copyable {
  let number = 1
}

private final class HoldsToken: Module {
  let token = Token()
}

private enum Choice {
  case layer(Linear)
}

private final class HoldsChoice: Module {
  let choice: Choice
  init(_ choice: Choice) { self.choice = choice; super.init() }
}

extension Drawing {
  @Suite struct CopyTests {
    @Test func sharesNothingThatTheModuleOwns() throws {
      let original = try Everything { $0 * 2 }
      let copy = try original.copy()
      #expect(copy !== original)
      #expect(zip(original.parameters, copy.parameters).allSatisfy { $0 !== $1 })
      #expect(copy.namedParameters.map(\.name) == original.namedParameters.map(\.name))
      try copy.to(.bfloat16)
      #expect(original.parameters.allSatisfy { $0.dtype == .float32 })
      #expect(copy.parameters.allSatisfy { $0.dtype == .bfloat16 })
      #expect(copy.mask !== original.mask && copy.mask.dtype == .int64)
    }

    @Test func keepsValuesFunctionsAndOtherObjects() throws {
      var calls = 0
      let original = try Everything {
        calls += 1; return $0 * 2
      }
      original.computed = 9
      let copy = try original.copy()
      #expect(copy.mode == original.mode && copy.words == original.words && copy.last == 5 && copy.computed == 9)
      #expect(copy.transform(2) == 4 && calls == 1)
      #expect(copy.helper === original.helper)
      #expect(copy.existential as? String == "text")
      #expect(copy.tensor.description == original.tensor.description)
    }

    @Test func keepsSharingWithinTheCopy() throws {
      let copy = try Everything { $0 }.copy()
      #expect(copy.layers[0].weight === copy.layers[1].weight)
      #expect(copy.wiring.first === copy.layers[0])
      #expect(copy.wiring.pair.0 === copy.layers[1] && copy.wiring.pair.1 == 7 && copy.wiring.label == "first")
    }

    @Test func reachesNestedContainers() throws {
      let original = try Everything { $0 }
      let copy = try original.copy()
      #expect(copy.nested[1][0] !== original.nested[1][0])
      #expect(copy.byName["a"] !== original.byName["a"] && copy.optional !== original.optional)
      let names = copy.namedParameters.map(\.name)
      #expect(
        names.contains("nested.0.1.weight") && names.contains("byName.a.bias") && names.contains("optional.weight"))
    }

    @Test func copiesGenericsSubclassesAndContainers() throws {
      let linear = try Linear(1, 1)
      let generic = Generic<(any AnyObject)?>(linear)
      #expect(try generic.copy().value !== linear)
      #expect(try Generic([1, 2, 3]).copy().value == [1, 2, 3])
      let derived = try Derived().copy()
      #expect(derived.base == 1 && derived.flag && derived.children.count == 2)
      let sequential = Sequential(linear, ReLU())
      #expect(try sequential.copy().modules[0] !== linear)
    }

    @Test func followsCycles() throws {
      let node = Node()
      node.next = Node()
      node.next?.next = node
      let copy = try node.copy()
      #expect(copy.next?.next === copy && copy !== node)
      #expect(node.namedModules.map(\.name) == ["", "next"])
      #expect(node.description == "Node(\n  (next): Node(\n    (next): Node(...)\n  )\n)")
      node.next?.next = nil
      copy.next?.next = nil
    }

    @Test func refusesWhatItCannotCopy() throws {
      #expect(throws: ModuleError.self) { try Child().copy() }
      #expect(
        throws: ModuleError.cannotCopy(type: "HoldsToken", property: "token", reason: "is of a non-copyable type")
      ) {
        try HoldsToken().copy()
      }
      let error = #expect(throws: ModuleError.self) { try HoldsChoice(.layer(Linear(1, 1))).copy() }
      #expect(error.map { "\($0)".contains("`choice`") } == true)
    }

    @Test func doesNotFollowWeakReferences() throws {
      let child = Child()
      child.parent = child
      #expect(child.children.isEmpty)
    }

    @Test func drawsNothing() throws {
      let model = try DummyModel()
      let before = Generator.default.state
      _ = try model.copy()
      #expect(Generator.default.state == before)
    }

    @Test func copiesHooks() throws {
      var seen = 0
      let relu = ReLU()
      relu.onForward { _, _, _ in seen += 1 }
      _ = try relu.copy()(Tensor([1.0]))
      #expect(seen == 1)
    }

    @Test func releasesWhatItMade() throws {
      weak var watched: Linear?
      do {
        let copy = try Everything { $0 }.copy()
        watched = copy.layers[0]
        #expect(watched != nil)
      }
      #expect(watched == nil)
    }
  }
}
