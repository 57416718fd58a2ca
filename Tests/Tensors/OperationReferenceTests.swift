// ops.json: 2384 calls of 162 operations, exact ones bit for bit, others within torch's own error.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Operations {
    let cases: [JSON]
    let tensors: SafetensorsFile
    let inFloat32: [String: Double]

    init() throws {
      cases = try JSON.file("ops.json")["cases"].list
      tensors = try SafetensorsFile("ops.safetensors")
      inFloat32 = Self.float32Errors(cases)
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
      let differing = try DeliberateDifferences.load(file: "ops.json")
      var (checked, refused, greatest) = (0, 0, 0.0)
      for item in cases {
        let id = "\(item["id"].string) \(item["op"].string) \(item["dtype"].string): \(item["call"].string)"
        if item["error"].exists || lacksKernel(item) {
          #expect(throws: TensorError.self, "\(id)") { try run(item) }
          refused += 1
        }
        if item["error"].exists { continue }
        do {
          let results = try withKernels(lacksKernel(item) ? .emulatedFloat16 : .cpu) { try run(item) }
          let distance = try compare(results, item, id)
          #expect((distance > 1) == differing.contains(item["id"].string), "\(id)")
          if distance <= 1 { greatest = max(greatest, distance) }
        } catch {
          Issue.record("\(id): \(error)")
        }
        checked += 1
      }
      #expect(checked + cases.filter { $0["error"].exists }.count == 2384)
      #expect(refused > 150)
      #expect(greatest > 0.5, "a tolerance that no call comes near to shows nothing")
    }

    /// The greatest difference as a share of what is allowed, which is nothing where results are exact.
    private func compare(_ results: [Tensor], _ item: JSON, _ id: String) throws -> Double {
      let outputs = item["outputs"].list
      guard results.count == outputs.count else {
        Issue.record("\(id): \(results.count) results, not \(outputs.count)")
        return .infinity
      }
      var greatest = 0.0
      for (result, output) in zip(results, outputs) {
        if output["value"].exists {
          #expect(try result.item() == .bool(output["value"].bool), "\(id)")
          continue
        }
        let expected = try tensors.tensor(output["key"].string)
        guard result.dtype == expected.dtype, result.shape == expected.shape else {
          Issue.record("\(id): \(result.dtype) \(result.shape), not \(expected.dtype) \(expected.shape)")
          continue
        }
        let exact = item["exact"].bool || !expected.dtype.isFloatingPoint
        let distance =
          exact ? (try result.sameBits(as: expected) ? 0 : .infinity) : try distance(of: result, from: expected, item)
        greatest = max(greatest, distance)
      }
      return greatest
    }

    /// The greatest difference as a share of what two results may be apart: each by torch's own error against float64
    /// from the true value and by one rounding, and their sums by a rounding for the root of the number of terms
    /// (roundings being as often up as down). A rounding is half an eps of the greatest value.
    private func distance(of a: Tensor, from b: Tensor, _ item: JSON) throws -> Double {
      let (x, y) = (try [Double](a), try [Double](b))
      let rounding = a.dtype.info.eps / 2 * (y.filter(\.isFinite).map(\.magnitude).max() ?? 0)
      let inputs = try item["inputs"].list.map { try tensors.tensor($0.string).count }.max() ?? 0
      let terms = Double(max(inputs, 1)) / Double(max(a.count, 1))
      let allowed = 2 * ownError(item) + rounding * (2 + terms.squareRoot())
      return zip(x, y).map { x, y in
        if x == y || x.isNaN && y.isNaN { return 0 }
        let difference = (x - y).magnitude
        return difference.isFinite && allowed > 0 ? difference / allowed : .infinity
      }.max() ?? 0
    }

    /// torch's own error; in float64, which is its own measure, that of the same call in float32, scaled.
    private func ownError(_ item: JSON) -> Double {
      let own = max(
        item["error_vs_float64"]["abs"].exists ? item["error_vs_float64"]["abs"].double : 0,
        item["torch_2_1_1"]["max_abs_difference"].exists ? item["torch_2_1_1"]["max_abs_difference"].double : 0)
      guard item["dtype"].string == "float64", let twin = inFloat32[Self.key(item)] else { return own }
      return max(own, twin * 0x1p-29)
    }

    private static func key(_ item: JSON) -> String {
      "\(item["call"].string) \(item["params"].entries.map { "\($0.key) \($0.value.any ?? "")" })"
    }

    private static func float32Errors(_ cases: [JSON]) -> [String: Double] {
      Dictionary(
        cases.filter { $0["dtype"].string == "float32" && $0["error_vs_float64"].exists }
          .map { (key($0), $0["error_vs_float64"]["abs"].double) }, uniquingKeysWith: max)
    }
  }
}
