// Finding lessons on disk and reading them.

import Foundation
import LessonModel
import LessonReader

/// A lesson's file.
struct LessonFile {
  let url: URL

  /// `03-dtypes` of `Lessons/03-dtypes.md`.
  var name: String { url.deletingPathExtension().lastPathComponent }

  /// Looks for a lesson in the current folder, then in `Lessons/`, with or without `.md`.
  ///
  /// - Throws: `Failure` that offers the nearest name.
  init(named name: String) throws {
    let candidates = [name, "\(name).md", "Lessons/\(name)", "Lessons/\(name).md"]
    if let found = candidates.first(where: { Self.kind(of: $0) == .file }) {
      url = URL(fileURLWithPath: found)
      return
    }
    if Self.kind(of: name) == .folder {
      let example = Self.lessons(in: name).first.map { "name a lesson, for example \(name)/\($0)" }
      throw Failure(.unusable, "\(name) is a folder; \(example ?? "there are no lessons in it")")
    }
    throw Failure(.unusable, "there is no lesson \(name), here or in Lessons/\(Self.suggestion(for: name))")
  }

  /// The Markdown files of a folder, by name.
  static func all(in folder: String) -> [LessonFile] {
    lessons(in: folder).map { LessonFile(url: URL(fileURLWithPath: folder).appendingPathComponent($0)) }
  }

  private init(url: URL) { self.url = url }

  private enum Kind { case file, folder }

  private static func kind(of path: String) -> Kind? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue ? .folder : .file
  }

  private static func lessons(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }.sorted()
  }

  private static func suggestion(for name: String) -> String {
    let names = (lessons(in: ".") + lessons(in: "Lessons")).map { String($0.dropLast(".md".count)) }
    let wanted = (name as NSString).lastPathComponent
    let stem = wanted.hasSuffix(".md") ? String(wanted.dropLast(".md".count)) : wanted
    let near = nearestName(to: stem, in: names) ?? names.first { !stem.isEmpty && $0.contains(stem) }
    if let near { return "; did you mean \(near)?" }
    return names.isEmpty ? "; `lesson new` writes one" : "; `lesson list` names those that are"
  }

  /// Files beyond this are not read at all.
  private static let sizeLimit = 16 << 20

  /// The lesson in the file.
  ///
  /// - Throws: `Failure` for a file that is no lesson; `LessonErrors` for one with errors in its markup.
  func read() throws -> Lesson {
    do {
      let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
      guard size <= Self.sizeLimit else {
        throw Failure(.unusable, "\(url.relativePath) is \(size >> 20) MB; a lesson has at most 16 MB")
      }
      return try LessonReader.read(Array(Data(contentsOf: url)), fileName: url.lastPathComponent)
    } catch let error as UnusableLesson {
      throw Failure(.unusable, error.message)
    } catch let error as CocoaError {
      throw Failure(.unusable, "\(url.relativePath) cannot be read: \(error.reason)")
    }
  }
}

extension Error {
  /// What the system says of a failed file operation, without Foundation's frame.
  var reason: String {
    let system = ((self as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? self) as NSError
    return system.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(system.code))) : localizedDescription
  }
}
