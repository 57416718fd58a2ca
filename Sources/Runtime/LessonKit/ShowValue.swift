// What the runner calls with the value of a step's last line, when that line is a bare expression.

/// Shows the value of a step's trailing expression, as a REPL would: nothing for `Void`, text in quotes.
///
/// The runner writes this call; a lesson says ``display(_:)``.
public func _showValue<Value>(_ value: Value) {
  guard Value.self != Void.self, Value.self != Never.self else { return }
  let shown = unwrapped(value)
  if shown is Void { return }
  if shown == nil, isOptionalVoid(Value.self) { return }
  switch shown {
  case let text as String: emit(MIMEBundle(plain: text.debugDescription))
  case let text as Substring: emit(MIMEBundle(plain: text.debugDescription))
  case let text as Character: emit(MIMEBundle(plain: text.debugDescription))
  default: emit(mimeBundle(of: value))
  }
}

/// A value that cannot be copied cannot be looked into either; its type is shown.
@_disfavoredOverload
public func _showValue<Value: ~Copyable & ~Escapable>(_ value: borrowing Value) {
  emit(MIMEBundle(plain: "a value of a non-copyable type"))
}

/// Whether a type is `Void?`, `Void??` and so on: what a call like `log?("x")` gives.
private func isOptionalVoid(_ type: Any.Type) -> Bool {
  if type == Void.self { return true }
  return (type as? any OptionalType.Type).map { isOptionalVoid($0.wrapped) } ?? false
}

private protocol OptionalType {
  static var wrapped: Any.Type { get }
}

extension Optional: OptionalType {
  fileprivate static var wrapped: Any.Type { Wrapped.self }
}
