// The cache on disk, laid out as Hugging Face's own library does it, so that either finds what the other fetched.
// Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache.

import Foundation

/// The folder of one model in the cache.
///
///     models--owner--name/
///       refs/main                  the commit that the branch was at
///       snapshots/<commit>/<file>  a relative link into blobs
///       .no_exist/<commit>/<file>  an empty file: the model has none of that name
///       blobs/<etag>               a file's bytes, named by their checksum
///       blobs/<etag>.incomplete    what has arrived of them
///     .locks/models--owner--name/<etag>.lock
public struct HubCache: Sendable {
  /// The folder that holds all models.
  public let root: String
  public let model: ModelReference

  public init(root: String, model: ModelReference) {
    self.root = root
    self.model = model
  }

  private var folder: String { "\(root)/\(model.folderName)" }

  public func blob(_ etag: String) -> String { "\(folder)/blobs/\(etag)" }
  public func lock(_ etag: String) -> String { "\(root)/.locks/\(model.folderName)/\(etag).lock" }
  public func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }
  public func absenceMark(_ file: String, at commit: String) -> String { "\(folder)/.no_exist/\(commit)/\(file)" }

  /// The commit that the revision stands for, as far as the cache knows.
  public var commit: String? {
    if model.isPinned { return model.revision }
    guard let text = try? String(contentsOfFile: "\(folder)/refs/\(model.revision)", encoding: .utf8) else {
      return nil
    }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return ModelReference.isCommit(name) ? name : nil
  }

  /// The folder of the model's files at its revision, if there is one; files may be missing.
  public var snapshot: String? {
    guard let commit, FileManager.default.fileExists(atPath: snapshot(commit)) else { return nil }
    return snapshot(commit)
  }

  /// The snapshot, if it has all that it takes to run the model: nothing need be fetched.
  public var wholeSnapshot: String? {
    guard let snapshot else { return nil }
    func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(snapshot)/\(file)") }
    let isWhole =
      has("config.json") && has("preprocessor_config.json") && (has("tokenizer.json") || has("vocab.txt"))
      && ModelFiles.checkpoints.contains { checkpoint in
        guard has(checkpoint) else { return false }
        guard ModelFiles.isIndex(checkpoint) else { return true }
        let index = FileManager.default.contents(atPath: "\(snapshot)/\(checkpoint)") ?? Data()
        return ModelFiles.shards(inIndex: index)?.allSatisfy(has) ?? false
      }
    return isWhole ? snapshot : nil
  }
}

extension HubCache {
  /// Notes the commit that the revision stands for.
  ///
  /// - Throws: `HubError.unwritable`, as the other functions that write.
  public func setCommit(_ commit: String) throws {
    guard model.revision != commit, self.commit != commit else { return }
    try writeWhole(Data(commit.utf8), to: "\(folder)/refs/\(model.revision)")
  }

  /// Gives a blob its name in the snapshot of a commit.
  public func link(_ file: String, toBlob etag: String, at commit: String) throws {
    let path = "\(snapshot(commit))/\(file)"
    try makeFolder(of: path)
    guard (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != "../../blobs/\(etag)" else { return }
    let beside = "\(path).\(UUID().uuidString).tmp"
    guard symlink("../../blobs/\(etag)", beside) == 0, rename(beside, path) == 0 else {
      throw HubError.unwritable(path: path, reason: systemReason())
    }
  }

  /// Notes that the model has no such file, which spares the next one to look the question.
  public func noteAbsence(of file: String, at commit: String) throws {
    let path = absenceMark(file, at: commit)
    guard !FileManager.default.fileExists(atPath: path) else { return }
    try writeWhole(Data(), to: path)
  }

  private func writeWhole(_ data: Data, to path: String) throws {
    try makeFolder(of: path)
    let beside = "\(path).\(UUID().uuidString).tmp"
    do {
      try data.write(to: URL(fileURLWithPath: beside))
    } catch {
      unlink(beside)
      throw HubError.unwritable(path: path, reason: reason(of: error))
    }
    guard rename(beside, path) == 0 else { throw HubError.unwritable(path: path, reason: systemReason()) }
  }
}

/// Makes the folder that a file is to lie in.
public func makeFolder(of path: String) throws {
  let folder = (path as NSString).deletingLastPathComponent
  do {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  } catch {
    throw HubError.unwritable(path: folder, reason: reason(of: error))
  }
}

/// What the system says of the call that has just failed.
public func systemReason() -> String { String(cString: strerror(errno)) }

private func reason(of error: any Error) -> String {
  let system = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error) as NSError
  return system.domain == NSPOSIXErrorDomain
    ? String(cString: strerror(Int32(system.code))) : error.localizedDescription
}
