// The command `lesson`: its subcommands, and how any failure becomes a message and an exit status.

import ArgumentParser
import Foundation

public struct LessonCommand: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Runs Markdown lessons whose steps are real Swift, and writes each as one HTML page.",
    discussion: """
      Examples:
        lesson run 03-dtypes          run a lesson and write output/03-dtypes.html
        lesson new "Sorting numbers"  write a small lesson to start from
        lesson doctor                 see whether this machine has all that is needed

      Exit status: 0 all as expected; 1 a step failed; 2 the command line or a file cannot be used; \
      3 the lesson has an error in its markup and nothing ran; 4 the machine lacks something; 130 interrupted.
      """,
    version: "lesson 0.1.0",
    subcommands: [
      RunCommand.self, BuildCommand.self, NewCommand.self, ListCommand.self, FetchCommand.self, DoctorCommand.self,
      CleanCommand.self,
    ])

  public init() {}

  /// Runs the command line of this process; never returns.
  public static func runAndExit() async -> Never {
    // A reader that has gone away (`lesson list | head -1`) is an error of writing, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      leave(.success)
    } catch let status as ExitStatus {
      leave(status)
    } catch let failure as Failure {
      printError(failure.message)
      leave(failure.status)
    } catch {
      let text = fullMessage(for: error)
      guard exitCode(for: error) != .success else {
        if !text.isEmpty { print(text) }
        leave(.success)
      }
      printError(text.hasPrefix("Error: ") ? String(text.dropFirst("Error: ".count)) : text)
      leave(.unusable)
    }
  }

  private static func leave(_ status: ExitStatus) -> Never {
    fflush(nil)
    Foundation.exit(status.rawValue)
  }
}

/// What the command's exit status tells. Later ones outweigh earlier ones when several lessons are run.
enum ExitStatus: Int32, Error, Comparable {
  case success = 0
  /// A step failed, or an expectation did not hold.
  case failedStep = 1
  /// The command line or a lesson's file cannot be used.
  case unusable = 2
  /// A lesson has errors in its markup.
  case badMarkup = 3
  /// The machine lacks something.
  case lacking = 4
  case interrupted = 130

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A failure that ends the command with one sentence.
struct Failure: Error {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// Writes a message to standard error.
func printError(_ message: String) {
  FileHandle.standardError.write(Data("error: \(message.withoutControls)\n".utf8))
}
