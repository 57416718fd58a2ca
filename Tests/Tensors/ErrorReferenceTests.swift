// errors.json: what PyTorch refuses is refused here, with an error that can be caught.

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Errors {
    /// The cases about modules, whose test is NeuralNets/ModuleErrorTests: it has the same rule and counts as here.
    private func isAboutModules(_ item: JSON) -> Bool {
      item["group"].string == "state" || item["call"].string.contains("nn.")
    }

    private func t(_ arguments: PythonArguments) throws -> PythonValue {
      .tensor(try .ones(arguments.ints(0, "size")))
    }

    /// Autocast begins where a Swift closure does; there is one device.
    private func autocast(_ arguments: PythonArguments) throws -> PythonValue {
      guard case .string("cpu")? = arguments.value(0, "device_type"),
        case .dtype(let dtype)? = arguments.value(1, "dtype")
      else { throw NotOffered(name: "autocast elsewhere") }
      return try withAutocast(dtype) { .none }
    }

    @Test func everyMisuseThrows() throws {
      let cases = try JSON.file("errors.json")["cases"].list
      let ours = cases.filter { !isAboutModules($0) }
      let interpreter = PythonInterpreter(functions: ["t": t, "autocast": autocast])
      let differing = try DeliberateDifferences.load(file: "errors.json")
      let leftOut = try DeliberateDifferences.load(file: "errors.json", section: "Cases that are left out")
      var checked = 0
      var notExpressible: Set<String> = []
      for item in ours {
        let call = item["call"].string
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
      #expect(cases.count == 248 && ours.count == 182)
      #expect(checked + notExpressible.count == ours.count)
      #expect(notExpressible == leftOut.intersection(ours.map { $0["call"].string }))
      #expect(leftOut.isSubset(of: cases.map { $0["call"].string }))
    }
  }
}
