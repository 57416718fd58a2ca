// Colours of Swift code, by SwiftIDEUtils' classification.

import LessonModel
import SwiftIDEUtils
import SwiftParser
import SwiftSyntax

extension HighlightSpan {
  /// The classified stretches of a piece of Swift code; what is left out is plain.
  public static func spans(of code: String) -> [HighlightSpan] { spans(of: Parser.parse(source: code)) }

  static func spans(of tree: SourceFileSyntax) -> [HighlightSpan] {
    tree.classifications.compactMap { range in
      Kind(range.kind).map {
        HighlightSpan(start: range.range.lowerBound.utf8Offset, length: range.range.length.utf8Length, kind: $0)
      }
    }
  }
}

extension HighlightSpan.Kind {
  /// Nil for text that needs no colour.
  fileprivate init?(_ classification: SyntaxClassification) {
    switch classification {
    case .keyword: self = .keyword
    case .type: self = .type
    case .stringLiteral: self = .string
    case .integerLiteral, .floatLiteral: self = .number
    case .lineComment, .blockComment: self = .comment
    case .docLineComment, .docBlockComment: self = .docComment
    case .operator: self = .operator
    case .attribute: self = .attribute
    case .ifConfigDirective: self = .directive
    case .regexLiteral: self = .regex
    case .argumentLabel: self = .argumentLabel
    case .dollarIdentifier: self = .identifier
    case .identifier, .editorPlaceholder, .none: return nil
    }
  }
}
