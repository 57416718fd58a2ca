// The name of a model and one of its revisions, known to be fit for addresses and for paths.

/// A model of the hub at a revision.
public struct ModelReference: Sendable, Hashable {
  /// `owner/name`, or `name` alone.
  public let name: String
  /// A branch, a tag or a commit.
  public let revision: String

  /// - Throws: `HubError.notAModelName`, `HubError.notARevision`.
  public init(_ name: String, revision: String = "main") throws(HubError) {
    guard Self.isModelName(name) else { throw .notAModelName(name) }
    guard Self.isRevision(revision) else { throw .notARevision(revision) }
    self.name = name
    self.revision = revision
  }

  /// The folder of the model in a cache: `models--owner--name`.
  var folderName: String { "models--" + name.replacing("/", with: "--") }

  /// Whether the revision is a commit, which never changes.
  public var isPinned: Bool { Self.isCommit(revision) }

  /// At most two parts of letters, digits, `-`, `_` and `.`, at most 96 characters each, without `--` and `..`.
  private static func isModelName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && !text.contains("--") && !text.contains("..")
      && parts.allSatisfy { part in
        (1...96).contains(part.utf8.count) && part.utf8.allSatisfy(isNameByte) && !".-".contains(part.first ?? ".")
          && !".-".contains(part.last ?? ".")
      }
  }

  /// Nothing that could lead out of the folder `refs`.
  private static func isRevision(_ text: String) -> Bool {
    text.utf8.count <= 255
      && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty && !part.hasPrefix(".")
          && part.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
      }
  }

  /// Whether a text is a whole commit hash, in lower case as git writes it.
  public static func isCommit(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 40 && text.utf8.allSatisfy(isLowerHexDigit)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func isLowerHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
