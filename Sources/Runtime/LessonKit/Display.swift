// Showing values on the page: MIME bundles, as in Jupyter.

/// One value in one or more forms, keyed by MIME type; a page picks the richest it can show safely.
public struct MIMEBundle: Sendable, Hashable {
  /// Data by MIME type: UTF-8 text, or bytes for `image/png` and `image/jpeg`.
  public var data: [String: [UInt8]]

  /// A bundle that has at least the form that every page and terminal can show.
  ///
  /// - Parameter html: A fragment without script and without `style`; classes begin with `lk-`.
  /// - Parameter svg: A whole `<svg>` element.
  public init(plain: String, html: String? = nil, svg: String? = nil) {
    data = ["text/plain": Array(plain.utf8)]
    self["text/html"] = html
    self["image/svg+xml"] = svg
  }

  /// The form of one type as text; nil when the bundle has none.
  public subscript(type: String) -> String? {
    get { data[type].map { String(decoding: $0, as: UTF8.self) } }
    set { data[type] = newValue.map { Array($0.utf8) } }
  }
}

/// A type that knows how it looks on a page.
///
/// Without a conformance a value is shown by its `String(describing:)`.
///
/// For example:
///
///     struct Die: Displayable {
///       let eyes: Int
///       var mimeBundle: MIMEBundle { MIMEBundle(plain: "die: \(eyes)", html: "<b>\(eyes)</b>") }
///     }
///     display(Die(eyes: 6))
public protocol Displayable {
  var mimeBundle: MIMEBundle { get }
}

/// Shows a value on the page, in the place where the step has come to.
///
/// Tensors, modules, errors, tables, plots and everything else ``Displayable`` show in their own form, text as it is,
/// other values by their description. Outside a lesson the plain text is printed.
public func display<Value>(_ value: Value) {
  emit(mimeBundle(of: value))
}

/// The bundle of any value: its own if it is `Displayable`, of a `Codable` one its properties, else its description.
func mimeBundle<Value>(of value: Value) -> MIMEBundle {
  switch unwrapped(value) {
  case nil: MIMEBundle(plain: "nil")
  case let displayable as any Displayable: displayable.mimeBundle
  case let error as any Error: errorBundle(error)
  case let value?: codableBundle(of: value) ?? MIMEBundle(plain: String(describing: value))
  }
}

/// The value within any number of optionals; nil when there is none.
func unwrapped(_ value: Any) -> Any? {
  let mirror = Mirror(reflecting: value)
  guard mirror.displayStyle == .optional else { return value }
  return mirror.children.first.flatMap { unwrapped($0.value) }
}
