// errors.json: what PyTorch refuses is refused here, with an error that can be caught.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Errors {
    /// Calls that do not type-check in Swift, or that use a part of Python or PyTorch that has no counterpart here. The
    /// test says so when one of them runs after all, or another one does not.
    private static let notExpressible: Set<String> = [
      "t(2,3)['x']", "t(2,3)[1.5]", "torch.arange(3).requires_grad_()", "torch.set_default_dtype('bfloat16')",
      "torch.finfo(torch.int8)", "torch.iinfo(torch.float32)", "torch.ones(2, 3).to('float17')", "torch.float17",
      "len(torch.tensor(1.0))", "list(torch.tensor(1.0))", "'{:.3f}'.format(t(2))", "format(t(2), '.3e')",
      "int(torch.tensor(float('nan')))", "int(torch.tensor(float('inf')))", "F.gelu(t(2), approximate='foo')",
      "F.interpolate(t(1, 1, 2, 2))", "torch.tensor([1, 'a'])", "torch.tensor('abc')", "torch.full((2,))",
      "torch.manual_seed('a')", "torch.manual_seed(2**70)", "torch.tensor([2**63])", "torch.tensor(None)",
      "t(2).int_repr()", "t(2).dequantize()", "torch.zeros(2, dtype='float32')", "torch.zeros(2, device='tpu')",
      "torch.quantize_per_tensor(t(2), 0.1, 0, torch.int8)",
    ]
    /// Rooms above this one have tests of their own.
    private static let otherRooms: Set<String> = ["state", "grad"]

    private func t(_ arguments: PythonArguments) throws -> PythonValue {
      .tensor(try .ones(arguments.ints(0, "size")))
    }

    @Test func everyMisuseThrows() throws {
      let cases = try JSON.file("errors.json")["cases"].list
      let interpreter = PythonInterpreter(functions: ["t": t])
      let differing = try DeliberateDifferences.load(file: "errors.json")
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
      #expect(notExpressible == Self.notExpressible)
    }
  }
}
