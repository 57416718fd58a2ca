// Showing values on the page: MIME bundles, as in Jupyter.

/// One value in one or more forms, keyed by MIME type; a page picks the richest it can show safely.
public struct MIMEBundle: Sendable, Hashable {
  /// Data by MIME type: UTF-8 text, or bytes for `image/png` and `image/jpeg`.
  public var data: [String: [UInt8]]

  public init(plain: String) { data = ["text/plain": Array(plain.utf8)] }

  /// The form of one type as text; nil when the bundle has none.
  public subscript(type: String) -> String? {
    get { data[type].map { String(decoding: $0, as: UTF8.self) } }
    set { data[type] = newValue.map { Array($0.utf8) } }
  }
}

/// A type that knows how it looks on a page.
///
/// Without a conformance a value is shown by its `String(describing:)`.
public protocol Displayable {
  var mimeBundle: MIMEBundle { get }
}

/// Shows a value on the page, in the place where the step has come to.
///
/// Outside a lesson the plain text is printed.
public func display<T>(_ value: T) {
  emit(mimeBundle(of: value))
}

/// The bundle of any value: its own if it is `Displayable`, else its description.
func mimeBundle<T>(of value: T) -> MIMEBundle {
  (value as? any Displayable)?.mimeBundle ?? MIMEBundle(plain: String(describing: value))
}
