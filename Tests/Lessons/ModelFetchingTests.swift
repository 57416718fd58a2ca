// Models from the hub, as a whole lesson gets them: a loopback hub serves the small captioner of Lessons/Models.

import Foundation
import LoopbackHub
import Testing

extension Lessons {
  @Suite struct ModelFetchingTests {
    private static let commit = String(repeating: "c3", count: 20)
    private static let name = "owner/shapes"

    /// A hub with the captioner, an empty cache, a folder with the lesson and its picture.
    private struct Scene {
      let hub = try? FakeHub()
      let cache: URL
      let folder: URL

      init(_ lesson: String = ModelFetchingTests.lesson) throws {
        cache = try makeFolder()
        folder = try makeFolder()
        let model = package.appendingPathComponent("Lessons/Models/shapes-blip")
        var files: [String: Data] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: model.path) {
          files[file] = FileManager.default.contents(atPath: model.appendingPathComponent(file).path)
        }
        try hub?.publish(files, as: name, commit: commit)
        try Data(lesson.utf8).write(to: folder.appendingPathComponent("caption.md"))
        let picture = package.appendingPathComponent("Lessons/Pictures/red-circle-above-blue-square.png")
        try FileManager.default.copyItem(at: picture, to: folder.appendingPathComponent("scene.png"))
      }

      /// Bytes of a file that is being fetched.
      var arrived: Int {
        let blobs = cache.appendingPathComponent("models--owner--shapes/blobs").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: blobs)) ?? []
        return names.filter { $0.hasSuffix(".incomplete") }.map { name in
          (try? FileManager.default.attributesOfItem(atPath: "\(blobs)/\(name)")[.size] as? Int) ?? 0
        }.max() ?? 0
      }

      func run(_ arguments: [String], _ environment: [String: String?] = [:]) async throws -> Finished {
        try await command(arguments, environment).run()
      }

      func command(_ arguments: [String], _ environment: [String: String?] = [:]) -> Command {
        var variables: [String: String?] = [
          "HF_ENDPOINT": hub?.endpoint, "HF_HUB_CACHE": cache.path, "HF_TOKEN": nil, "HF_HUB_OFFLINE": nil,
        ]
        variables.merge(environment) { $1 }
        return Command(arguments: arguments, folder: folder, environment: variables)
      }
    }

    private static let lesson = """
      ---
      params:
        model: \(name)
        revision: main
      ---

      ```swift
      let processor = try BlipProcessor.fromPretrained(params.model, revision: params.revision)
      let model = try BlipForConditionalGeneration.fromPretrained(params.model, revision: params.revision)
      ```

      ```swift
      let inputs = try processor(Image(contentsOf: "scene.png"), text: "a picture of")
      print(try processor.decode(try model.generate(inputs)[0], skippingSpecialTokens: true))
      ```
      """

    private static let caption = "a picture of a red circle above a blue square"

    @Test func aModelThatWasAskedForByNameIsFetched() async throws {
      let scene = try Scene()
      let first = try await scene.run(["run", "caption.md", "--record", "-", "-P", "model=\(Self.name)"])
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains(Self.caption))
      #expect(first.errors.contains("fetching \(Self.name) (main): "))
      let requests = try #require(scene.hub).requests.count
      // Now it is in the cache: nobody is asked, and nothing need be agreed to.
      let second = try await scene.run(["run", "caption.md", "--record", "-"], ["HF_HUB_OFFLINE": "1"])
      #expect(second.status == 0 && second.output.contains(Self.caption), "\(second.errors)")
      #expect(scene.hub?.requests.count == requests)
    }

    @Test func withoutAgreementNothingIsFetched() async throws {
      let scene = try Scene()
      let result = try await scene.run(["run", "caption.md"])
      #expect(result.status == 1)
      #expect(result.errors.contains("fetching it from \(scene.hub?.endpoint ?? "") needs your agreement"))
      #expect(result.errors.contains("with `--allow models`, or run `lesson fetch \(Self.name)` first."))
      #expect(scene.hub?.requests.isEmpty == true)
      let allowed = try await scene.run(["run", "caption.md", "--allow", "models"])
      #expect(allowed.status == 0, "\(allowed.errors)")
    }

    /// What a step read could leave in a name or a revision of its own making.
    @Test func aStepCannotChooseWhatIsAskedOfTheHub() async throws {
      let scene = try Scene(
        """
        ---
        params:
          model: \(Self.name)
        ---

        ```swift
        try BlipProcessor.fromPretrained(params.model + "-secret")
        ```

        ```swift
        try BlipProcessor.fromPretrained(params.model, revision: "secret")
        ```
        """)
      let result = try await scene.run(["run", "caption.md", "-P", "model=\(Self.name)"])
      #expect(result.status == 1)
      #expect(result.errors.components(separatedBy: "needs your agreement").count == 3)
      #expect(scene.hub?.requests.isEmpty == true)
    }

    @Test func aRevisionIsPinned() async throws {
      let scene = try Scene()
      let result = try await scene.run([
        "run", "caption.md", "-P", "model=\(Self.name)", "-P", "revision=\(Self.commit)",
      ])
      #expect(result.status == 0, "\(result.errors)")
      #expect(scene.hub?.requests.allSatisfy { $0.path.contains("/resolve/\(Self.commit)/") } == true)
    }

    @Test func offlineAndNotInTheCache() async throws {
      let scene = try Scene()
      let result = try await scene.run(["run", "caption.md", "--allow", "models"], ["HF_HUB_OFFLINE": "1"])
      #expect(result.status == 1)
      #expect(result.errors.contains("and HF_HUB_OFFLINE keeps it from being fetched: unset that once"))
      #expect(scene.hub?.requests.isEmpty == true)
    }

    @Test func theStepsTimeDoesNotRunDuringTheFetch() async throws {
      let scene = try Scene()
      // Five seconds in all: longer than the step may take.
      scene.hub?.interceptStorage { _, response in
        var response = response
        response.pause = 5.0 / (Double(response.body.count) / 16384)
        return response
      }
      let result = try await scene.run(["run", "caption.md", "--allow", "models", "--timeout", "4"])
      #expect(result.status == 0, "\(result.errors)")
    }

    @Test func aRefusalIsTheStepsError() async throws {
      let scene = try Scene()
      scene.hub?.intercept { _ in Response(401, headers: ["X-Error-Code": "GatedRepo"]) }
      let result = try await scene.run(["run", "caption.md", "--allow", "models"])
      #expect(result.status == 1)
      #expect(result.errors.contains("caption.md:8:"))
      #expect(result.errors.contains("\(Self.name) is open only to those whom its owner accepts"))
    }

    @Test func interruptedWhileFetching() async throws {
      let scene = try Scene()
      scene.hub?.interceptStorage { _, response in
        var response = response
        response.hangsAfter = 100_000
        return response
      }
      let running = try scene.command(["run", "caption.md", "--allow", "models"], ["HF_HUB_DOWNLOAD_TIMEOUT": "60"])
        .start()
      let deadline = Date() + 60
      while scene.arrived < 100_000, Date() < deadline { try await Task.sleep(for: .milliseconds(50)) }
      let interruption = ContinuousClock.now
      kill(running.process.processIdentifier, SIGINT)
      let result = try await running.end()
      #expect(result.status == 130)
      #expect(ContinuousClock.now - interruption < .seconds(10))
      #expect(FileManager.default.fileExists(atPath: scene.folder.appendingPathComponent("output/caption.html").path))
      scene.hub?.interceptStorage { $1 }
      let next = try await scene.run(["run", "caption.md", "--allow", "models"])
      #expect(next.status == 0, "\(next.errors)")
      #expect(scene.hub?.storageRequests.last?.offset ?? 0 > 0)
    }

    @Test func fetchedAhead() async throws {
      let scene = try Scene()
      let fetched = try await scene.run(["fetch", Self.name])
      #expect(fetched.status == 0, "\(fetched.errors)")
      let snapshot = scene.cache.appendingPathComponent("models--owner--shapes/snapshots/\(Self.commit)").path
      #expect(fetched.output == snapshot + "\n")
      let result = try await scene.run(["run", "caption.md"], ["HF_HUB_OFFLINE": "1"])
      #expect(result.status == 0, "\(result.errors)")
      let missing = try await scene.run(["fetch", "owner/shape", "--quiet"])
      #expect(
        missing.status == 4 && missing.errors.hasPrefix("error: \(scene.hub?.endpoint ?? "") has no model owner/shape"))
      #expect(try await scene.run(["fetch", "../x"]).status == 2)
    }

    @Test func whatIsNextToTheCacheStaysOutOfReach() async throws {
      let scene = try Scene(
        """
        ```swift
        import Foundation
        print(try String(contentsOfFile: "SECRET", encoding: .utf8))
        ```
        """)
      let secret = scene.cache.deletingLastPathComponent().appendingPathComponent("token-\(UUID())")
      try Data("hf_secret".utf8).write(to: secret)
      let lesson = scene.folder.appendingPathComponent("caption.md")
      try Data(try text(of: lesson).replacingOccurrences(of: "SECRET", with: secret.path).utf8).write(to: lesson)
      let result = try await scene.run(["run", "caption.md", "--record", "-", "--allow", "models"])
      #expect(result.status == 1 && !result.output.contains("hf_secret"))
    }
  }
}
