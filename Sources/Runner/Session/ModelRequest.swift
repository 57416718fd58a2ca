// A step's wish for a model of the hub: the session asks, the runner finds or fetches, the step waits.

import WireFormat

/// What a step asks for. It comes from the session and may be anything.
public struct ModelRequest: Sendable, Hashable {
  public var name: String
  /// A branch, a tag or a commit.
  public var revision: String

  public init(name: String, revision: String) {
    self.name = name
    self.revision = revision
  }
}

/// What a step gets.
public enum ModelAnswer: Sendable {
  /// The folder of the model's files.
  case folder(String)
  /// Why there is none, in a sentence or two.
  case unavailable(String)
  /// The run was interrupted meanwhile.
  case interrupted
}

/// Finds a model or fetches it; blocks meanwhile, unless the descriptor that it is given becomes readable.
public typealias ModelFinder = @Sendable (ModelRequest, _ interruption: Int32) -> ModelAnswer

extension ModelAnswer {
  /// The payload of the frame that answers; nil when there is nobody left to answer.
  var payload: [UInt8]? {
    switch self {
    case .folder(let path): Self.payload(isFound: true, path)
    case .unavailable(let reason): Self.payload(isFound: false, reason)
    case .interrupted: nil
    }
  }

  /// The host takes frames of less than 64 KiB.
  private static func payload(isFound: Bool, _ text: String) -> [UInt8] {
    withUnsafeBytes(of: wire_model(is_found: isFound ? 1 : 0)) { Array($0) } + text.utf8.prefix(60_000)
  }
}
