// Values that can be coded, such as settings and records: their properties as a table.

import Tensors

/// The bundle of an `Encodable` struct or class without a text of its own: a row for each property; of an array of such,
/// a row for each element. Nil for anything else.
func codableBundle(of value: Any) -> MIMEBundle? {
  if let records = value as? [any Encodable], !records.isEmpty, records.allSatisfy(isRecord) {
    let text = "[" + records.map { String(describing: $0) }.joined(separator: ", ") + "]"
    return MIMEBundle(plain: text, html: table(records).mimeBundle["text/html"])
  }
  guard let record = value as? any Encodable, isRecord(record) else { return nil }
  let rows = Mirror(reflecting: record).children.map { [$0.label ?? "", $0.value] as [Any] }
  let properties = table([], rows, caption: String(describing: type(of: record)))
  return MIMEBundle(plain: String(describing: record), html: properties.mimeBundle["text/html"])
}

private func isRecord(_ value: any Encodable) -> Bool {
  guard !(value is any CustomStringConvertible) else { return false }
  let mirror = Mirror(reflecting: value)
  return !mirror.children.isEmpty && (mirror.displayStyle == .struct || mirror.displayStyle == .class)
}
