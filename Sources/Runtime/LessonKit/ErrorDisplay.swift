// How an error that a lesson has caught looks on the page.

/// An error's type and what it says.
func errorBundle(_ error: any Error) -> MIMEBundle {
  let type = shortTypeName(of: error)
  let message = String(describing: error)
  let html = """
    <div class="lk-error"><span class="lk-error-type">\(escaped(type))</span>\
    <span class="lk-error-message">\(escaped(message))</span></div>
    """
  return MIMEBundle(plain: "\(type): \(message)", html: html)
}

/// A type's name without its module, which an author does not know, and without the addresses that stand for the files
/// and functions of private types: `Outer.Inner`.
func shortTypeName(of value: Any) -> String {
  let name = withoutContexts(_typeName(type(of: value), qualified: true))
  let path = name.prefix { $0 != "<" }
  guard let dot = path.firstIndex(of: ".") else { return name }
  return String(name[name.index(after: dot)...])
}

/// Takes out every `(unknown context at $...).`, which differs from run to run.
private func withoutContexts(_ name: String) -> String {
  var kept = ""
  var rest = Substring(name)
  while let start = rest.firstIndex(of: "("), rest[start...].hasPrefix("(unknown context at "),
    let end = rest[start...].firstIndex(of: ")")
  {
    kept += rest[..<start]
    rest = rest[end...].dropFirst(2)
  }
  return kept + rest
}
