// What the sandbox denies, tried by a small program in it: each act succeeds outside, so that a denial is its doing.

#if os(Linux)

  import Foundation
  import Processes
  import Testing

  @Suite final class SandboxTests {
    /// Two folders, of which the program may write to one, with a file in each.
    let inside, outside: URL

    init() throws {
      inside = try makeFolder()
      outside = try makeFolder()
      for folder in [inside, outside] {
        try Data("text".utf8).write(to: folder.appendingPathComponent("file"))
      }
    }

    deinit {
      for folder in [inside, outside] { try? FileManager.default.removeItem(at: folder) }
    }

    /// What the probe answers: `ok` and a figure, or the name of an error.
    func attempt(_ act: [String], under policy: [String]? = []) async throws -> String {
      let sandbox = policy.map { [hostProgram, "sandbox"] + systemPolicy + ["--write", inside.path] + $0 + ["--"] }
      let result = try await run((sandbox ?? []) + [probeProgram] + act, environment: [:])
      return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(arguments: ["read", "write", "list", "touch", "chmod", "truncate", "open-truncating", "remove"])
    func filesOutsideAreOutOfReach(act: String) async throws {
      let path = act == "list" ? outside.path : outside.appendingPathComponent("file").path
      let denied = try await attempt([act, path])
      #expect(denied == "EACCES" || denied == "EPERM")
      #expect(try Data(contentsOf: outside.appendingPathComponent("file")) == Data("text".utf8))
      #expect(try await attempt([act, path], under: nil).hasPrefix("ok"))
    }

    @Test(arguments: ["read", "write", "truncate", "remove"])
    func filesInsideAreWithinReach(act: String) async throws {
      #expect(try await attempt([act, inside.appendingPathComponent("file").path]).hasPrefix("ok"))
    }

    @Test func whatMayBeReadCannotBeChanged() async throws {
      let policy = ["--read", outside.path], file = outside.appendingPathComponent("file").path
      #expect(try await attempt(["read", file], under: policy).hasPrefix("ok"))
      for act in ["write", "truncate", "open-truncating", "remove", "chmod", "touch"] {
        let denied = try await attempt([act, file], under: policy)
        #expect(denied == "EACCES" || denied == "EPERM", "\(act)")
      }
      #expect(try await attempt(["execute", file], under: policy) == "EACCES")
    }

    @Test(arguments: [
      "socket", "local-socket", "packet-socket", "ptrace", "kill-all", "unshare", "clone", "keyring", "memory-file",
      "io-uring", "type-on-terminal",
    ])
    func callsThatReachFurtherAreDenied(act: String) async throws {
      #expect(try await attempt([act]) == "EPERM")
    }

    @Test func harmlessAndUnknownCallsAreNotConfused() async throws {
      #expect(try await attempt(["nothing"]) == "ok 0")
      #expect(try await attempt(["stream-pair"]) == "ok 0")
      #expect(try await attempt(["datagram-pair"]) == "ok 0")
      #expect(try await attempt(["unknown-call"]) == "ENOSYS")
    }

    @Test func theNetworkCanBeAllowed() async throws {
      let policy = ["--allow-network"]
      #expect(try await attempt(["socket"], under: policy).hasPrefix("ok"))
      for act in ["local-socket", "packet-socket", "datagram-pair"] {
        #expect(try await attempt([act], under: policy) == "EPERM", "\(act)")
      }
    }

    @Test func otherProcessesAreOutOfReach() async throws {
      let stranger = try spawn(["/bin/sleep", "60"], environment: ["SECRET": "1"], descriptors: [:])
      defer {
        kill(stranger, SIGKILL)
        waitForExit(of: stranger)
      }
      #expect(try await attempt(["signal", "\(stranger)"]) == "EPERM")
      #expect(try await attempt(["read", "/proc/\(stranger)/environ"]) == "EACCES")
      #expect(try await attempt(["signal", "\(stranger)"], under: nil) == "ok 0")
    }

    @Test func amountsAreLimited() async throws {
      #expect(try await attempt(["processes", "200"], under: ["--processes", "12"]) == "ok 12")
      // Three descriptors are open from the start, and others that the test program was started with.
      let files = Int(try await attempt(["files", "200"], under: ["--open-files", "20"]).dropFirst(3))
      #expect((1...17).contains(files ?? 0))
      let path = inside.appendingPathComponent("large").path
      #expect(try await attempt(["fill", path], under: ["--file-size", "4096"]) == "ok 4096")
      let mebibytes = Int(try await attempt(["memory", "500"], under: ["--memory", "\(100 << 20)"]).dropFirst(3))
      #expect((80...100).contains(mebibytes ?? 0))
      let shared = Int(try await attempt(["shared-memory", "6000"], under: ["--memory", "\(100 << 20)"]).dropFirst(3))
      // 4 GiB and twice the 100 MiB, less what the program and its libraries take.
      #expect((4000...4296).contains(shared ?? 0))
    }

    @Test func rootBecomesNobody() async throws {
      let user = try await attempt(["user"])
      #expect(user != "ok 0")
      if getuid() != 0 { #expect(user == "ok \(getuid())") }
    }

    @Test func aPolicyIsReadStrictly() async throws {
      for policy in [["--memory", "much"], ["--read"], ["--wirte", "/"], ["--memory", "-1"]] {
        let result = try await run([hostProgram, "sandbox"] + policy + ["--", "/bin/true"], environment: [:])
        #expect(result.exitStatus == 125, "\(policy)")
      }
      let missing = try await run([hostProgram, "sandbox", "--", "/nowhere"], environment: [:])
      #expect(missing.exitStatus == 126)
    }

    @Test func theProbeSaysWhatThereIs() async throws {
      let result = try await run([hostProgram, "sandbox", "--probe"], environment: [:])
      let degrees = result.text.split(separator: "\n").map { $0.split(separator: "\t") }
      #expect(degrees.map { $0.first } == ["files", "system calls", "network", "signals", "limits", "processes"])
      #expect(degrees.allSatisfy { $0.count == 3 && ["yes", "partly", "no"].contains($0[1]) })
    }
  }

#endif
