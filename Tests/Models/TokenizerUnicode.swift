// BERT's normalisation against Hugging Face's, over all of Unicode.

import Foundation
import Testing

@testable import Models

/// A line of `unicode.txt`: a range of code points and what they become between a and b; 0 stands for the code point
/// itself.
private struct Outcome {
  let codes: ClosedRange<UInt32>
  let becomes: [UInt32]

  init?(_ line: Substring) {
    let parts = line.split(separator: " ")
    let ends = parts.first?.split(separator: "-").compactMap { UInt32($0, radix: 16) } ?? []
    guard ends.count == 2 else { return nil }
    codes = ends[0]...ends[1]
    becomes = parts.count == 1 ? [] : parts[1].split(separator: ",").map { UInt32($0, radix: 16) ?? 0 }
  }

  /// All of a short range; of a long one both ends and some in between.
  var samples: [UInt32] {
    if codes.count < 4096 { return Array(codes) }
    return codes.prefix(64) + Array(stride(from: codes.lowerBound, to: codes.upperBound, by: 211)) + codes.suffix(64)
  }
}

@Test func everyCodePointIsNormalisedAsTheReferenceDoes() throws {
  let text = try String(contentsOf: referenceFolder.appending(path: "unicode.txt"), encoding: .utf8)
  let outcomes = text.split(separator: "\n").compactMap(Outcome.init)
  #expect(outcomes.count > 3000)
  let normalizer = BertNormalizer()
  for outcome in outcomes {
    let wrong = outcome.samples.compactMap(Unicode.Scalar.init).filter { scalar in
      let words = normalizer.words(of: normalizer.normalize(["a", scalar, "b"]))
      let found = words.map { $0.map(\.value) }.joined(separator: [0x20])
      return !found.elementsEqual([0x61] + outcome.becomes.map { $0 == 0 ? scalar.value : $0 } + [0x62])
    }
    #expect(wrong.isEmpty, "\(outcome)")
  }
}

/// Three marks in the wrong order: below (class 220) comes before above (230), and marks of one class keep their order.
@Test func marksComeInCanonicalOrder() {
  #expect(CanonicalDecomposition.of(["a", "\u{301}", "\u{323}", "\u{300}"]) == ["a", "\u{323}", "\u{301}", "\u{300}"])
  #expect(CanonicalDecomposition.of(["\u{1E69}"]) == ["s", "\u{323}", "\u{307}"])
  #expect(CanonicalDecomposition.of(["\u{D55C}"]) == ["\u{1112}", "\u{1161}", "\u{11AB}"])
}
