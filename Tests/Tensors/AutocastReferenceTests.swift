// autocast.json: dtypes of results under automatic mixed precision.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Autocast {
    @Test func everyResultDType() throws {
      let interpreter = PythonInterpreter()
      let differing = try DeliberateDifferences.load(file: "autocast.json")
      var checked = 0
      for item in try JSON.file("autocast.json")["ops"].list {
        let call = item["call"].string
        let what = "\(call) of \(item["input_dtype"].string) under \(item["autocast_dtype"].string)"
        let (input, target) = (try #require(item["input_dtype"].dtype), try #require(item["autocast_dtype"].dtype))
        var inner = interpreter
        inner.variables["x"] = .tensor(try Tensor.arange(16).to(input).reshape([4, 4]) / 8)
        checked += 1
        if target != .bfloat16 {
          #expect(throws: TensorError.self, "\(what)") { try withAutocast(target) {} }
          continue
        }
        do {
          let result = try withAutocast(target) { try inner.run(call) }
          let agrees = result.tensors.first?.dtype == item["result_dtype"].dtype
          #expect(agrees != differing.contains(what), "\(what)")
        } catch let error as TensorError {
          #expect(item["error"].exists, "\(what): \(error)")
        }
      }
      #expect(checked == 432)
      #expect(autocastDType == nil)
    }
  }
}
