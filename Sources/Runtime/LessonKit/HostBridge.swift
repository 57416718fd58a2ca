// Where the runtime meets the process that runs a lesson: C functions that the host looks up by name.

import Models
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Takes the payload of a display frame (Sources/Host/WireFormat).
public typealias _DisplaySink = @convention(c) (UnsafeRawPointer, Int) -> Void

/// Set once, by the host, before the first step; nil outside a lesson.
nonisolated(unsafe) private var displaySink: _DisplaySink?

/// Takes the function that displays are handed to; the host calls it once, before the first step.
@_cdecl("lessonkit_attach")
public func _attach(_ sink: @escaping _DisplaySink) {
  displaySink = sink
}

/// Asks the runner for a model: gives a text for `free`, the model's folder or why there is none.
public typealias _ModelQuestion =
  @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutablePointer<Bool>) -> UnsafeMutablePointer<
    CChar
  >?

/// Called once, by the host, before the first step: from then on models that are no folders are asked for.
@_cdecl("lessonkit_attach_model_finder")
public func _attachModelFinder(_ ask: @escaping _ModelQuestion) {
  _setModelFinder { (model, revision) throws(ModelError) in
    var isFound = false
    let answer = ask(model, revision, &isFound)
    defer { free(answer) }
    let text = answer.map { String(cString: $0) } ?? ""
    guard isFound else { throw .notFetched(model: model, revision: revision, reason: text) }
    return text
  }
}

/// Hands a bundle to the page; outside a lesson it prints the plain text.
func emit(_ bundle: MIMEBundle) {
  guard let displaySink else { return print(bundle["text/plain"] ?? "") }
  let payload = wirePayload(of: bundle)
  payload.withUnsafeBytes { bytes in displaySink(bytes.baseAddress!, bytes.count) }
}

/// For each form of the value the lengths of its type and data, then both; in the order of the types' names.
private func wirePayload(of bundle: MIMEBundle) -> [UInt8] {
  var payload: [UInt8] = []
  for (type, data) in bundle.data.sorted(by: { $0.key < $1.key }) {
    withUnsafeBytes(of: (UInt32(type.utf8.count), UInt32(data.count))) { payload += $0 }
    payload += type.utf8
    payload += data
  }
  return payload
}

/// The name of the default dtype, for the page's badge. The text lives as long as the process.
@_cdecl("lessonkit_default_dtype")
public func _defaultDTypeName() -> UnsafePointer<CChar> {
  UnsafePointer(strdup(defaultDType.name))
}

/// Ends the kernels' threads, so that those which are left are the step's own.
@_cdecl("lessonkit_stop_threads")
public func _stopThreadsOfKernels() {
  _stopThreads()
}

/// The type and the description of a Swift error that left a step's top level, as strings for `free`.
///
/// - Parameter error: The error's box, as the Swift runtime hands it to `swift_errorInMain`.
@_cdecl("lessonkit_describe_error")
public func _describeError(
  _ error: UnsafeRawPointer, _ type: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
  _ description: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) {
  let error = unsafeBitCast(error, to: (any Error).self)
  type.pointee = strdup(shortTypeName(of: error))
  description.pointee = strdup(String(describing: error))
}
