// Misuses of modules are errors with data, as errors.json lists them, and never end the program.

import Testing

@testable import NeuralNets
@testable import Tensors

private final class Net: Module {
  let l1: Linear
  let l2: Linear
  init() throws {
    l1 = try Linear(2, 3)
    l2 = try Linear(3, 4)
  }
}

private struct Misuses: Decodable {
  struct Case: Decodable {
    let group, call: String
    let ok: Bool
    /// What a call that is no misuse gives.
    let result: String?
    /// The others are the tensors': Tensors/ErrorReferenceTests has the same rule and counts as here.
    var isAboutModules: Bool { group == "state" || call.contains("nn.") }
  }
  let dicts: [String: [String: [Int]]]
  let cases: [Case]
}

private func state(_ shapes: KeyValuePairs<String, [Int]>) throws -> StateDict {
  var state = StateDict()
  for (key, shape) in shapes { state[key] = try Tensor.zeros(shape) }
  return state
}

/// What PyTorch prints of a loading that was not strict.
private func incompatibleKeys(_ mismatch: StateMismatch) -> String {
  func list(_ keys: [String]) -> String { "[\(keys.map { "'\($0)'" }.joined(separator: ", "))]" }
  if mismatch.isEmpty { return "'<All keys matched successfully>'" }
  let (missing, unexpected) = (list(mismatch.missing), list(mismatch.unexpected))
  return "\"_IncompatibleKeys(missing_keys=\(missing), unexpected_keys=\(unexpected))\""
}

extension Drawing {
  @Suite struct ModuleErrorTests {
    /// PyTorch's misuses by their Python text.
    private let misuses: [String: () throws -> Any] = [
      "nn.Dropout(1.5)": { try Dropout(1.5) },
      "nn.Dropout(-0.1)": { try Dropout(-0.1) },
      "nn.Conv2d(3, 4, 3, groups=2)": { try Conv2d(3, 4, kernel: 3, groups: 2) },
      "nn.MultiheadAttention(10, 3)": { try MultiheadAttention(10, heads: 3) },
      "nn.Linear(-1, 2)": { try Linear(-1, 2) },
      "nn.Softmax(dim=3)(t(2, 2))": { try Softmax(dim: 3)(.ones([2, 2])) },
      "nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 3))(t(1, 2))": {
        try Sequential(Linear(2, 3), Linear(2, 3))(.ones([1, 2]))
      },
      "nn.Linear(2,3)(t(4, 3))": { try Linear(2, 3)(.ones([4, 3])) },
      "nn.Linear(2,3)(t(3))": { try Linear(2, 3)(.ones([3])) },
      "nn.LayerNorm(3)(t(2,4))": { try LayerNorm(3)(.ones([2, 4])) },
      "nn.LayerNorm([3,4])(t(2,4))": { try LayerNorm([3, 4])(.ones([2, 4])) },
      "nn.Conv2d(3, 4, 3)(t(1, 2, 8, 8))": { try Conv2d(3, 4, kernel: 3)(.ones([1, 2, 8, 8])) },
      "nn.Conv2d(3, 4, 3)(t(8, 8))": { try Conv2d(3, 4, kernel: 3)(.ones([8, 8])) },
      "nn.Conv2d(3, 4, 5)(t(1, 3, 3, 3))": { try Conv2d(3, 4, kernel: 5)(.ones([1, 3, 3, 3])) },
      "nn.Embedding(2,3)(torch.tensor([2]))": { try Embedding(2, 3)(Tensor([2])) },
      "nn.Embedding(2,3)(torch.tensor([-1]))": { try Embedding(2, 3)(Tensor([-1])) },
      "nn.Embedding(2,3)(torch.tensor([0.5]))": { try Embedding(2, 3)(Tensor([0.5])) },
      "nn.Embedding(2,3)(torch.tensor([True]))": { try Embedding(2, 3)(Tensor([true])) },
      "nn.Embedding(2,3, padding_idx=4)": { try Embedding(2, 3, paddingIndex: 4) },
      "nn.Linear(2,3)(t(4,2).bfloat16())": { try Linear(2, 3)(.ones([4, 2], dtype: .bfloat16)) },
      "nn.Linear(2,3).bfloat16()(t(4,2))": { try Linear(2, 3).bfloat16()(.ones([4, 2])) },
      "nn.Linear(2,3)(torch.ones(4,2, dtype=torch.int64))": { try Linear(2, 3)(.ones([4, 2], dtype: .int64)) },
      "nn.Linear(2,3)(t(4,2).double())": { try Linear(2, 3)(.ones([4, 2], dtype: .float64)) },
      "nn.LayerNorm(3).half()(t(2,3))": { try LayerNorm(3).half()(.ones([2, 3])) },
      "nn.LayerNorm(3)(t(2,3).bfloat16())": { try LayerNorm(3)(.ones([2, 3], dtype: .bfloat16)) },
      "nn.LayerNorm(3)(t(2,3).half())": { try LayerNorm(3)(.ones([2, 3], dtype: .float16)) },
      "nn.LayerNorm(3)(t(2,3).double())": { try LayerNorm(3)(.ones([2, 3], dtype: .float64)) },
      "nn.Conv2d(1, 1, 1)(t(1, 1, 3, 3).bfloat16())": {
        try Conv2d(1, 1, kernel: 1)(.ones([1, 1, 3, 3], dtype: .bfloat16))
      },
      "nn.Linear(2, 2, dtype=torch.int64)": { try Linear(2, 2, dtype: .int64) },
      "nn.Parameter(torch.tensor([1, 2]))": { try Parameter(Tensor([1, 2])) },
      "nn.Linear(2, 2).to(torch.int64)": { try Linear(2, 2).to(.int64) },
      "nn.Module()(1)": { try Module()(Tensor(1)) },
      "nn.ModuleList([nn.ReLU()])[3]": { try ModuleList([ReLU()])[3] },
      "nn.ModuleDict({'a': nn.ReLU()})['b']": { try ModuleDict(["a": ReLU()]).module(named: "b") },
      "nn.Sequential(nn.ReLU())[1]": { try Sequential(ReLU())[1] },
      "net.get_parameter('l9.weight')": { try Net().parameter(named: "l9.weight") },
      "net.get_submodule('l9')": { try Net().module(named: "l9") },
      "nn.Linear(2, 2).load_state_dict({'weight': torch.zeros(2, 2)})": {
        try Linear(2, 2).load(stateDict: ["weight": .zeros([2, 2])])
      },
      "Net().load_state_dict({})": { try Net().load(stateDict: [:]) },
    ]

    /// The file's own state dicts: loading each fails, unless it is not strict.
    private func loadings(_ dicts: [String: [String: [Int]]]) -> [String: () throws -> Any] {
      func load(_ name: String, strict: Bool = true) throws -> StateMismatch {
        var state = StateDict()
        for (key, shape) in dicts[name] ?? [:] { state[key] = try Tensor.zeros(shape) }
        return try Net().load(stateDict: state, strict: strict)
      }
      var calls: [String: () throws -> Any] = [
        "str(Net().load_state_dict(sd))": { incompatibleKeys(try Net().load(stateDict: Net().stateDict())) }
      ]
      for name in dicts.keys {
        calls["Net().load_state_dict(\(name))"] = { try load(name) }
        calls["str(Net().load_state_dict(\(name), strict=False))"] = { incompatibleKeys(try load(name, strict: false)) }
      }
      return calls
    }

    @Test func everyCaseIsRunOrListed() throws {
      let file = try reference("errors.json", as: Misuses.self)
      let calls = misuses.merging(loadings(file.dicts)) { first, _ in first }
      let leftOut = try leftOut(of: "errors.json")
      let ours = file.cases.filter(\.isAboutModules)
      var (ran, listed) = (0, 0)
      for expected in ours {
        if leftOut.contains(expected.call) {
          listed += 1
          #expect(calls[expected.call] == nil, "\(expected.call) is run, and listed as left out")
          continue
        }
        try check(expected, #require(calls[expected.call], "\(expected.call) is neither run nor listed as left out"))
        ran += 1
      }
      #expect(file.cases.count == 248 && ours.count == 66)
      #expect(ran == 46 && ran + listed == ours.count)
      #expect(Set(misuses.keys).isSubset(of: ours.map(\.call)))
    }

    private func check(_ expected: Misuses.Case, _ body: () throws -> Any) throws {
      if expected.ok {
        let result = try body()
        if let text = result as? String { #expect(text == expected.result, "\(expected.call)") }
      } else {
        let error = #expect(throws: (any Error).self, "\(expected.call)") { _ = try body() }
        #expect(error is ModuleError || error is TensorError, "\(expected.call)")
      }
    }

    @Test func stateErrorsNameTheirKeys() throws {
      func mismatch(_ shapes: KeyValuePairs<String, [Int]>) throws -> StateMismatch? {
        do { try Net().load(stateDict: state(shapes)) } catch ModuleError.stateMismatch("Net", let mismatch) {
          return mismatch
        }
        return nil
      }
      #expect(
        try mismatch(["l1.weight": [3, 2], "l1.bias": [3], "l2.weight": [4, 3]]) == StateMismatch(missing: ["l2.bias"]))
      #expect(
        try mismatch(["l1.weight": [3, 2], "l1.bias": [3], "l2.weight": [4, 3], "l2.bias": [4], "l3.weight": [1]])
          == StateMismatch(unexpected: ["l3.weight"]))
      #expect(
        try mismatch(["l1.weight": [9, 9], "zzz": [1], "aaa": [1]])
          == StateMismatch(
            missing: ["l1.bias", "l2.weight", "l2.bias"], unexpected: ["zzz", "aaa"],
            shapes: [ShapeMismatch(key: "l1.weight", given: [9, 9], expected: [3, 2])]))
    }

    @Test func looseLoadingReturnsWhatDidNotMatch() throws {
      let shapes: KeyValuePairs<String, [Int]> = ["l1.weight": [3, 2], "l1.bias": [3], "l2.weight": [4, 3], "x": [1]]
      let net = try Net()
      let result = try net.load(stateDict: state(shapes), strict: false)
      #expect(result == StateMismatch(missing: ["l2.bias"], unexpected: ["x"]))
      #expect(try [Float](net.l1.bias?.tensor ?? .ones([3])) == [0, 0, 0])
      #expect(throws: ModuleError.self) { try net.load(stateDict: state(["l1.weight": [4, 2]]), strict: false) }
    }

    @Test func aFailedLoadChangesNothing() throws {
      let net = try Net()
      let before = try net.stateDict().map { try [Float]($0.tensor) }
      #expect(throws: ModuleError.self) { try net.load(stateDict: state(["l1.weight": [3, 2], "l1.bias": [5]])) }
      #expect(try net.stateDict().map { try [Float]($0.tensor) } == before)
    }

    @Test func descriptionsSayWhatToDo() throws {
      let shapes = [ShapeMismatch(key: "w", given: [4, 2], expected: [3, 2])]
      let mismatch = StateMismatch(missing: ["a", "b"], unexpected: ["c"], shapes: shapes)
      #expect(
        ModuleError.stateMismatch(module: "Net", mismatch).description == """
          the state dict does not fit Net:
            missing: "a", "b"
            unexpected: "c"
            "w" has shape [4, 2], the model's is [3, 2]
          """)
      #expect("\(ModuleError.noForward(module: "Net"))".contains("override"))
    }
  }
}
