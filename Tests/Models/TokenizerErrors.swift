// Tokenizer files that cannot be used: an error that says why, never a crash.

import Foundation
import Testing

@testable import Models

private let tiny = Result { try String(decoding: referenceBytes("tiny/tokenizer.json"), as: UTF8.self) }

private func load(_ text: String) throws -> BertTokenizer {
  try BertTokenizer(TokenizerFile(Array(text.utf8), path: "tokenizer.json"), TokenizerConfiguration())
}

@Test(arguments: [
  (
    "\"BertNormalizer\"", "\"Lowercase\"",
    TokenizerError.unsupported(file: "tokenizer.json", found: "normalizer Lowercase")
  ),
  ("\"BertPreTokenizer\"", "\"ByteLevel\"", .unsupported(file: "tokenizer.json", found: "pre_tokenizer ByteLevel")),
  (
    "\"type\": \"WordPiece\",\n    \"unk", "\"type\": \"BPE\",\n    \"unk",
    .unsupported(file: "tokenizer.json", found: "model BPE")
  ),
  ("\"TemplateProcessing\"", "\"ByteLevel\"", .unsupported(file: "tokenizer.json", found: "post_processor ByteLevel")),
  ("\"lstrip\": false", "\"lstrip\": true", .unsupported(file: "tokenizer.json", found: "lstrip for the token [PAD]")),
  ("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"<unk>\"", .missingToken("<unk>", file: "tokenizer.json")),
  (
    "\"b\": 12", "\"b\": -12",
    .malformed(file: "tokenizer.json", reason: "the id of token \"b\" is not a whole number")
  ),
  ("\"model\"", "\"modal\"", .malformed(file: "tokenizer.json", reason: "model is missing")),
])
func otherTokenizersAreRefused(part: String, by replacement: String, error: TokenizerError) throws {
  let text = try tiny.get()
  let changed = text.replacingOccurrences(of: part, with: replacement)
  #expect(changed != text)
  #expect(throws: error) { try load(changed) }
}

@Test func foldersWithoutATokenizerAreNamed() throws {
  try withTemporaryFolder { folder in
    #expect(throws: TokenizerError.notFound(folder: folder)) { try BertTokenizer.fromPretrained(folder) }
    try Data("[PAD]\n[UNK]\n[CLS]\n".utf8).write(to: URL(filePath: folder + "/vocab.txt"))
    #expect(throws: TokenizerError.missingToken("[SEP]", file: folder + "/vocab.txt")) {
      try BertTokenizer.fromPretrained(folder)
    }
    try Data([0x61, 0x0A, 0xFF, 0x0A]).write(to: URL(filePath: folder + "/vocab.txt"))
    #expect(throws: TokenizerError.malformed(file: folder + "/vocab.txt", reason: "line 2 is not UTF-8")) {
      try BertTokenizer.fromPretrained(folder)
    }
  }
}

/// Settings beside a vocabulary: letters keep their case and accents, and the special tokens have other names.
@Test func settingsOfAVocabularyAreFollowed() throws {
  try withTemporaryFolder { folder in
    let lines = ["<pad>", "<unk>", "<s>", "</s>", "Caf\u{E9}", "caf\u{E9}", "cafe", "##s"]
    try Data(lines.joined(separator: "\r\n").utf8).write(to: URL(filePath: folder + "/vocab.txt"))
    let settings = """
      {"do_lower_case": false, "pad_token": "<pad>", "unk_token": {"content": "<unk>", "lstrip": false},
       "cls_token": "<s>", "sep_token": "</s>", "mask_token": null}
      """
    try Data(settings.utf8).write(to: URL(filePath: folder + "/tokenizer_config.json"))
    let tokenizer = try BertTokenizer.fromPretrained(folder)
    #expect(try tokenizer.encode("Caf\u{E9}s caf\u{E9} CAFE </s>").ids == [2, 4, 7, 5, 1, 3, 3])
    #expect(tokenizer.decode([2, 4, 7, 5, 3], skippingSpecialTokens: true) == "Caf\u{E9}s caf\u{E9}")
    #expect(tokenizer.specialIDs.padding == 0 && tokenizer.vocabularySize == 8)
  }
}

@Test func changedTokenizerFilesDoNoHarm() throws {
  let file = try referenceBytes("tiny/tokenizer.json")
  let rounds = ProcessInfo.processInfo.environment["LESSON_FUZZ"].flatMap { Int($0) } ?? 500
  var mutation = Mutation(seed: 7)
  for _ in 0..<rounds {
    let text = mutation.mutated(file, with: [file])
    do {
      let tokenizer = try BertTokenizer(TokenizerFile(text, path: "tokenizer.json"), TokenizerConfiguration())
      let encoding = try tokenizer.encode(
        "a picture of the caf\u{E9} [MASK]", pair: "two dogs", maxLength: 9, paddedTo: 12)
      #expect(encoding.ids.count >= 12)
      _ = tokenizer.decode(encoding.ids)
    } catch {}  // a TokenizerError: nothing else can be thrown
  }
}

@Test(arguments: [
  ("null", JSONValue.null), (" [1, -2.5e2,\ttrue] ", .array([.number(1), .number(-250), .bool(true)])),
  (
    "{\"a\": {}, \"a\": []}",
    .object([JSONMember(key: "a", value: .object([])), JSONMember(key: "a", value: .array([]))])
  ),
  ("\"\\ud83d\\ude42\\n\\u00e9\\/\"", .string("\u{1F642}\n\u{E9}/")),
])
func jsonIsRead(text: String, value: JSONValue) throws {
  #expect(try JSONValue(parsing: Array(text.utf8)) == value)
}

@Test(arguments: [
  ("", "the text ends early", 0), ("[1,]", "an unexpected character", 3), ("{\"a\" 1}", "a colon is missing", 5),
  ("01", "an unexpected character", 2), ("1.", "a digit is missing", 2), ("\"\\ud83d\"", "half of a surrogate pair", 7),
  ("\"a\nb\"", "a control character", 2), ("[] []", "more text after the value", 3), ("nul", "an unknown word", 0),
  ("\"\\x\"", "an unknown escape", 3), ("-", "an unexpected character", 1),
])
func whatIsNotJSONIsRefused(text: String, reason: String, offset: Int) {
  #expect(throws: JSONProblem(reason: reason, offset: offset)) { try JSONValue(parsing: Array(text.utf8)) }
}

@Test func deepJSONIsRefused() {
  let text = String(repeating: "[", count: 100_000)
  #expect(throws: JSONProblem(reason: "more than 256 levels", offset: 256)) { try JSONValue(parsing: Array(text.utf8)) }
}
