// The kernels' threads in a lesson: they work within the sandbox, and are no threads that a step left running.

import Foundation
import Testing

extension Lessons {
  @Suite struct ThreadTests {
    private static let multiply = "_ = try Tensor.ones([512, 512]).matmul(Tensor.ones([512, 512]))"
    /// On Linux, where threads are listed.
    private static let count = "try FileManager.default.contentsOfDirectory(atPath: \"/proc/self/task\").count"

    @Test func threadsWorkAndEndWithTheStep() async throws {
      let result = try await runLesson(
        lesson(
          "import Foundation\n\(Self.multiply)\nprint(threadCount, \(Self.count))", "print(\(Self.count))",
          "\(Self.multiply)\nprint(threadCount, \(Self.count))"))
      #expect(result.status == 0)
      #expect(!result.errors.contains("thread"))
      for number in [1, 3] {
        // As many threads as the runtime says, the step's own among them.
        let numbers = try result.step(number).stdout.split(whereSeparator: \.isWhitespace)
        #expect(numbers.count == 2 && numbers[0] == numbers[1])
      }
      #expect(try result.step(2).stdout == "1\n")
    }

    @Test func aFailedStepWithThreadsIsUndone() async throws {
      let result = try await runLesson(
        lesson("\(Self.multiply)\nlet a = 1", "\(Self.multiply)\nfatalError()", "\(Self.multiply)\nprint(a)"))
      #expect(result.status == 1)
      #expect(try result.step(3).stdout == "1\n")
    }
  }
}
