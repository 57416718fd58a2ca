// Lesson 3 compared, number by number, with what PyTorch 2.1.1 gives for it (Reference/README.md).

import Foundation
import Testing

/// What PyTorch gives.
private struct Reference: Decodable {
  struct Parameter: Decodable {
    var name: String
    var dtype: String
    var values: [Double]
  }

  struct Logits: Decodable {
    var values: [Double]
    var text: String
  }

  struct Difference: Decodable {
    var values: [Double]
    var mean: Double
    var max: Double
  }

  var model: String
  var printed: [String: String]
  var parameters: [String: [Parameter]]
  var logits: [String: Logits]
  var difference: Difference

  static func read() throws -> Reference {
    let file = package.appendingPathComponent("Tests/Lessons/Reference/seed-lesson.json")
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }
}

extension Lessons {
  @Suite struct LessonThreeTests {
    private let reference: Reference
    private let result: LessonResult

    /// Steps after the lesson's own, which print its numbers in full.
    private static let probe = """


      ```swift
      //| label: probe
      func printParameters(_ kind: String, _ module: Module) throws {
        for (name, parameter) in module.namedParameters {
          print(kind, name, parameter.dtype, try [Double](parameter.tensor), separator: "\\t")
        }
      }
      try printParameters("float32", model)
      try printParameters("float16", modelFP16)
      try printParameters("bfloat16", modelBF16)
      try printParameters("bfloat16 by default", dummyBF16)
      ```

      ```swift
      //| label: probed-logits
      for (kind, logits) in [
        ("float32", logitsFP32), ("bfloat16", logitsBF16), ("bfloat16 by default", try dummyBF16(tokens)),
      ] { print(kind, try [Double](logits), separator: "\\t") }
      print("difference", try [Double](difference), separator: "\\t")
      print("mean", [meanDifference], separator: "\\t")
      print("max", [maxDifference], separator: "\\t")
      print(try dummyBF16(tokens))
      ```

      """

    init() async throws {
      reference = try Reference.read()
      let lessons = package.appendingPathComponent("Lessons"), folder = try makeFolder()
      for name in ["Models", "Pictures"] {
        try FileManager.default.copyItem(
          at: lessons.appendingPathComponent(name), to: folder.appendingPathComponent(name))
      }
      let lesson = try text(of: lessons.appendingPathComponent("03-dtypes.md")) + Self.probe
      try Data(lesson.utf8).write(to: folder.appendingPathComponent("lesson.md"))
      result = try await runLesson(in: folder)
    }

    /// Rows of texts that end in a list of numbers.
    private func probed(_ label: String) throws -> [[String]: [Double]] {
      let rows = try result.step(label).stdout.split(separator: "\n").filter { $0.hasSuffix("]") && $0.contains("\t") }
        .map { $0.split(separator: "\t").map(String.init) }
      return try Dictionary(
        uniqueKeysWithValues: rows.map { row in
          (row.dropLast(), try JSONDecoder().decode([Double].self, from: Data(row[row.count - 1].utf8)))
        })
    }

    @Test func everythingIsAsInPyTorch() throws {
      #expect(result.status == 0, "\(result.errors)")
      try printedText()
      try parameters()
      try logits()
    }

    /// Dtypes, the model, logits and differences as printed.
    private func printedText() throws {
      #expect(try result.step("baseline").displays.first?["text/plain"] == reference.model)
      for label in ["fp32-dtypes", "fp16-dtypes", "bf16-dtypes", "default-bf16", "difference"] {
        #expect(try figures(result.step(label).stdout) == figures(#require(reference.printed[label])), "\(label)")
      }
      let logits = try [result.step("fp16-forward").stdout, result.step("bf16-forward").stdout]
      #expect(logits[0].contains(try #require(reference.logits["float32"]).text))
      #expect(logits[0].contains("TensorError") && logits[0].contains("addmm") && logits[0].contains("float16"))
      #expect(logits[1].contains(try #require(reference.logits["bfloat16"]).text))
      #expect(
        try result.step("probed-logits").stdout.contains(#require(reference.logits["bfloat16 by default"]).text))
    }

    /// The lines that tell a parameter's dtype or a difference: their headings are in the lesson's own words.
    private func figures(_ text: String) -> [String] {
      text.replacing("\u{a0}", with: " ").split(separator: "\n").map(String.init)
        .filter { $0.contains(" → ") || $0.contains("more parameters") || $0.contains("diff :") }
    }

    private func parameters() throws {
      let found = try probed("probe")
      #expect(found.count == 44)
      for (kind, parameters) in reference.parameters {
        for parameter in parameters {
          #expect(found[[kind, parameter.name, parameter.dtype]] == parameter.values, "\(kind) \(parameter.name)")
        }
      }
    }

    private func logits() throws {
      let found = try probed("probed-logits")
      for (kind, logits) in reference.logits { #expect(found[[kind]] == logits.values, "\(kind)") }
      #expect(found[["difference"]] == reference.difference.values)
      #expect(found[["mean"]] == [reference.difference.mean])
      #expect(found[["max"]] == [reference.difference.max])
    }

    @Test func theDefaultDTypeIsThatOfEachStep() throws {
      #expect(try result.step("default-bf16").defaultDType == "float32")
      #expect(try result.step("default-fp32").defaultDType == "bfloat16")
      #expect(try result.step("with-default").defaultDType == "float32")
      #expect(try result.step("with-default").stdout == "inside:  bfloat16\noutside: float32\n")
    }
  }

  /// The pages that are kept in output/.
  @Suite struct KeptPagesTests {
    @Test func everyPageIsWhatItsLessonGives() async throws {
      let folder = try makeFolder()
      let finished = try await Command(
        arguments: ["build", "--output-dir", folder.path, "--quiet"], folder: package
      ).run()
      #expect(finished.status == 0, "\(finished.errors)")
      for name in pages(in: package.appendingPathComponent("output")) {
        let kept = try Data(contentsOf: package.appendingPathComponent("output/\(name)"))
        let made = try? Data(contentsOf: folder.appendingPathComponent(name))
        #expect(kept == made, "output/\(name) is not what its lesson gives; run `lesson build`, then look at the page")
      }
    }

    private func pages(in folder: URL) -> [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return names.filter { $0.hasSuffix(".html") }.sorted()
    }
  }
}
