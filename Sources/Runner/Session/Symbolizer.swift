// From addresses in step libraries to places in the lesson, by the toolchain's llvm-symbolizer.

import Foundation
import Processes

/// A place in a step's code that was on the stack.
struct StackPlace: Hashable {
  /// The step's own line and column, as the compiler counts them.
  var line: Int
  var column: Int
  /// What the compiler says of a trap it put there, for example `arithmetic overflow`.
  var runtimeFailure: String?
}

/// Looks up stack frames and names.
struct Symbolizer {
  /// The toolchain's `llvm-symbolizer` and `swift-demangle`.
  let program, demangler: String

  private struct Answer: Decodable {
    struct Symbol: Decodable {
      var FileName: String
      var FunctionName: String
      var Line: Int
      var Column: Int
    }
    var Symbol: [Symbol]?
  }

  /// The places of some frames of one library, innermost first; empty where they cannot be found.
  ///
  /// - Parameter fileName: The lesson's; what lies in other files is left out.
  func places(of offsets: [UInt64], in library: String, fileName: String) async -> [[StackPlace]] {
    let arguments = [program, "--obj=\(library)", "--output-style=JSON"] + offsets.map { "0x" + String($0, radix: 16) }
    guard !offsets.isEmpty, let result = try? await run(arguments, environment: [:]), result.exitStatus == 0,
      let answers = try? JSONDecoder().decode([Answer].self, from: Data(result.output))
    else { return offsets.map { _ in [] } }
    return answers.map { places(in: $0.Symbol ?? [], fileName: fileName) }
  }

  /// The name that a mangled symbol stands for, for example `Tensors.grouped(Swift.Int) -> Swift.String`; the symbol
  /// itself where that cannot be found.
  func demangled(_ symbol: String) async -> String {
    let result = try? await run([demangler, "--compact", symbol], environment: [:])
    let name = result?.text.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    return name.isEmpty ? symbol : name
  }

  private func places(in symbols: [Answer.Symbol], fileName: String) -> [StackPlace] {
    let prefix = "Swift runtime failure: "
    let failure = symbols.first { $0.FunctionName.hasPrefix(prefix) }.map {
      String($0.FunctionName.dropFirst(prefix.count))
    }
    let inLesson = symbols.filter { symbol in
      symbol.Line > 0 && (symbol.FileName as NSString).lastPathComponent == fileName
    }
    return inLesson.map { StackPlace(line: $0.Line, column: max(1, $0.Column), runtimeFailure: failure) }
  }
}
