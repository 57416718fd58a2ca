// The BERT tokenizer against Hugging Face's.

import Foundation
import Models
import Tensors
import Testing

private struct Cases: Decodable {
  struct Text: Decodable {
    let text: String
    let ids: [Int]
    let tokens: [String]
    let decoded: String
    let decodedSkipSpecial: String
    let decodedNoCleanup: String
    let idsWithoutSpecial: [Int]
  }
  struct Pair: Decodable {
    let text: String
    let pair: String
    let ids: [Int]
    let tokenTypeIds: [Int]
    let attentionMask: [Int]
  }
  struct Padded: Decodable {
    let ids: [Int]
    let attentionMask: [Int]
  }
  struct Truncation: Decodable {
    let text: String
    let maxLength: Int
    let ids: [Int]
    let paddedTo12: Padded
  }
  struct Batch: Decodable {
    let texts: [String]
    let ids: [[Int]]
    let attentionMask: [[Int]]
  }
  struct Decoding: Decodable {
    let ids: [Int]
    let decoded: String
    let decodedSkipSpecial: String
    let decodedNoCleanup: String
  }
  let cases: [Text]
  let pairs: [Pair]
  let truncation: [Truncation]
  let batchPadding: Batch
  let decode: [Decoding]
}

private let cases = Result {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(Cases.self, from: Data(referenceBytes("tokenizer-cases.json")))
}

private func path(_ file: String) -> String { referenceFolder.appending(path: "bert-base-uncased/\(file)").path }

/// One tokenizer from each kind of file; both must do the same.
private let tokenizers = [
  "tokenizer.json": Result { try BertTokenizer(contentsOf: path("tokenizer.json")) },
  "vocab.txt": Result { try BertTokenizer(contentsOf: path("vocab.txt")) },
]
private let files = ["tokenizer.json", "vocab.txt"]

private func tokenizer(_ file: String) throws -> BertTokenizer { try #require(tokenizers[file]).get() }

/// Equal character by character; Swift's strings take é for e and U+0301.
private func same(_ a: String, _ b: String) -> Bool { a.unicodeScalars.elementsEqual(b.unicodeScalars) }

@Test(arguments: files) func textsEncodeAndDecode(file: String) throws {
  let tokenizer = try tokenizer(file)
  let cases = try cases.get().cases
  #expect(cases.count == 405)
  for example in cases {
    let encoding = try tokenizer.encode(example.text)
    #expect(encoding.ids == example.ids, "\(example.text)")
    #expect(zip(encoding.tokens, example.tokens).allSatisfy(same) && encoding.tokens.count == example.tokens.count)
    #expect(try tokenizer.encode(example.text, addingSpecialTokens: false).ids == example.idsWithoutSpecial)
    #expect(same(tokenizer.decode(example.ids), example.decoded), "\(example.text)")
    #expect(
      same(tokenizer.decode(example.ids, skippingSpecialTokens: true), example.decodedSkipSpecial), "\(example.text)")
    let asIs = tokenizer.decode(example.ids, skippingSpecialTokens: true, cleaningUpSpaces: false)
    #expect(same(asIs, example.decodedNoCleanup), "\(example.text)")
  }
}

@Test(arguments: files) func listsOfIDsDecode(file: String) throws {
  let tokenizer = try tokenizer(file)
  for example in try cases.get().decode {
    #expect(same(tokenizer.decode(example.ids), example.decoded))
    #expect(same(tokenizer.decode(example.ids, skippingSpecialTokens: true), example.decodedSkipSpecial))
    #expect(same(tokenizer.decode(example.ids, cleaningUpSpaces: false), example.decodedNoCleanup))
  }
  let row = try Tensor([101, 1037, 3861, 102], dtype: .int64)
  #expect(try tokenizer.decode(row, skippingSpecialTokens: true) == "a picture")
  #expect(throws: TokenizerError.notARowOfIDs(shape: [1, 4], dtype: "int64")) {
    try tokenizer.decode(try row.reshape([1, 4]))
  }
}

@Test(arguments: files) func pairsLengthsAndBatches(file: String) throws {
  let (tokenizer, cases) = (try tokenizer(file), try cases.get())
  for example in cases.pairs {
    let encoding = try tokenizer.encode(example.text, pair: example.pair)
    #expect(encoding.ids == example.ids)
    #expect(encoding.typeIDs == example.tokenTypeIds)
    #expect(encoding.attentionMask == example.attentionMask)
  }
  for example in cases.truncation {
    #expect(try tokenizer.encode(example.text, maxLength: example.maxLength).ids == example.ids)
    let padded = try tokenizer.encode(example.text, maxLength: 12, paddedTo: 12)
    #expect(padded.ids == example.paddedTo12.ids)
    #expect(padded.attentionMask == example.paddedTo12.attentionMask)
  }
  let batch = try tokenizer.encode(cases.batchPadding.texts)
  #expect(batch.map(\.ids) == cases.batchPadding.ids)
  #expect(batch.map(\.attentionMask) == cases.batchPadding.attentionMask)
}

/// Lengths of two texts after truncation; figures from tokenizers 0.15.2 with the strategy `longest_first`.
@Test(arguments: [
  (3, 7, 8, 2, 3), (7, 3, 8, 3, 2), (2, 9, 8, 2, 3), (9, 2, 8, 3, 2), (6, 6, 10, 3, 4), (7, 6, 10, 4, 3),
  (6, 7, 11, 4, 4),
  (5, 5, 3, 0, 0), (1, 5, 4, 0, 1), (5, 1, 4, 1, 0), (5, 0, 5, 2, 0),
])
func pairsAreCutEvenly(first: Int, second: Int, maxLength: Int, firstKept: Int, secondKept: Int) throws {
  func text(_ count: Int) -> String { Array(repeating: "dog", count: count).joined(separator: " ") }
  let encoding = try tokenizer("vocab.txt").encode(text(first), pair: text(second), maxLength: maxLength)
  #expect(encoding.typeIDs == Array(repeating: 0, count: firstKept + 2) + Array(repeating: 1, count: secondKept + 1))
}

@Test func aLengthBelowTheSpecialTokensIsAnError() throws {
  let tokenizer = try tokenizer("vocab.txt")
  #expect(throws: TokenizerError.lengthTooSmall(maxLength: 1, specialTokens: 2)) {
    try tokenizer.encode("a", maxLength: 1)
  }
  #expect(throws: TokenizerError.lengthTooSmall(maxLength: -5, specialTokens: 3)) {
    try tokenizer.encode("a", pair: "b", maxLength: -5)
  }
}
