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

/// A type's name without its module: an author does not know the modules that steps are compiled to.
func shortTypeName(of value: Any) -> String {
  let name = _typeName(type(of: value), qualified: true)
  return name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
}
