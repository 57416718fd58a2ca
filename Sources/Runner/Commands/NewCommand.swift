// `lesson new`: a small working lesson to start from.

import ArgumentParser
import Foundation

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a small working lesson that shows the format.",
    discussion: """
      The file is named after the title, and put in Lessons/ where there is such a folder. A file that exists is \
      left alone.

      Example:
        lesson new "Sorting numbers"      write sorting-numbers.md
      """)

  @Argument(help: "The lesson's title.")
  var title: String

  func validate() throws {
    if fileName == ".md" { throw ValidationError("a title needs a letter or a digit to name the file after") }
  }

  func run() throws {
    var isFolder: ObjCBool = false
    let hasFolder = FileManager.default.fileExists(atPath: "Lessons", isDirectory: &isFolder) && isFolder.boolValue
    let url = URL(fileURLWithPath: hasFolder ? "Lessons/\(fileName)" : fileName)
    guard !FileManager.default.fileExists(atPath: url.path) else {
      throw Failure(.unusable, "\(url.relativePath) exists already; choose another title, or move it away")
    }
    try writeWhole(Self.text(title: title).utf8, to: url)
    print("Wrote \(url.relativePath); now: lesson run \(url.relativePath)")
  }

  /// The title in lower case, with `-` for everything that is not a letter or a digit.
  private var fileName: String {
    let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.joined(separator: "-") + ".md"
  }

  static func text(title: String) -> String {
    """
    ---
    title: \(yamlString(title))
    ---

    Prose is Markdown: *emphasis*, `code`, [links](https://www.swift.org), lists and tables.
    A fenced `swift` block is a **step**: it runs, and what it prints stands below it.

    ```swift
    let numbers = [3, 1, 2]
    print("sorted:", numbers.sorted())
    ```

    ## Steps share one program

    Later steps see what earlier ones declared. The value of an expression at the end is shown; a `;`
    after it hides it.

    ```swift
    numbers.map { $0 * $0 }
    ```

    ## Options

    Lines that start with `//|` say how a step is run and shown. This one is allowed to fail, and what it
    changed is undone, so that the lesson goes on as if it had never run.

    ```swift
    //| label: out-of-range
    //| error: true
    let index = numbers.count
    print(numbers[index])
    ```

    ## Tensors

    > [!NOTE]
    > Every step can use tensors and models; nothing needs to be imported.

    ```swift
    let x = try Tensor([[1.5, 2.25], [3.125, 4]])
    try x.to(.bfloat16)
    ```

    """
  }

  /// A double-quoted YAML string.
  private static func yamlString(_ text: String) -> String {
    let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    return "\"\(escaped.split(whereSeparator: \.isNewline).joined(separator: " "))\""
  }
}
