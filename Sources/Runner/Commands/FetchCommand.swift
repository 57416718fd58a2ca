// `lesson fetch`: a model from the hub, ahead of the lessons that use it.

import ArgumentParser
import Foundation
import ModelHub
import Processes
import Session

struct FetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Fetch a model from the hub, or bring it up to date.",
    discussion: """
      Only what lessons read is fetched: the configuration, the tokenizer, the checkpoint. It goes to the cache that \
      Hugging Face's own library uses (HF_HOME, HF_HUB_CACHE), from HF_ENDPOINT, with the token HF_TOKEN if there is \
      one. A fetch that was cut goes on where it ended. Prints the folder of the model's files.

      Examples:
        lesson fetch Salesforce/blip-image-captioning-base
        lesson fetch Salesforce/blip-image-captioning-large --revision refs/pr/18
      """)

  @Argument(help: ArgumentHelp("The model's name on the hub.", valueName: "owner/name"))
  var model: String

  @Option(help: "A branch, a tag or a commit.")
  var revision = "main"

  @Flag(help: "Show no progress, only errors and the folder.")
  var quiet = false

  func run() async throws {
    let reference: ModelReference
    do {
      reference = try ModelReference(model, revision: revision)
    } catch {
      throw Failure(.unusable, error.description)
    }
    let program = FetchProgram(path: Installation.current.fetcher, isQuiet: quiet)
    switch try await interruptible({ try await answer(from: program, for: reference) }) {
    case .folder(let folder): print(folder)
    case .unavailable(let reason): throw Failure(.lacking, reason)
    case .interrupted: throw ExitStatus.interrupted
    }
  }

  /// Cancelling the task ends the fetch.
  private func answer(from program: FetchProgram, for model: ModelReference) async throws -> ModelAnswer {
    let interruption = try makePipe()
    defer { [interruption.read, interruption.write].forEach { close($0) } }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          continuation.resume(returning: program.fetch(model, interruption: interruption.read))
        }
      }
    } onCancel: {
      _ = write(interruption.write, [0], 1)
    }
  }
}
