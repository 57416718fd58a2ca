// A highlighter for samples: words, strings, numbers and comments by their first character.

import LessonModel

private let keywords: Set<String> = [
  "let", "var", "func", "struct", "for", "in", "try", "throw", "return", "if", "else", "import", "do", "catch",
]

/// Spans of simple Swift code, in UTF-8 bytes.
func sampleSpans(_ code: String) -> [HighlightSpan] {
  let bytes = Array(code.utf8)
  var spans: [HighlightSpan] = []
  var start = 0
  while start < bytes.count {
    let (end, kind) = token(bytes, from: start)
    if let kind { spans.append(HighlightSpan(start: start, length: end - start, kind: kind)) }
    start = end
  }
  return spans
}

private func token(_ bytes: [UInt8], from start: Int) -> (end: Int, kind: HighlightSpan.Kind?) {
  func end(_ isPart: (UInt8) -> Bool) -> Int { bytes[(start + 1)...].firstIndex { !isPart($0) } ?? bytes.count }
  switch bytes[start] {
  case UInt8(ascii: "/") where bytes.dropFirst(start + 1).first == UInt8(ascii: "/"):
    return (end { $0 != 0x0a }, .comment)
  case UInt8(ascii: "\""):
    return (min(bytes.count, end { $0 != 0x22 && $0 != 0x0a } + 1), .string)
  case 0x30...0x39:
    return (end { (0x30...0x39).contains($0) || $0 == 0x2e || $0 == 0x5f }, .number)
  case 0x41...0x5a, 0x61...0x7a:
    let end = end { (0x41...0x5a).contains($0 & 0xdf) || (0x30...0x39).contains($0) || $0 == 0x5f }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    return (end, keywords.contains(word) ? .keyword : (0x41...0x5a).contains(bytes[start]) ? .type : nil)
  default: return (start + 1, nil)
  }
}
