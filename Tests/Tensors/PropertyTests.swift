// Properties of all operations: layouts do not matter, views do not copy, writes do not leak, nothing traps.

import Tensors
import Testing

/// What a call came to, so that two of them can be compared.
private enum Outcome {
  case tensors([Tensor])
  case failure(TensorError)

  init(_ body: () throws -> [Tensor]) throws {
    do { self = .tensors(try body()) } catch let error as TensorError { self = .failure(error) }
  }

  func agrees(with other: Outcome) throws -> Bool {
    switch (self, other) {
    case (.tensors(let a), .tensors(let b)):
      try a.count == b.count && zip(a, b).allSatisfy { try $0.sameBits(as: $1) }
    case (.failure(let a), .failure(let b)): a == b
    default: false
    }
  }
}

extension RuntimeTests {
  @Suite struct Properties {
    /// The same values in other layouts.
    private static let layouts: [(name: String, apply: @Sendable (Tensor) throws -> Tensor)] = [
      (
        "every second element",
        { x in
          guard x.rank > 0 else { return x }
          let wide = try Tensor.stack([x, Tensor.ones(like: x)], dim: -1)
          return try wide.select(-1, 0)
        }
      ),
      (
        "reversed dimensions",
        { x in
          let order = Array((0..<x.rank).reversed())
          return try x.permute(order).clone().permute(order)
        }
      ),
      (
        "inside a larger tensor",
        { x in
          guard x.rank > 0 else { return x }
          let larger = try Tensor.cat([Tensor.ones(like: x), x], dim: 0)
          return try larger.narrow(0, x.shape[0], x.shape[0])
        }
      ),
    ]

    /// Other values, whose layout is special, and which a contiguous copy must behave like.
    private static let changes: [(name: String, apply: @Sendable (Tensor) throws -> Tensor)] = [
      (
        "broadcast",
        { x in
          guard x.rank > 0, x.shape[0] > 0 else { return x }
          return try x.narrow(0, 0, 1).expand(x.shape)
        }
      ),
      ("empty", { x in x.rank > 0 ? try x.narrow(0, 0, 0) : x }),
      ("0-d", { x in x.count > 0 ? try x.flatten().select(0, x.count - 1) : x }),
    ]

    private func run(_ item: JSON, _ inputs: [Tensor]) throws -> [Tensor] {
      let parameters = Dictionary(uniqueKeysWithValues: item["params"].entries.map { ($0.key, $0.value.python) })
      let variables: [String: PythonValue] = ["x": .list(inputs.map { .tensor($0) }), "p": .dictionary(parameters)]
      return try PythonInterpreter(variables: variables).run(item["call"].string).tensors
    }

    /// All operations, in every layout; `view` alone depends on it by its nature.
    @Test func layoutsDoNotMatter() throws {
      let tensors = try SafetensorsFile("ops.safetensors")
      for item in try JSON.file("ops.json")["cases"].list where item["op"].string != "view" {
        let inputs = try item["inputs"].list.map { try tensors.tensor($0.string) }
        let plain = try Outcome { try run(item, inputs) }
        for layout in Self.layouts {
          let other = try Outcome { try run(item, inputs.map { try layout.apply($0) }) }
          #expect(try plain.agrees(with: other), "\(item["id"].string) \(item["call"].string): \(layout.name)")
        }
        for change in Self.changes {
          let changed = try inputs.map { try change.apply($0) }
          let strided = try Outcome { try run(item, changed) }
          let contiguous = try Outcome { try run(item, changed.map { try $0.clone() }) }
          #expect(try strided.agrees(with: contiguous), "\(item["id"].string) \(item["call"].string): \(change.name)")
        }
      }
    }

    private static let views: [(name: String, apply: @Sendable (Tensor) throws -> Tensor)] = [
      ("reshape", { try $0.reshape([4, 6]) }), ("view", { try $0.view([-1]) }),
      ("transpose", { try $0.transpose(0, 2) }),
      ("permute", { try $0.permute([2, 0, 1]) }), ("movedim", { try $0.movedim(0, 2) }),
      ("expand", { try $0.expand([5, 2, 3, 4]) }),
      ("squeeze", { try $0.squeeze() }), ("unsqueeze", { try $0.unsqueeze(1) }), ("flatten", { try $0.flatten(1) }),
      ("unflatten", { try $0.unflatten(2, [2, 2]) }), ("select", { try $0.select(1, -1) }),
      ("narrow", { try $0.narrow(2, 1, 2) }),
      ("place", { $0[1] }), ("range", { $0[.all, 1...] }), ("step", { $0[.ellipsis, .slice(by: 2)] }),
      ("newAxis", { $0[.newAxis] }), ("split", { try $0.split(1)[1] }), ("chunk", { try $0.chunk(2, dim: 2)[1] }),
      ("unbind", { try $0.unbind()[0] }), ("bits", { try $0.bits(as: .int32) }),
      ("to the same dtype", { try $0.to(.float32) }),
      ("contiguous", { try $0.contiguous() }),
    ]

    @Test func viewsNeverCopyAndNeverAliasAfterAWrite() throws {
      for view in Self.views {
        let base = try Tensor.arange(24).float().reshape([2, 3, 4])
        let before = try base.clone()
        var seen = try view.apply(base)
        #expect(seen.sharesStorage(with: base), "\(view.name)")
        let shown = try seen.clone()
        try seen.fill(77)
        #expect(base == before, "\(view.name): a write to the view reached the base")
        #expect(try (seen .== 77).all().item() == true)
        var written = base
        let look = try view.apply(written)
        try written.fill(55)
        #expect(look == shown, "\(view.name): a write to the base reached the view")
      }
    }

    @Test func writesThroughSubscripts() throws {
      var x = try Tensor.zeros([2, 3], dtype: .int64)
      let before = x
      x[0] = try Tensor([1, 2, 3])
      x[.all, 1] = try Tensor(9)
      x[1, .slice(by: 2)] = try Tensor([7.9])
      #expect(try [Int](x) == [1, 9, 3, 7, 9, 7])
      #expect(try [Int](before) == [0, 0, 0, 0, 0, 0])
      x[try x .> 8] = try Tensor(0)
      x[try Tensor([0, 0]), try Tensor([0, 2])] = try Tensor([5, 6])
      #expect(try [Int](x) == [5, 0, 6, 7, 0, 7])
      try x[1] += 1
      #expect(try [Int](x) == [5, 0, 6, 8, 1, 8])
      var t = x
      t[.all, 0] = x[.all, 2]
      #expect(try [Int](t) == [6, 0, 6, 8, 1, 8])
    }

    @Test func aFailedSubscriptCarriesItsError() throws {
      var x = try Tensor([[1, 2], [3, 4]])
      let expected = TensorError.indexOutOfRange(operation: "subscript", index: 5, dim: 0, size: 2)
      #expect(x[5].failure == expected)
      #expect(x[5].description == "tensor(\(expected))")
      #expect(throws: expected) { try x[5] + 1 }
      #expect(throws: expected) { try x[5][0].sum() }
      x[5] = try Tensor(0)
      #expect(throws: expected) { try x.sum() }
      #expect(throws: expected) { try x.item() }
    }
  }
}
