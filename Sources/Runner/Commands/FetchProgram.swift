// Starting the program that talks to the hub, and waiting for what it has to say.

import Foundation
import ModelHub
import Processes
import Session

/// The program that fetches one model.
struct FetchProgram: Sendable {
  let path: String
  let isQuiet: Bool

  /// Fetches a model; the program shows its progress on standard error meanwhile.
  ///
  /// - Parameter interruption: A descriptor; once it can be read, the fetch ends, and what has arrived stays for the
  ///   next one.
  func fetch(_ model: ModelReference, interruption: Int32) -> ModelAnswer {
    do {
      let lifeline = try makePipe()
      let output = try makePipe()
      let pid = try start(model, input: lifeline.read, output: output.write)
      let said = readToEnd(output.read, unless: interruption)
      // The program ends with its standard input.
      close(lifeline.write)
      close(output.read)
      let status = waitForExit(of: pid)
      guard let said else { return .interrupted }
      let text = String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      switch exitStatus(of: status) {
      case 0: return .folder(text)
      case 1: return .unavailable(text)
      default: return .unavailable("The program that fetches models ended without a word.")
      }
    } catch {
      return .unavailable("\(error); run `make build` or `make install`.")
    }
  }

  private func start(_ model: ModelReference, input: Int32, output: Int32) throws -> pid_t {
    defer { [input, output].forEach { close($0) } }
    return try spawn(
      [path, model.name, model.revision] + (isQuiet ? ["quiet"] : []),
      environment: ProcessInfo.processInfo.environment, descriptors: [0: input, 1: output, 2: STDERR_FILENO])
  }

  /// Nil when interrupted.
  private func readToEnd(_ descriptor: Int32, unless interruption: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var polled = [descriptor, interruption].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, 2, -1) >= 0 else { continue }
      if polled[1].revents != 0 { return nil }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}
