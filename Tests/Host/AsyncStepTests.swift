// Steps that await at their top level: what Swift promises about tasks holds, in one process with one thread.

#if os(Linux)

  import Testing

  @Suite(.serialized) struct AsyncStepTests {
    let libraries: StepLibraries

    init() async throws { libraries = try await StepLibraries() }

    /// Builds the steps, runs them in order, and ends the session.
    func run(_ steps: [String], prefix: [String] = []) async throws -> [HostSession.Run] {
      var numbers: [Int] = []
      for step in steps { numbers.append(try await libraries.add(step)) }
      return try run(numbers, prefix: prefix)
    }

    func run(_ steps: [Int], prefix: [String] = []) throws -> [HostSession.Run] {
      let session = try HostSession(libraries, prefix: prefix)
      let runs = try steps.map { try session.run($0) }
      try session.quit()
      return runs
    }

    @Test func everyKindOfTaskRunsOnTheOneThreadInTheSameOrderEveryTime() async throws {
      let first = try await run([manyKindsOfTask])
      #expect(first == [HostSession.Run(events: "f", text: manyKindsOfTaskOutput)])
      #expect(try run([1]) == first)
    }

    @Test func sleepsTakeTheirTimeOnEveryClock() async throws {
      let runs = try await run([
        """
        func isSlept(_ time: Duration) -> Bool { time >= .milliseconds(20) && time < .seconds(2) }
        let clock = ContinuousClock()
        print(isSlept(try await clock.measure { try await Task.sleep(for: .milliseconds(20)) }))
        print(isSlept(try await clock.measure { try await Task.sleep(nanoseconds: 20_000_000) }))
        print(isSlept(try await clock.measure { try await clock.sleep(for: .milliseconds(20)) }))
        print(isSlept(try await clock.measure { try await SuspendingClock().sleep(for: .milliseconds(20)) }))
        let tolerance = Duration.milliseconds(1)
        print(isSlept(try await clock.measure { try await Task.sleep(for: .milliseconds(20), tolerance: tolerance) }))
        """
      ])
      #expect(runs == [HostSession.Run(events: "f", text: String(repeating: "true\n", count: 5))])
    }

    @Test func aTaskOutlivesItsStepAndAFailedOneBetween() async throws {
      let runs = try await run([
        """
        var count = 1
        let later = Task { try await Task.sleep(for: .milliseconds(50)); count += 1; return "woke" }
        """,
        """
        struct Bad: Error { var code = 3 }
        count = 100
        try await Task.sleep(for: .milliseconds(1))
        throw Bad()
        """,
        "print(count)",
        "print(try await later.value, count)",
      ])
      #expect(runs.map(\.events) == ["f", "tw", "f", "f"])
      #expect(runs[1].thrown == "Bad: Bad(code: 3)")
      #expect(runs.map(\.text) == ["", "", "1\n", "woke 2\n"])
    }

    @Test func waitingForWhatCannotHappenIsADeadlock() async throws {
      let runs = try await run([
        """
        print("waiting")
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        """,
        "print(1)",
      ])
      #expect(runs.map(\.events) == ["kw", "f"])
      #expect(runs.map(\.text) == ["waiting\n", "1\n"])
    }

    @Test func anExitOfTheAuthorsIsNotTheEndOfTheStep() async throws {
      let runs = try await run([
        "import Glibc\nawait Task.yield()\nif CommandLine.argc > 0 { exit(0) }\nprint(1)",
        "import Glibc\nTask { exit(3) }\nawait Task.yield()",
        "print(2)",
      ])
      #expect(runs.map(\.events) == ["ew", "ew", "f"])
      #expect(runs.map(\.exitStatus) == [0, 3, nil])
      #expect(runs.map(\.text) == ["", "", "2\n"])
    }

    @Test func aYieldingTaskDoesNotStarveATimer() async throws {
      let runs = try await run([
        """
        var isDone = false
        Task { try await Task.sleep(for: .milliseconds(5)); isDone = true }
        while !isDone { await Task.yield() }
        print(isDone)
        """
      ])
      #expect(runs == [HostSession.Run(events: "f", text: "true\n")])
    }

    @Test func aLessonMayUseDispatchItself() async throws {
      let runs = try await run([dispatchStep, "print(1)"])
      #expect(runs.map(\.text) == ["main, soon\nmain, later\nglobal\nown\n", "1\n"])
    }

    @Test func aHundredStepsFollowOneAnother() async throws {
      let session = try HostSession(libraries)
      let step = try await libraries.add("await Task.yield(); print(1)")
      for _ in 1...100 { #expect(try session.run(step).text == "1\n") }
      try session.quit()
    }

    @Test func tasksRunInTheSandbox() async throws {
      let policy =
        systemPolicy + ["--execute", hostProgram, "--read", libraries.folder.path]
        + ["--memory", "1000000000", "--processes", "16", "--open-files", "200"]
      let runs = try await run([manyKindsOfTask], prefix: [hostProgram, "sandbox"] + policy + ["--"])
      #expect(runs == [HostSession.Run(events: "f", text: manyKindsOfTaskOutput)])
    }
  }

  private let manyKindsOfTask = """
    actor Account {
      var balance = 0
      func deposit(_ amount: Int) async { balance += amount; await Task.yield() }
    }
    let account = Account()
    await withTaskGroup(of: Int.self) { group in
      for i in 1...5 { group.addTask { await account.deposit(i); return i } }
      var order: [Int] = []
      for await i in group { order.append(i) }
      print("group", order, await account.balance)
    }
    func slow(_ value: Int, _ time: Int) async throws -> Int {
      try await Task.sleep(for: .milliseconds(time))
      print("slept", time)
      return value
    }
    async let x = slow(1, 20)
    async let y = slow(2, 10)
    print("async let", try await x + y)
    let stream = AsyncStream<Int> { continuation in
      Task { for i in 0..<3 { continuation.yield(i); await Task.yield() }; continuation.finish() }
    }
    for await value in stream { print("stream", value) }
    print("continuation", await withCheckedContinuation { c in Task.detached { c.resume(returning: 7) } })
    print(await Task.detached { await MainActor.run { "main actor" } }.value)
    struct TimedOut: Error {}
    func withTimeout<T: Sendable>(
      _ time: Duration, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
      try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask { try await work() }
        group.addTask { try await Task.sleep(for: time); throw TimedOut() }
        defer { group.cancelAll() }
        return try await group.next()!
      }
    }
    print(try await withTimeout(.seconds(100)) { try await Task.sleep(for: .milliseconds(5)); return "in time" })
    do {
      try await withTimeout(.milliseconds(5)) { try await Task.sleep(for: .seconds(100)) }
    } catch { print(error) }
    let sleeper = Task { do { try await Task.sleep(for: .seconds(50)) } catch { print(error) } }
    await Task.yield()
    sleeper.cancel()
    await sleeper.value
    enum Trace { @TaskLocal static var id = 0 }
    await Trace.$id.withValue(5) { await Task { print("local", Trace.id) }.value }
    nonisolated func assume() -> Int { MainActor.assumeIsolated { 3 } }
    MainActor.assertIsolated()
    print("assumed", assume())
    """

  private let manyKindsOfTaskOutput = """
    group [1, 2, 3, 4, 5] 15
    slept 10
    slept 20
    async let 3
    stream 0
    stream 1
    stream 2
    continuation 7
    main actor
    in time
    TimedOut()
    CancellationError()
    local 5
    assumed 3

    """

  private let dispatchStep = """
    import Dispatch
    func answer(_ start: (CheckedContinuation<String, Never>) -> Void) async -> String {
      await withCheckedContinuation { start($0) }
    }
    print(await answer { c in DispatchQueue.main.async { c.resume(returning: "main, soon") } })
    print(await answer { c in
      DispatchQueue.main.asyncAfter(deadline: .now() + .milliseconds(5)) { c.resume(returning: "main, later") }
    })
    print(await answer { c in DispatchQueue.global().async { c.resume(returning: "global") } })
    final class QueueExecutor: SerialExecutor, @unchecked Sendable {
      let queue = DispatchQueue(label: "own")
      nonisolated func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
      }
    }
    actor OnQueue {
      let executor = QueueExecutor()
      nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
      func label() -> String {
        dispatchPrecondition(condition: .onQueue(executor.queue))
        return "own"
      }
    }
    print(await OnQueue().label())
    dispatchPrecondition(condition: .onQueue(.main))
    """

#endif
