// The forms of values: text for every one, markup where it helps.

import Testing

@testable import LessonKit

private struct Angle: Error, CustomStringConvertible {
  let description = "a < b & \"c\""
}

private struct Point {
  let x = 1
  let y = 2.5
}

private struct Setting: Codable {
  let name: String
  let sizes: [Int]
}

private final class Nested: Module {
  let blocks: [Linear]
  let act = ReLU()
  let scale: Parameter
  let steps: Buffer

  init() throws {
    blocks = [try Linear(2, 2), try Linear(2, 2), try Linear(2, 3)]
    scale = try Parameter(Tensor([1.0, 2.0]))
    steps = Buffer(try Tensor([1]))
  }
}

@Suite struct DisplayTests {
  private func plain<Value>(_ value: Value) -> String { mimeBundle(of: value)["text/plain"] ?? "" }

  @Test func anyValueHasText() throws {
    #expect(plain(3) == "3")
    #expect(plain("a\nb") == "a\nb")
    #expect(plain(Int?.none) == "nil")
    #expect(plain(Optional(Optional("x"))) == "x")
    #expect(plain([1, 2]) == "[1, 2]")
  }

  @Test func errorsShowTypeAndMessage() throws {
    let bundle = mimeBundle(of: Angle())
    #expect(bundle["text/plain"]?.hasSuffix("Angle: a < b & \"c\"") == true)
    let root = try markup(bundle["text/html"])
    #expect(root.classes == ["lk-error"])
    #expect(root.children.last?.text == "a < b & \"c\"")
    #expect(plain(TensorError.noPromotion(.bfloat16, .float8E5M2)).hasPrefix("TensorError: "))
  }

  @Test func codableValuesShowTheirProperties() throws {
    let setting = Setting(name: "a<b", sizes: [1, 2])
    let root = try markup(mimeBundle(of: setting)["text/html"])
    #expect(root.children[0].text == "Setting")
    #expect(root.text.contains("namea<bsizes[1, 2]"))
    #expect(plain(setting) == "Setting(name: \"a<b\", sizes: [1, 2])")
    let list = mimeBundle(of: [setting, setting])
    #expect(try markup(list["text/html"]).text.hasPrefix("namesizes"))
    #expect(list["text/plain"] == "[\(plain(setting)), \(plain(setting))]")
    #expect(mimeBundle(of: [1, 2])["text/html"] == nil && mimeBundle(of: Point())["text/html"] == nil)
  }

  @Test func optionalsShowWhatTheyHold() throws {
    let tensor: Tensor? = try Tensor([1.0])
    #expect(mimeBundle(of: tensor)["text/html"] != nil)
  }

  // MARK: Tensors

  @Test func matricesAreTables() throws {
    let tensor = try Tensor([[1.0, -2.0], [0.5, 0.0]])
    let root = try markup(tensor.mimeBundle["text/html"])
    #expect(tensor.mimeBundle["text/plain"] == tensor.description)
    #expect(root.children[0].text == "shape [2, 2] · float32 · 16 bytes")
    #expect(root.all("td").map(\.text) == ["1.0000", "-2.0000", "0.5000", "0.0000"])
    #expect(
      root.all("td").map(\.classes) == [["lk-heat-4"], ["lk-heat-8", "lk-negative"], ["lk-heat-2"], ["lk-heat-0"]])
  }

  @Test func otherRanksAreTablesToo() throws {
    #expect(try markup(Tensor(7).mimeBundle["text/html"]).all("td").map(\.text) == ["7"])
    #expect(try markup(Tensor([1, 2, 3]).mimeBundle["text/html"]).all("tr").count == 1)
    let cube = try markup(Tensor.arange(8).reshape([2, 2, 2]).mimeBundle["text/html"])
    #expect(cube.all("caption").map(\.text) == ["[0, :, :]", "[1, :, :]"])
    #expect(cube.all("table").map { $0.all("td").map(\.text) } == [["0", "1", "2", "3"], ["4", "5", "6", "7"]])
    #expect(try markup(Tensor.zeros([0, 3]).mimeBundle["text/html"]).all("pre").count == 1)
  }

  @Test func largeTensorsShowTheirEdges() throws {
    let root = try markup(Tensor.arange(2000).reshape([40, 50]).mimeBundle["text/html"])
    #expect(root.all("tr").count == 7 && root.all("tr")[0].all("td").count == 7)
    #expect(root.all("td").filter { $0.text == "…" }.count == 13)
    #expect(root.all("tr")[6].all("td").last?.text == "1999")
    let many = try markup(Tensor.zeros([30, 2, 2]).mimeBundle["text/html"])
    #expect(many.all("table").count == 16 && many.all("p").map(\.text) == ["… and 14 more"])
  }

  @Test func specialNumbersAndBoolsAreShown() throws {
    let special = try markup(Tensor([Double.nan, .infinity, -1]).mimeBundle["text/html"])
    #expect(special.all("td").map(\.text) == ["nan", "inf", "-1."])
    #expect(try markup(Tensor([true, false]).mimeBundle["text/html"]).all("td").map(\.text) == ["True", "False"])
  }

  @Test func aFailedSubscriptShowsItsError() throws {
    let tensor = try Tensor([1.0])
    #expect(tensor[5].mimeBundle["text/html"]?.contains("lk-error") == true)
  }

  // MARK: Modules

  @Test func modulesAreFoldableTrees() throws {
    let module = try Nested()
    let bundle = module.mimeBundle
    #expect(bundle["text/plain"] == module.description)
    let root = try markup(bundle["text/html"])
    let summaries = root.all("summary").map(\.text)
    #expect(summaries[0] == "Nested() 23 parameters, 100 bytes")
    #expect(summaries.contains("blocks ModuleList() 21 parameters, 84 bytes"))
    #expect(summaries.contains("0–1: 2 × Linear(in_features=2, out_features=2, bias=True) 6 parameters, 24 bytes"))
    #expect(root.all("details").map { $0.attributes["open"] != nil } == [true, false, false, false])
    #expect(root.all("li").map(\.text).contains("steps [1] int64, buffer"))
  }

  @Test func partsOfModelsAreShown() throws {
    let module = try Nested()
    #expect(module.scale.mimeBundle["text/plain"] == module.scale.description)
    #expect(try markup(module.scale.mimeBundle["text/html"]).classes == ["lk-tensor"])
    let state = try markup(module.stateDict().mimeBundle["text/html"])
    #expect(state.all("tr").count == 1 + module.stateDict().count && state.all("td")[0].text == "scale")
    let items = try markup(mimeBundle(of: [module.scale.tensor, module.steps.tensor])["text/html"])
    #expect(items.children.map(\.classes) == [["lk-item"], ["lk-item"]])
  }

  @Test func moduleTextIsEscaped() throws {
    final class Angled: Module { override var details: String { "x<3>" } }
    #expect(try markup(Angled().mimeBundle["text/html"]).text == "Angled(x<3>)")
  }

  // MARK: Tables

  @Test func tablesComeFromManyKindsOfRows() throws {
    #expect(table([Point(), Point()]).header == ["x", "y"])
    #expect(table([(name: "a", bytes: 1)]).header == ["name", "bytes"])
    #expect(table([["b": 1, "a": 2]] as [[String: Int]]).header == ["a", "b"])
    #expect(table([[1, 2], [3, 4]]).header.isEmpty)
    #expect(table([1, 2]).rows.map { $0.map(\.text) } == [["1"], ["2"]])
    let named = table([["dtype": "float32", "bytes": 4], ["dtype": "bfloat16", "note": "same range"]])
    #expect(named.header == ["dtype", "bytes", "note"])
    #expect(named.rows[1].map(\.text) == ["bfloat16", "", "same range"])
  }

  @Test func tablesAlignNumbers() throws {
    let sizes = table(["dtype", "bytes"], [["float32", 4], ["<b>", 16]], caption: "Sizes")
    #expect(sizes.mimeBundle["text/plain"] == "Sizes\ndtype    bytes\n-------  -----\nfloat32      4\n<b>         16")
    let root = try markup(sizes.mimeBundle["text/html"])
    #expect(root.all("caption").map(\.text) == ["Sizes"] && root.all("th").map(\.text) == ["dtype", "bytes"])
    #expect(root.all("td").map(\.text) == ["float32", "4", "<b>", "16"])
    #expect(root.all("td").map(\.classes) == [[], ["lk-number"], [], ["lk-number"]])
  }

  @Test func anEmptyTableIsATable() throws {
    #expect(try markup(table([Point]()).mimeBundle["text/html"]).name == "table")
  }

  // MARK: Numbers and time

  @Test func numbersAreWrittenAsAsked() {
    #expect(0.0009978711605072021.scientific(3) == "9.979e-04")
    #expect(0.5.fixed(2) == "0.50" && (1.0 / 3).significant(3) == "0.333" && Double.nan.fixed(2) == "nan")
    #expect(Float(2).fixed(-3) == "2")
    #expect("ab".padded(to: 4) == "ab  " && "ab".leftPadded(to: 4) == "  ab" && "abc".padded(to: 2) == "abc")
    #expect(byteText(1) == "1 byte" && byteText(999) == "999 bytes" && byteText(989_656_304) == "989.7 MB")
    #expect(grouped(247_414_076) == "247,414,076" && grouped(-1000) == "-1,000" && grouped(7) == "7")
  }

  @Test func measuringGivesResultAndTime() throws {
    var runs = 0
    let time = measure(runs: 3) {
      runs += 1; return runs
    }
    #expect(time.result == 3 && time.allSeconds.count == 3 && time.seconds >= 0)
    #expect(time.mimeBundle["text/plain"] == "3")
    #expect(throws: Angle.self) { try measure { throw Angle() } }
  }
}
