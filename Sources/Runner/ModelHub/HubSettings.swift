// Where the hub is, where its files are kept, and who asks: what the environment says, with Hugging Face's own names.

import Foundation

/// How this machine uses the model hub.
///
/// Source: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables.
public struct HubSettings: Sendable, Equatable {
  /// `HF_ENDPOINT`, else `https://huggingface.co`; without a slash at its end.
  public var endpoint: String
  /// The folder that holds `models--owner--name`: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else
  /// `huggingface/hub` in `XDG_CACHE_HOME`, else in `~/.cache`.
  public var cacheFolder: String
  /// `HF_TOKEN`, else what the file `HF_TOKEN_PATH` holds, else the file `token` in `HF_HOME`.
  public var token: String?
  /// `HF_HUB_OFFLINE`, or `TRANSFORMERS_OFFLINE`: nothing is fetched.
  public var isOffline: Bool
  /// Seconds without an answer after which a question to the hub counts as lost: `HF_HUB_ETAG_TIMEOUT`, else 10.
  public var answerTimeout: Double
  /// Seconds without a byte after which a transfer counts as cut: `HF_HUB_DOWNLOAD_TIMEOUT`, else 10.
  public var transferTimeout: Double
}

extension HubSettings {
  /// - Parameter environment: The variables of the environment; an empty one counts as not set.
  public init(environment: [String: String]) {
    let variables = Variables(environment)
    endpoint = variables["HF_ENDPOINT"] ?? "https://huggingface.co"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    let caches = variables.path("XDG_CACHE_HOME") ?? variables.expanded("~/.cache")
    let home = variables.path("HF_HOME") ?? "\(caches)/huggingface"
    let folder = variables.path("HF_HUB_CACHE") ?? variables.path("HUGGINGFACE_HUB_CACHE") ?? "\(home)/hub"
    // Steps run in another folder than this process.
    cacheFolder = URL(fileURLWithPath: folder).path
    token = variables.token(elseIn: variables.path("HF_TOKEN_PATH") ?? "\(home)/token")
    isOffline = variables.isTrue("HF_HUB_OFFLINE") || variables.isTrue("TRANSFORMERS_OFFLINE")
    answerTimeout = variables.seconds("HF_HUB_ETAG_TIMEOUT") ?? 10
    transferTimeout = variables.seconds("HF_HUB_DOWNLOAD_TIMEOUT") ?? 10
  }
}

/// Variables of the environment, read as Hugging Face's library reads them.
private struct Variables {
  let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  subscript(name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  func path(_ name: String) -> String? { self[name].map(expanded) }

  func expanded(_ path: String) -> String {
    path == "~" || path.hasPrefix("~/") ? (self["HOME"] ?? "") + path.dropFirst() : path
  }

  func isTrue(_ name: String) -> Bool { ["1", "ON", "YES", "TRUE"].contains((self[name] ?? "").uppercased()) }

  func seconds(_ name: String) -> Double? { self[name].flatMap(Double.init).flatMap { $0 > 0 ? $0 : nil } }

  func token(elseIn file: String) -> String? {
    guard !isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") else { return nil }
    let stored =
      self["HF_TOKEN"] ?? self["HUGGING_FACE_HUB_TOKEN"] ?? (try? String(contentsOfFile: file, encoding: .utf8))
    let token = stored?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    return token.isEmpty ? nil : token
  }
}
