// What can go wrong between this machine and the hub: cases with data, each a sentence that names the way out.

/// An error of finding or fetching a model.
public enum HubError: Error, Sendable, Equatable {
  /// Not `owner/name`.
  case notAModelName(String)
  /// Not a branch, tag or commit.
  case notARevision(String)
  /// `HF_HUB_OFFLINE` is set, and the cache lacks the model.
  case offline(model: String, revision: String)
  /// The hub has no such model, or hides it from who asks.
  case noSuchModel(String, endpoint: String, hasToken: Bool)
  case noSuchRevision(String, model: String)
  /// The model's owner lets in only whom they have accepted.
  case gated(model: String, endpoint: String, hasToken: Bool)
  /// The hub does not take the token.
  case tokenRefused(endpoint: String)
  /// The hub has the model, but not this file, which another of its files names.
  case noSuchFile(String, model: String)
  /// An answer that is no success.
  case refused(address: String, status: Int)
  /// No answer.
  case unreachable(address: String, reason: String)
  /// A transfer was cut too often; what arrived is kept for the next time.
  case cut(file: String, received: Int, size: Int, reason: String)
  /// What arrived is not what the hub announced.
  case wrongChecksum(file: String, expected: String, found: String)
  /// An answer that no hub gives.
  case notAHub(address: String, reason: String)
  /// The cache cannot be written; `reason` is the system's.
  case unwritable(path: String, reason: String)
  /// The disk has no room for the model.
  case noRoom(folder: String, needed: Int, free: Int)
}

extension HubError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAModelName(let name): "\"\(name)\" is not the name of a model on the hub, such as owner/name."
    case .notARevision(let revision): "\"\(revision)\" is not a revision: a branch, a tag or a commit."
    case .offline(let model, let revision):
      "\(model) (revision \(revision)) is not in the cache of models, and HF_HUB_OFFLINE keeps it from being fetched: unset that once, or give the path of a folder."
    case .noSuchModel(let model, let endpoint, let hasToken):
      "\(endpoint) has no model \(model)" + (hasToken ? " that your token may see." : Self.loginHint)
    case .noSuchRevision(let revision, let model): "\(model) has no branch, tag or commit \(revision)."
    case .gated(let model, let endpoint, let hasToken):
      "\(model) is open only to those whom its owner accepts: ask for access at \(endpoint)/\(model)"
        + (hasToken ? ", with the account of your token." : ", and then set HF_TOKEN or run `hf auth login`.")
    case .tokenRefused(let endpoint):
      "\(endpoint) does not take your token; renew HF_TOKEN, or run `hf auth login` again."
    default: transferDescription
    }
  }

  private static let loginHint = ". Check the name; for a private model set HF_TOKEN or run `hf auth login`."

  private var transferDescription: String {
    switch self {
    case .noSuchFile(let file, let model): "\(model) lacks the file \(file), which its index names."
    case .refused(let address, let status): "\(address) answered with status \(status); try again later."
    case .unreachable(let address, let reason):
      "\(address) does not answer (\(reason)). Check the network, or HF_ENDPOINT."
    case .cut(let file, let received, let size, let reason):
      "\(file) came only to \(ByteCount(received)) of \(ByteCount(size)) (\(reason)). Run the same again to fetch the rest."
    case .wrongChecksum(let file, let expected, let found):
      "\(file) arrived with the checksum \(found), not \(expected), and was thrown away; fetch it again."
    case .notAHub(let address, let reason):
      "\(address) does not answer as a model hub does: \(reason). Check HF_ENDPOINT and the proxy."
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason). Make room there, or set HF_HUB_CACHE to another folder."
    case .noRoom(let folder, let needed, let free):
      "\(folder) has room for \(ByteCount(free)), but \(ByteCount(needed)) are to be fetched. Make room, or set HF_HUB_CACHE to another folder."
    default: ""
    }
  }
}

/// A number of bytes as people say it: `989.7 MB`.
public struct ByteCount: CustomStringConvertible {
  private let count: Int

  public init(_ count: Int) { self.count = count }

  public var description: String {
    var value = Double(count)
    for unit in ["bytes", "kB", "MB"] {
      if value < 999.95 { return unit == "bytes" ? "\(count) bytes" : "\(tenths(of: value)) \(unit)" }
      value /= 1000
    }
    return "\(tenths(of: value)) GB"
  }

  private func tenths(of value: Double) -> String {
    let number = Int((value * 10).rounded())
    return "\(number / 10).\(number % 10)"
  }
}
