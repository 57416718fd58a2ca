// What the figures were measured on.

import Foundation

/// Cores and processor name.
public func machine() -> String {
  let cores = ProcessInfo.processInfo.activeProcessorCount
  return "\(cores) \(cores == 1 ? "core" : "cores"), \(processorName() ?? "unknown processor")"
}

#if canImport(Darwin)
  private func processorName() -> String? {
    var name = [CChar](repeating: 0, count: 256)
    var size = name.count
    guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
#else
  /// Source: proc_cpuinfo(5). Not every architecture names its processor there.
  private func processorName() -> String? {
    let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
  }
#endif
