// The examples in the runtime's comments: all are compiled as steps of one lesson, and all but those of files are run.

import Foundation
import Testing

/// An example out of a documentation comment.
private struct Example {
  let file: String
  let line: Int
  let code: String

  /// Those of the room Models name files and models that the reader has; they are compiled only.
  var isRun: Bool { !file.hasPrefix("Models/") }

  /// A step of the lesson: names that the example declares are its own.
  var step: String {
    let body = code.components(separatedBy: "\n").map { "  " + $0 }.joined(separator: "\n")
    return isRun
      ? "do {\n\(body)\n}"
      : "func example\(line)(_ model: BlipForConditionalGeneration, _ photo: Image, _ pixels: Tensor, _ folder: String,"
        + " _ path: String) throws {\n\(body)\n}"
  }
}

@Suite struct CommentExampleTests {
  /// What the examples speak of without declaring it.
  private static let names = """
    final class Model: Module {
      let head: Linear
      init(classes: Int) throws { head = try Linear(8, classes) }
      override func forward(_ x: Tensor) throws -> Tensor { try head(x) }
    }
    let model = try Model(classes: 3)
    let x = try Tensor.ones([1, 5, 8])
    let (a, b) = (try Tensor.ones([2, 2]), try Tensor.ones([2, 2]))
    let logits = try Tensor([[0.5, 1.0, -1.0], [1.0, 2.0, 3.0]])
    let logitsBF16 = try logits.bfloat16()
    let (loss, diff, weights) = (try logits.mean(), try logits.abs(), logits)
    let (losses, steps, checks) = ([1.0, 0.5, 0.25], [0, 2], [1.1, 0.3])
    """

  @Test func everyExampleCompilesAndRuns() async throws {
    let examples = try Self.examples()
    #expect(examples.count >= 45)
    let result = try await runLesson(lesson([Self.names] + examples.map(\.step)))
    #expect(result.steps.count == examples.count + 1, "\(result.errors)")
    for (example, step) in zip(examples, result.steps.dropFirst()) {
      let errors = [step.error?.message] + (step.error?.notes.map(\.message) ?? [])
      #expect(
        step.status == "ok",
        "\(example.file):\(example.line): \(errors.compactMap(\.self).joined(separator: "\n"))\n\(example.step)")
    }
  }

  private static func examples() throws -> [Example] {
    let sources = package.appendingPathComponent("Sources/Runtime")
    return try FileManager.default.subpathsOfDirectory(atPath: sources.path).sorted()
      .filter { $0.hasSuffix(".swift") }
      .flatMap { examples(in: try text(of: sources.appendingPathComponent($0)), of: $0) }
  }

  /// Indented blocks after an empty line of a comment, and what stands in backquotes after "For example:".
  private static func examples(in text: String, of file: String) -> [Example] {
    var found: [Example] = []
    var block: (line: Int, code: [String])?
    var isAfterGap = false
    for (number, line) in (text.components(separatedBy: "\n") + [""]).enumerated() {
      let comment = line.trimmingCharacters(in: .whitespaces)
      if comment.hasPrefix("///     "), block != nil || isAfterGap {
        block = (block?.line ?? number + 1, (block?.code ?? []) + [String(comment.dropFirst(8))])
      } else if comment == "///", block != nil {
        block?.code.append("")
      } else {
        if let block {
          found.append(Example(file: file, line: block.line, code: block.code.joined(separator: "\n")))
        }
        block = nil
      }
      isAfterGap = comment == "///"
      guard let sentence = comment.firstMatch(of: /For example: (.*)/)?.1 else { continue }
      for code in sentence.matches(of: /`([^`]*[a-z(]+\(.*?)`/).map(\.1) where !code.contains("``") {
        found.append(Example(file: file, line: number + 1, code: String(code)))
      }
    }
    return found
  }
}
