// What the runner calls with the value of a step's last line, when that line is a bare expression.

/// Shows the value of a step's trailing expression, as a REPL would: nothing for `Void`, text in quotes.
///
/// The runner writes this call; a lesson says ``display(_:)``.
public func _showValue<Value>(_ value: Value) {
  if let bundle = trailingBundle(of: value) { emit(bundle) }
}

/// What is shown of a trailing value; nil for nothing.
func trailingBundle<Value>(of value: Value) -> MIMEBundle? {
  if Value.self == Never.self || isVoid(Value.self) { return nil }
  return switch unwrapped(value) {
  case let text as String: MIMEBundle(plain: text.debugDescription)
  case let text as Substring: MIMEBundle(plain: text.debugDescription)
  case let text as Character: MIMEBundle(plain: text.debugDescription)
  default: mimeBundle(of: value)
  }
}

/// A value that cannot be copied cannot be looked into either; its type is shown.
@_disfavoredOverload
public func _showValue<Value: ~Copyable & ~Escapable>(_ value: borrowing Value) {
  emit(MIMEBundle(plain: "a value of a non-copyable type"))
}

/// Whether a type is `Void`, or `Void?` and so on, which a call like `log?("x")` gives.
private func isVoid(_ type: Any.Type) -> Bool {
  if type == Void.self { return true }
  return (type as? any OptionalType.Type).map { isVoid($0.wrapped) } ?? false
}

private protocol OptionalType {
  static var wrapped: Any.Type { get }
}

extension Optional: OptionalType {
  fileprivate static var wrapped: Any.Type { Wrapped.self }
}
