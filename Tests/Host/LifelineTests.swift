// However a session ends, none of its processes stays behind.

#if os(Linux)

  import Foundation
  import Testing

  @Suite(.serialized) struct LifelineTests {
    /// Whether the process is gone, at once or within a few seconds: the kernel ends processes in its own time.
    private func isGone(_ process: pid_t) -> Bool {
      for _ in 0..<500 {
        if kill(process, 0) != 0 { return true }
        usleep(10_000)
      }
      return false
    }

    @Test func theChainEndsWithItsRunner() async throws {
      let libraries = try await StepLibraries()
      let session = try HostSession(libraries)
      let quiet = try await libraries.add("print(1)")
      let endless = try await libraries.add("print(2)\nwhile CommandLine.argc > 0 {}")
      #expect(try session.run(quiet).text == "1\n")
      let snapshot = session.stepProcess
      #expect(try session.startUntilFirstOutput(endless) == "2\n")
      session.vanish()
      #expect(isGone(snapshot))
      #expect(isGone(session.stepProcess))
    }

    @Test(arguments: [true, false]) func whatAStepLeftBehindEndsWithTheSession(isAskedToQuit: Bool) async throws {
      let libraries = try await StepLibraries()
      let session = try HostSession(libraries)
      let leaving = try await libraries.add(
        """
        import Glibc
        let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> pid_t).self)
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        if fork() == 0 {
          if fork() == 0 {
            setsid()
            var own = getpid()
            write(ends[1], &own, 4)
            while true { pause() }
          }
          _exit(0)
        }
        var orphan: pid_t = 0
        read(ends[0], &orphan, 4)
        print(orphan)
        """)
      let run = try session.run(leaving)
      let orphan = try #require(pid_t(run.text.trimmingCharacters(in: .newlines)))
      #expect(kill(orphan, 0) == 0)
      if isAskedToQuit {
        try session.quit()
      } else {
        session.vanish()
      }
      #expect(isGone(orphan))
    }
  }

#endif
