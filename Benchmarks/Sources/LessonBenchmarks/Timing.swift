// Running programs and timing them.

import Foundation

struct ProgramFailure: Error, CustomStringConvertible {
  var program: String
  var status: Int32
  var description: String { "\(program) ended with status \(status)" }
}

/// Runs a program to its end, without its output; gives the seconds it took.
@discardableResult
func time(_ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: URL) throws
  -> Double
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  let start = ContinuousClock.now
  try process.run()
  process.waitUntilExit()
  let seconds = (ContinuousClock.now - start) / .seconds(1)
  guard process.terminationStatus == 0 else {
    throw ProgramFailure(program: ([program] + arguments).joined(separator: " "), status: process.terminationStatus)
  }
  return seconds
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}
