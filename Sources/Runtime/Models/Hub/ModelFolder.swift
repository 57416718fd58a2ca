// From the name that a program gives a model to the folder of its files.

/// Finds a model, or fetches it; gives its folder.
public typealias _ModelFinder = (_ model: String, _ revision: String) throws(ModelError) -> String

/// Set once, in a lesson, before the first step: the process that runs lessons asks its runner, for it has no network
/// and does not know this machine's cache. Nil elsewhere.
nonisolated(unsafe) private var finder: _ModelFinder?

/// Sets whom ``modelFolder(_:revision:cache:)`` asks for models that are no folders.
public func _setModelFinder(_ newFinder: @escaping _ModelFinder) { finder = newFinder }

/// The folder of a model's files: the folder of that path when there is one, else the cache's snapshot of the name.
///
/// In a lesson a model that is not in the cache is fetched, if the person who runs the lesson has agreed to that;
/// elsewhere nothing is fetched, and `lesson fetch owner/name` does it.
///
/// For example: `try modelFolder("Salesforce/blip-image-captioning-base")`.
///
/// - Parameters:
///   - name: A folder, or the name of a model on the hub.
///   - revision: A branch, tag or commit of the hub.
///   - cache: Where to look, instead of where the environment says; nothing is then fetched.
/// - Throws: ``ModelError/notAModelName(_:)``; ``ModelError/notInCache(model:revision:cache:)``;
///   ``ModelError/notFetched(model:revision:reason:)``.
public func modelFolder(_ name: String, revision: String = "main", cache: HubCache? = nil) throws(ModelError)
  -> String
{
  if isFolder(name) { return name }
  guard HubCache.isModelName(name) else { throw .notAModelName(name) }
  if let cache { return try cache.snapshot(of: name, revision: revision) }
  if let finder { return try finder(name, revision) }
  return try HubCache().snapshot(of: name, revision: revision)
}
