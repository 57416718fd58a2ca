// seed-lesson.json, default_dtype: what the default dtype does to 25 expressions, for four dtypes and wrong ones.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct DefaultDType {
    @Test func everyExpression() throws {
      var (checked, layers) = (0, 0)
      for entry in try JSON.file("seed-lesson.json")["torch_2_1_1"]["default_dtype"].list {
        guard let dtype = entry["default"].dtype, entry["results"].exists else {
          let wrong = DType(name: entry["default"].string) ?? .int64
          #expect(throws: TensorError.self) { try setDefaultDType(wrong) }
          continue
        }
        // The random expressions continue one stream, which the layers draw from last.
        try withDefaultDType(dtype) {
          manualSeed(123)
          for item in entry["results"].list {
            let text = item["expr"].string
            if text.hasPrefix("nn.") {
              layers += 1
              continue
            }
            try check(item, text, dtype)
            checked += 1
          }
        }
        #expect(defaultDType == .float32)
      }
      #expect(checked == 92 && layers == 12)
    }

    private func check(_ item: JSON, _ text: String, _ dtype: DType) throws {
      if item["error"].exists {
        // 2.1.1 has no bfloat16 kernel for eye; this runtime has (Documentation/Runtime.md).
        #expect(text == "torch.eye(2)" && dtype == .bfloat16)
        #expect(try PythonInterpreter().run(text).tensors == [Tensor([[1.0, 0.0], [0.0, 1.0]])])
        return
      }
      let result = try #require(PythonInterpreter().run(text).tensors.first)
      #expect(result.dtype == item["dtype"].dtype, "\(text)")
      guard item["bits"].exists else { return }
      #expect(try result.hexBits() == item["bits"].strings, "\(text) under \(dtype)")
      #expect(result.description == item["repr"].string.replacing("torch.", with: ""), "\(text) under \(dtype)")
    }
  }
}
