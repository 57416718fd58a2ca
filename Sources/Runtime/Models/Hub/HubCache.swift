// The cache that Hugging Face's own library keeps, so that a model fetched by Python is found here.
// Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A cache of the model hub, for looking things up. Nothing is fetched: that is the runner's part, never the step's.
///
/// ```text
/// models--owner--name/
///   refs/main               the commit that the branch was at
///   snapshots/<commit>/     a link for each file, into blobs
///   blobs/<checksum>        the files
/// ```
public struct HubCache: Sendable, Equatable {
  /// The folder that holds `models--owner--name`.
  public let folder: String

  /// A cache in a folder of your own.
  public init(folder: String) { self.folder = folder }

  /// The cache that the environment names: `HF_HUB_CACHE` (or the older `HUGGINGFACE_HUB_CACHE`), else `hub` in
  /// `HF_HOME`, else `huggingface/hub` in `XDG_CACHE_HOME`, else in `~/.cache`.
  ///
  /// - Parameter environment: The value of a variable of the environment; nil when it is not set.
  public init(environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }) {
    func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
    let userFolder = value("HOME") ?? ""
    func path(_ path: String) -> String {
      path == "~" || path.hasPrefix("~/") ? userFolder + path.dropFirst() : path
    }
    if let folder = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") {
      self.folder = path(folder)
    } else {
      let caches = path(value("XDG_CACHE_HOME") ?? "~/.cache")
      folder = path(value("HF_HOME") ?? "\(caches)/huggingface") + "/hub"
    }
  }

  /// The folder of a model's files at a revision: a branch, a tag or a commit.
  ///
  /// - Throws: ``ModelError/notAModelName(_:)``; ``ModelError/notInCache(model:revision:cache:)``.
  public func snapshot(of model: String, revision: String = "main") throws(ModelError) -> String {
    guard Self.isModelName(model) else { throw .notAModelName(model) }
    let repository = repositoryFolder(of: model)
    guard Self.isRevision(revision), let commit = commit(of: revision, in: repository),
      isFolder("\(repository)/snapshots/\(commit)")
    else { throw .notInCache(model: model, revision: revision, cache: folder) }
    return "\(repository)/snapshots/\(commit)"
  }

  /// One file of a model.
  ///
  /// - Throws: As `snapshot(of:revision:)`; ``ModelError/fileNotInCache(model:revision:file:)``.
  public func file(_ name: String, of model: String, revision: String = "main") throws(ModelError) -> String {
    let path = try snapshot(of: model, revision: revision) + "/" + name
    guard fileExists(path) else { throw .fileNotInCache(model: model, revision: revision, file: name) }
    return path
  }

  private func repositoryFolder(of model: String) -> String {
    let parts = model.split(separator: "/")
    return "\(folder)/models--\(parts.joined(separator: "--"))"
  }

  /// What `refs` says of a branch or tag; a revision that it does not know may be a commit.
  private func commit(of revision: String, in repository: String) -> String? {
    guard let text = try? bytes(ofFile: "\(repository)/refs/\(revision)") else { return revision }
    let name = String(decoding: text, as: UTF8.self).prefix { !$0.isWhitespace }
    return Self.isCommit(name) ? String(name) : nil
  }
}

extension HubCache {
  /// Whether a text can name a model on the hub: `name` or `owner/name`, of letters, digits, `-`, `_` and `.`, at
  /// most 96 characters each, without `--` and `..`.
  public static func isModelName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && !text.contains("--") && !text.contains("..")
      && parts.allSatisfy { part in
        (1...96).contains(part.utf8.count) && part.utf8.allSatisfy(isNameByte) && !".-".contains(part.first ?? ".")
          && !".-".contains(part.last ?? ".")
      }
  }

  /// Whether a text can be a branch, a tag or a commit, and cannot lead out of the folder `refs`.
  static func isRevision(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".")
        && part.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
    }
  }

  private static func isCommit(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 40 && text.allSatisfy { $0.isHexDigit && $0.isASCII }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
