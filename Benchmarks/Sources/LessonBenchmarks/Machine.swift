// What the figures were measured on.

import Foundation

struct Machine: CustomStringConvertible {
  var cores: Int
  var processor: String

  static var current: Machine {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let name = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    return Machine(
      cores: ProcessInfo.processInfo.activeProcessorCount,
      processor: name?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    )
  }

  var description: String { "\(cores) cores, \(processor)" }
}
