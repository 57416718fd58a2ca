// Writing files so that a reader only ever sees a whole one.

import Foundation

/// Writes a file beside its place and renames it, so that a failure leaves the file that was there as it is. What is
/// there and is no file, such as `/dev/null` or a pipe, is written to and stays.
///
/// - Throws: `Failure` with the system's reason.
func writeWhole(_ bytes: some Sequence<UInt8>, to url: URL) throws {
  let beside = url.deletingLastPathComponent()
    .appendingPathComponent(".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)")
  do {
    try makeFolder(of: url)
    if isDevice(url) {
      let device = try FileHandle(forWritingTo: url)
      try device.write(contentsOf: Data(bytes))
      return try device.close()
    }
    try Data(bytes).write(to: beside)
    guard rename(beside.path, url.path) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  } catch let failure as Failure {
    throw failure
  } catch {
    try? FileManager.default.removeItem(at: beside)
    throw Failure(.lacking, "\(url.relativePath) cannot be written: \(error.reason)")
  }
}

/// Whether something is there that is neither a file nor a folder.
private func isDevice(_ url: URL) -> Bool {
  var status = stat()
  guard stat(url.path, &status) == 0 else { return false }
  return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
}

/// Makes the folder that a file is to be written to.
func makeFolder(of url: URL) throws {
  let folder = url.deletingLastPathComponent()
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    throw Failure(.lacking, "the folder \(folder.relativePath) cannot be made: \(error.reason)")
  }
}
