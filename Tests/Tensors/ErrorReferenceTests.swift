// errors.json: what PyTorch refuses is refused here, with an error that can be caught.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Errors {
    /// Rooms above this one have tests of their own.
    private static let otherRooms: Set<String> = ["state", "grad"]

    private func t(_ arguments: PythonArguments) throws -> PythonValue {
      .tensor(try .ones(arguments.ints(0, "size")))
    }

    @Test func everyMisuseThrows() throws {
      let cases = try JSON.file("errors.json")["cases"].list
      let interpreter = PythonInterpreter(functions: ["t": t])
      let differing = try DeliberateDifferences.load(file: "errors.json")
      let leftOut = try DeliberateDifferences.load(file: "errors.json", section: "Cases that are left out")
      var (checked, otherRooms): (Int, Int) = (0, 0)
      var notExpressible: Set<String> = []
      for item in cases {
        let call = item["call"].string
        if Self.otherRooms.contains(item["group"].string) || call.contains("nn.") {
          otherRooms += 1
          continue
        }
        do {
          let result = try interpreter.run(call)
          #expect(item["ok"].bool != differing.contains(call), "\(call) gives \(result), not \(item["message"].string)")
          checked += 1
        } catch let error as TensorError {
          #expect(item["ok"].bool == differing.contains(call), "\(call): \(error)")
          #expect(error.description.hasSuffix(".") && error.description.count > 20, "\(error)")
          checked += 1
        } catch {
          notExpressible.insert(call)
        }
      }
      #expect(checked + otherRooms + notExpressible.count == 248)
      #expect(otherRooms == 71)
      #expect(notExpressible == leftOut)
    }
  }
}
