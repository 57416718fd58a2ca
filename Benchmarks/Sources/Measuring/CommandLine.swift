// What the benchmarks' command lines share: options with values, and errors that end a benchmark with a sentence.

import Foundation

/// A reason for which nothing can be measured.
public struct Problem: Error, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}

/// Reads this process's options, each a name and a value.
///
/// - Parameter take: Keeps the value of an option; false when there is no such option or it cannot have that value.
/// - Throws: `Problem` with `usage` for anything else.
public func readOptions(usage: String, _ take: (_ name: String, _ value: String) -> Bool) throws {
  var rest = CommandLine.arguments.dropFirst()
  while let name = rest.popFirst() {
    guard let value = rest.popFirst(), take(name, value) else { throw Problem(description: usage) }
  }
}

/// A count of repetitions; false when the text is none.
public func read(_ text: String, into count: inout Int) -> Bool {
  guard let number = Int(text), number > 0 else { return false }
  count = number
  return true
}

/// Runs a benchmark; where it cannot go on, says why and ends the process.
public func run(_ benchmark: () throws -> Void) {
  do {
    try benchmark()
  } catch {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
    exit(1)
  }
}
