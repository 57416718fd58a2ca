// The JSON of `--record`, as a whole. `LESSON_RECORD=1` writes the golden one of Reference/ anew.

import Foundation
import Testing

extension Lessons {
  @Suite struct RecordTests {
    private static let golden = package.appendingPathComponent("Tests/Lessons/Reference/record.json")

    /// One step for each status, and one thing of each kind that a record holds.
    private static let text = """
      ---
      params:
        count: 2
      ---

      # Recorded

      ```swift
      //| label: first
      import Foundation
      struct Refused: Error { var code = 1 }
      func refuse() throws { let unused = 1; throw Refused() }
      print("out", params.count)
      fputs("err\\n", stderr)
      display("shown")
      [params.count]
      ```

      ```swift
      try refuse()
      ```

      - In a list:

        ```swift
        let wrong: Int = "text"
        ```

      ```swift
      wrong + 1
      ```

      ```swift
      //| eval: false
      print("not run")
      ```

      ```swift
      try setDefaultDType(.bfloat16)
      ```

      ```swift
      exit(3)
      ```
      """

    @Test func golden() async throws {
      let result = try await runLesson(Self.text)
      #expect(result.status == 1)
      let made = try Data(contentsOf: result.folder.appendingPathComponent("record.json"))
      if ProcessInfo.processInfo.environment["LESSON_RECORD"] == "1" { try made.write(to: Self.golden) }
      #expect(String(decoding: made, as: UTF8.self) == (try LessonsTests.text(of: Self.golden)))
    }
  }
}
