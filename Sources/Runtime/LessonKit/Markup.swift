// Pieces of HTML and SVG text.

/// Text as it may stand in an element or in a quoted attribute.
func escaped(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for character in text.unicodeScalars {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}

/// One element around markup.
func element(_ name: String, class className: String = "", attributes: String = "", _ content: String) -> String {
  let classText = className.isEmpty ? "" : " class=\"\(className)\""
  let attributeText = attributes.isEmpty ? "" : " " + attributes
  return "<\(name)\(classText)\(attributeText)>\(content)</\(name)>"
}
