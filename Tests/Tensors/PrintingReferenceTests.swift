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

    /// The file's other texts: lists of tensors, dtypes, pairs of values and indices. Parameters are in the tests of
    /// NeuralNets.
    @Test func otherTextsAreAsInPyTorch() throws {
      let x = try Tensor([[3.0, 5, 1], [7, 2, 4]])
      let dtypes: [DType] = [
        .float64, .float32, .float16, .bfloat16, .float8E4M3FN, .float8E5M2, .int8, .int16, .int32, .int64, .uint8,
        .bool,
      ]
      let texts = [
        "dtype objects": dtypes.map(\.description).joined(separator: ", "),
        "list of tensors": "[\([try Tensor([1.0, 2.0]), try Tensor(3)].map(\.description).joined(separator: ", "))]",
        "named tuple of torch.max": try x.max(dim: 1).description,
        "sort result": try Tensor([3.0, 1.0]).sorted().description,
        "topk result": try Tensor([3.0, 1.0, 2.0]).topK(2).description,
      ]
      let notHere = try DeliberateDifferences.load(file: "printing.json", section: "Cases that are left out")
      for item in file["misc"].list where !notHere.contains(item["what"].string) {
        let expected = item["text"].string.replacing("torch.return_types.", with: "").replacing("torch.", with: "")
        #expect(texts[item["what"].string] == expected, "\(item["what"].string)")
      }
      #expect(file["misc"].list.count == texts.count + notHere.count)
    }

    @Test func numbersPrintAsInPython() throws {
      #expect(file["scalar_forms"].list.count == 44)
      for item in file["scalar_forms"].list {
        let dtype = try #require(item["dtype"].dtype)
        let bytes = stride(from: item["bits"].string.count - 2, through: 0, by: -2).compactMap { at in
          UInt8(item["bits"].string.dropFirst(at).prefix(2), radix: 16)
        }
        let tensor = try Tensor(shape: [], dtype: dtype, bytes: bytes)
        let value = try tensor.item()
        #expect(value.description == item["item_repr"].string && value.description == item["format_plain"].string)
        #expect("[\(value)]" == item["tolist_repr"].string)
        #expect("[\(tensor.description)]" == item["str_in_list"].string.replacing("torch.", with: ""))
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
