// ops.json: 2384 calls of 162 operations, exact ones bit for bit, others within torch's own error.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Operations {
    let cases: [JSON]
    let tensors: SafetensorsFile

    init() throws {
      cases = try JSON.file("ops.json")["cases"].list
      tensors = try SafetensorsFile("ops.safetensors")
    }

    private func run(_ item: JSON) throws -> [Tensor] {
      let inputs = try item["inputs"].list.map { PythonValue.tensor(try tensors.tensor($0.string)) }
      let parameters = Dictionary(uniqueKeysWithValues: item["params"].entries.map { ($0.key, $0.value.python) })
      let interpreter = PythonInterpreter(variables: ["x": .list(inputs), "p": .dictionary(parameters)])
      return try interpreter.run(item["call"].string).tensors
    }

    /// What 2.1.1 refuses: float16 kernels it lacks, mixed dtypes. Other errors of 2.1.1 are listed in `offered`.
    private func lacksKernel(_ item: JSON) -> Bool {
      item["torch_2_1_1"]["error"]["message"].string.contains("not implemented for 'Half'")
    }

    @Test func everyCall() throws {
      var (checked, refused) = (0, 0)
      for item in cases {
        let id = "\(item["id"].string) \(item["op"].string) \(item["dtype"].string): \(item["call"].string)"
        if item["error"].exists || lacksKernel(item) {
          #expect(throws: TensorError.self, "\(id)") { try run(item) }
          refused += 1
        }
        if item["error"].exists { continue }
        do {
          let results = try withKernels(.emulatedFloat16) { try run(item) }
          try compare(results, item, id)
        } catch {
          Issue.record("\(id): \(error)")
        }
        checked += 1
      }
      #expect(checked + cases.filter { $0["error"].exists }.count == 2384)
      #expect(refused > 150)
    }

    private func compare(_ results: [Tensor], _ item: JSON, _ id: String) throws {
      let outputs = item["outputs"].list
      guard results.count == outputs.count else {
        Issue.record("\(id): \(results.count) results, not \(outputs.count)")
        return
      }
      for (result, output) in zip(results, outputs) {
        let expected = try tensors.tensor(output["key"].string)
        guard result.dtype == expected.dtype, result.shape == expected.shape else {
          Issue.record("\(id): \(result.dtype) \(result.shape), not \(expected.dtype) \(expected.shape)")
          continue
        }
        let exact = item["exact"].bool || !expected.dtype.isFloatingPoint
        let good = try exact ? result.sameBits(as: expected) : isClose(result, expected, item)
        if !good {
          let difference = try (result.double() - expected.double()).abs().max().item()
          Issue.record("\(id): differs by \(difference)")
        }
      }
    }

    /// Within twice torch's own error against float64 and two units in the last place of the greatest output.
    private func isClose(_ a: Tensor, _ b: Tensor, _ item: JSON) throws -> Bool {
      let (x, y) = (try [Double](a), try [Double](b))
      let eps = a.dtype.info.eps
      let top = y.filter(\.isFinite).map(\.magnitude).max() ?? 0
      let own = item["error_vs_float64"]["abs"].exists ? item["error_vs_float64"]["abs"].double : 0
      let other = item["torch_2_1_1"]["max_abs_difference"].exists ? item["torch_2_1_1"]["max_abs_difference"].double : 0
      return zip(x, y).allSatisfy { x, y in
        if x.isNaN || y.isNaN { return x.isNaN && y.isNaN }
        if x == y { return true }
        return (x - y).magnitude <= 2 * max(own, other) + 2 * eps * max(y.magnitude, min(top, 1))
      }
    }
  }
}
