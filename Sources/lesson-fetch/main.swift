// The program that fetches one model, started by `lesson`: it alone talks to the network.
//
//   lesson-fetch MODEL REVISION [quiet]
//
// Prints the folder of the model's files, or with status 1 what went wrong. Progress goes to standard error. It ends when
// its standard input does: who started it is then gone, or wants it no more.

import Foundation
import ModelFetcher
import ModelHub

guard (3...4).contains(CommandLine.arguments.count) else {
  FileHandle.standardError.write(Data("lesson-fetch is started by lesson; run `lesson fetch --help`.\n".utf8))
  exit(2)
}
signal(SIGPIPE, SIG_IGN)
// A limit of files' size is then an error that can be told, and a process in the background may draw.
signal(SIGXFSZ, SIG_IGN)
signal(SIGTTOU, SIG_IGN)
Thread.detachNewThread {
  _ = try? FileHandle.standardInput.readToEnd()
  if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1b}[2K".utf8)) }
  _exit(130)
}

let isQuiet = CommandLine.arguments.dropFirst(3).first == "quiet"
let progress =
  isQuiet
  ? FetchProgress.silent
  : FetchProgress(isLive: isatty(STDERR_FILENO) == 1) { text in
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
do {
  let model = try ModelReference(CommandLine.arguments[1], revision: CommandLine.arguments[2])
  let settings = HubSettings(environment: ProcessInfo.processInfo.environment)
  print(try ModelFetcher(model, settings: settings, progress: progress).fetch())
} catch {
  print(error)
  exit(1)
}
