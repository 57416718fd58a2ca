// What the session says, read from its frames. Any of it may be forged, so every length is checked.

import Foundation
import WireFormat

/// An event of the session.
enum SessionEvent {
  case ready
  case unusable(String)
  case started(pid: pid_t, hasSnapshot: Bool, defaultDType: String)
  case sync
  case display([String: [UInt8]])
  case findModel(ModelRequest)
  case loadFailed(String)
  case thrown(type: String, description: String, stack: [StackFrame])
  case trap(signal: Int32, isStackOverflow: Bool, stack: [StackFrame])
  case exit(status: Int32)
  case closedStream(Int32)
  case deadlock
  case finished(otherThreads: Int)
  case woke(step: Int, status: Int32, peakBytes: Int)
}

/// An address in a library that the session had loaded.
struct StackFrame: Hashable, Sendable {
  var library: String
  var offset: UInt64
}

extension SessionEvent {
  /// Nil when the frame is not one of the session's.
  init?(kind: UInt32, payload: [UInt8]) {
    var bytes = PayloadReader(payload)
    switch kind {
    case UInt32(WIRE_READY.rawValue): self = .ready
    case UInt32(WIRE_UNUSABLE.rawValue): self = .unusable(bytes.rest())
    case UInt32(WIRE_STARTED.rawValue):
      guard let started = bytes.read(wire_started.self) else { return nil }
      self = .started(pid: started.pid, hasSnapshot: started.has_snapshot != 0, defaultDType: bytes.rest())
    case UInt32(WIRE_SYNC.rawValue): self = .sync
    case UInt32(WIRE_DISPLAY.rawValue):
      guard let parts = bytes.parts() else { return nil }
      self = .display(parts)
    case UInt32(WIRE_FIND_MODEL.rawValue):
      let texts = bytes.rest().split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
      guard texts.count == 3, texts[2].isEmpty else { return nil }
      self = .findModel(ModelRequest(name: texts[0], revision: texts[1]))
    case UInt32(WIRE_LOAD_FAILED.rawValue): self = .loadFailed(bytes.rest())
    case UInt32(WIRE_THROWN.rawValue):
      guard let head = bytes.read(wire_thrown.self), let type = bytes.text(head.type_length),
        let description = bytes.text(head.description_length), let stack = bytes.stack()
      else { return nil }
      self = .thrown(type: type, description: description, stack: stack)
    case UInt32(WIRE_TRAP.rawValue):
      guard let head = bytes.read(wire_trap.self), let stack = bytes.stack() else { return nil }
      self = .trap(signal: head.signal, isStackOverflow: head.is_stack_overflow != 0, stack: stack)
    case UInt32(WIRE_EXIT.rawValue):
      guard let status = bytes.read(UInt32.self) else { return nil }
      self = .exit(status: Int32(truncatingIfNeeded: status))
    case UInt32(WIRE_CLOSED_STREAM.rawValue):
      guard let stream = bytes.read(UInt32.self) else { return nil }
      self = .closedStream(Int32(truncatingIfNeeded: stream))
    case UInt32(WIRE_DEADLOCK.rawValue): self = .deadlock
    case UInt32(WIRE_FINISHED.rawValue):
      guard let finished = bytes.read(wire_finished.self) else { return nil }
      self = .finished(otherThreads: Int(finished.other_threads))
    case UInt32(WIRE_WOKE.rawValue):
      guard let woke = bytes.read(wire_woke.self) else { return nil }
      self = .woke(
        step: Int(woke.step), status: woke.status, peakBytes: Int(truncatingIfNeeded: woke.peak_kib &* 1024))
    default: return nil
    }
  }
}

/// Takes values off the front of a payload.
private struct PayloadReader {
  private var bytes: ArraySlice<UInt8>

  init(_ payload: [UInt8]) { bytes = payload[...] }

  /// A C structure of integers; nil when too little is left.
  mutating func read<T: BitwiseCopyable>(_ type: T.Type) -> T? {
    guard let taken = take(MemoryLayout<T>.size) else { return nil }
    return taken.withUnsafeBytes { $0.loadUnaligned(as: T.self) }
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  mutating func text(_ length: UInt32) -> String? { take(Int(length)).map { String(decoding: $0, as: UTF8.self) } }

  mutating func rest() -> String {
    defer { bytes = [] }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func stack() -> [StackFrame]? {
    var stack: [StackFrame] = []
    while !bytes.isEmpty {
      guard let frame = read(wire_frame.self), let path = text(frame.path_length) else { return nil }
      stack.append(StackFrame(library: path, offset: frame.offset))
    }
    return stack
  }

  mutating func parts() -> [String: [UInt8]]? {
    var parts: [String: [UInt8]] = [:]
    while !bytes.isEmpty {
      guard let part = read(wire_part.self), let type = text(part.type_length), let data = take(Int(part.data_length))
      else { return nil }
      parts[type] = Array(data)
    }
    return parts
  }
}
