// printing.json: every text, character by character, less "torch.".

import Tensors
import Testing

extension RuntimeTests {
  @Suite struct Printing {
    let file: JSON
    init() throws { file = try JSON.file("printing.json") }

    private func options(_ json: JSON) -> PrintOptions {
      var options = PrintOptions()
      if json["profile"].string == "short" { options = .short }
      if json["profile"].string == "full" { options = .full }
      if json["precision"].exists { options.precision = json["precision"].int }
      if json["threshold"].exists { options.threshold = json["threshold"].int }
      if json["edgeitems"].exists { options.edgeItems = json["edgeitems"].int }
      if json["linewidth"].exists { options.lineWidth = json["linewidth"].int }
      if json["sci_mode"].exists { options.scientific = json["sci_mode"].bool }
      return options
    }

    @Test func everyTensorPrintsAsInPyTorch() throws {
      let cases = file["cases"].list
      defer { printOptions = .standard }
      for item in cases {
        let tensor = try Tensor(
          shape: item["shape"].ints, dtype: try #require(item["dtype"].dtype), bytes: item["b64"].bytes)
        let expected = item["text_2_1_1"].exists ? item["text_2_1_1"].string : item["text"].string
        printOptions = options(item["options"])
        try withDefaultDType(item["default_dtype"].dtype ?? .float32) {
          #expect(tensor.description == expected.replacing("torch.", with: ""), "\(item["id"].string)")
        }
      }
      #expect(cases.count == 497)
    }

    @Test func numbersPrintAsInPython() throws {
      for item in file["scalar_forms"].list {
        let dtype = try #require(item["dtype"].dtype)
        let bytes = stride(from: item["bits"].string.count - 2, through: 0, by: -2).compactMap { at in
          UInt8(item["bits"].string.dropFirst(at).prefix(2), radix: 16)
        }
        let value = try Tensor(shape: [], dtype: dtype, bytes: bytes).item()
        #expect(value.description == item["item_repr"].string)
        guard dtype.isFloatingPoint else { continue }
        for specification in [".3e", ".4f", ".2f", "g"] where item["format_\(specification)"].exists {
          #expect(try value.formatted(specification) == item["format_\(specification)"].string)
        }
      }
    }

    @Test func debugDescriptionAddsLayout() throws {
      let x = try Tensor([[1.0, 2.0], [3.0, 4.0]]).t()
      #expect(
        x.debugDescription == "tensor([[1., 3.],\n        [2., 4.]])\nshape [2, 2], strides [1, 2], float32, 16 bytes")
    }
  }
}
