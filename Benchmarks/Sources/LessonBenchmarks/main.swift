// Times a lesson's run in four situations, each beside a plain build and run of the same steps as one program.

import Foundation

let arguments = CommandLine.arguments.dropFirst()
let repetitions = arguments.first.flatMap { Int($0) } ?? 7
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
let lesson = repository.appendingPathComponent("Lessons/03-dtypes.md")

do {
  let machine = Machine.current
  print("\(lesson.lastPathComponent), medians of \(repetitions) runs in turn; \(machine)")
  try RunnerBenchmark(repository: repository, lesson: lesson, repetitions: repetitions).run()
} catch {
  print("error: \(error)")
  exit(1)
}
