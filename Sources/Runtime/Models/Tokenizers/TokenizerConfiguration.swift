// What `tokenizer_config.json` says beside a vocabulary.

/// The settings of `tokenizer_config.json` that BERT's tokenizer has; nil where the file is silent.
struct TokenizerConfiguration {
  var lowercases: Bool?
  var stripsAccents: Bool?
  var separatesIdeographs: Bool?
  /// The spellings of the special tokens, with BERT's where the file names none.
  var padding = "[PAD]"
  var unknown = "[UNK]"
  var start = "[CLS]"
  var separator = "[SEP]"
  var mask = "[MASK]"

  init(_ json: JSONValue = .null) {
    lowercases = json["do_lower_case"]?.bool
    stripsAccents = json["strip_accents"]?.bool
    separatesIdeographs = json["tokenize_chinese_chars"]?.bool
    padding = Self.spelling(json["pad_token"]) ?? padding
    unknown = Self.spelling(json["unk_token"]) ?? unknown
    start = Self.spelling(json["cls_token"]) ?? start
    separator = Self.spelling(json["sep_token"]) ?? separator
    mask = Self.spelling(json["mask_token"]) ?? mask
  }

  /// The special tokens, `[MASK]` among them.
  var specialTokens: [String] { [padding, unknown, start, separator, mask] }

  /// The settings laid over those of a `tokenizer.json`, or over BERT's own.
  func applied(to normalizer: BertNormalizer) -> BertNormalizer {
    var normalizer = normalizer
    normalizer.lowercases = lowercases ?? normalizer.lowercases
    normalizer.stripsAccents = stripsAccents ?? normalizer.stripsAccents
    normalizer.separatesIdeographs = separatesIdeographs ?? normalizer.separatesIdeographs
    return normalizer
  }

  /// A token is written as a string, or as an object with its `content`.
  private static func spelling(_ value: JSONValue?) -> String? { value?.string ?? value?["content"]?.string }
}
