// A text as a model reads it.

/// The tokens of a text, or of a pair of texts, by number.
public struct Encoding: Sendable, Equatable {
  /// The number of each token in the vocabulary.
  public internal(set) var ids: [Int]
  /// The spelling of each token.
  public internal(set) var tokens: [String]
  /// 0 for tokens of the first text, 1 for those of the second.
  public internal(set) var typeIDs: [Int]
  /// 1 for tokens, 0 for padding.
  public internal(set) var attentionMask: [Int]
}

/// The special tokens around a text or a pair of texts (`TemplateProcessing` of Hugging Face's tokenizers).
struct Template: Sendable, Equatable {
  enum Piece: Sendable, Equatable {
    case special(id: Int, type: Int)
    /// The first or the second text.
    case text(second: Bool, type: Int)
  }

  /// For one text: `[CLS] A [SEP]`.
  var single: [Piece]
  /// For two: `[CLS] A [SEP] B [SEP]`.
  var pair: [Piece]

  /// The texts alone.
  static let bare = Template(
    single: [.text(second: false, type: 0)], pair: [.text(second: false, type: 0), .text(second: true, type: 1)])

  /// BERT's, from the ids of its two special tokens.
  static func bert(classID: Int, separatorID: Int) -> Template {
    let single: [Piece] = [
      .special(id: classID, type: 0), .text(second: false, type: 0), .special(id: separatorID, type: 0),
    ]
    return Template(single: single, pair: single + [.text(second: true, type: 1), .special(id: separatorID, type: 1)])
  }

  /// Ids and their types for one or two texts.
  func fill(_ first: [Int], _ second: [Int]?) -> [(id: Int, type: Int)] {
    (second == nil ? single : pair).flatMap { piece in
      switch piece {
      case .special(let id, let type): [(id, type)]
      case .text(let isSecond, let type): (isSecond ? second ?? [] : first).map { ($0, type) }
      }
    }
  }

  /// How many tokens it adds.
  func specialCount(isPair: Bool) -> Int {
    (isPair ? pair : single).count { if case .special = $0 { true } else { false } }
  }
}
