// Beam search: several captions of each picture are followed at once, and the best of all that ended is kept.

import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A caption that has ended.
private struct Hypothesis {
  let ids: [Int]
  let score: Double
}

/// The best ended captions of one picture: as many as there are beams.
private struct Hypotheses {
  let settings: GenerationConfig
  let limit: Int
  /// In the order of their coming.
  private(set) var kept: [Hypothesis] = []
  var isDone = false

  init(settings: GenerationConfig, limit: Int) {
    (self.settings, self.limit) = (settings, limit)
  }

  /// - Parameter sum: The sum of the log-probabilities.
  mutating func add(_ ids: [Int], sum: Float) {
    kept.append(Hypothesis(ids: ids, score: score(sum, length: ids.count)))
    guard kept.count > settings.numBeams else { return }
    if let worst = kept.indices.min(by: { kept[$0].score < kept[$1].score }) { kept.remove(at: worst) }
  }

  /// Ends the search for this picture when the rule of early stopping says so.
  mutating func update(bestSum: Float, length: Int) {
    guard !isDone, kept.count == settings.numBeams, let worst = kept.map(\.score).min() else { return }
    switch settings.earlyStopping {
    case .whenEnough: isDone = true
    case .whenNoneCanImprove: isDone = worst >= score(bestSum, length: length)
    case .never: isDone = worst >= score(bestSum, length: settings.lengthPenalty > 0 ? limit : length)
    }
  }

  /// The best first; of equal ones the last to come, as in transformers.
  func best() -> [Hypothesis] {
    let order = kept.indices.sorted { kept[$0].score != kept[$1].score ? kept[$0].score > kept[$1].score : $0 > $1 }
    return order.prefix(settings.numReturnSequences).map { kept[$0] }
  }

  private func score(_ sum: Float, length: Int) -> Double {
    Double(sum) / pow(Double(length), settings.lengthPenalty)
  }
}

/// One of the best continuations of a picture's texts.
private struct Candidate {
  let token: Int
  /// Which of the picture's beams it continues.
  let beam: Int
  let sum: Float
}

/// Follows ``GenerationConfig/numBeams`` texts for each picture, as transformers 4.35 does.
struct BeamSearch {
  private var generator: TextGenerator
  private let settings: GenerationConfig
  private var pictures: [Hypotheses]
  /// The sum of log-probabilities of each text, those of a picture side by side.
  private var sums: [Float]

  init(_ generator: TextGenerator) {
    self.generator = generator
    settings = generator.settings
    pictures = generator.texts.map { [generator] _ in Hypotheses(settings: generator.settings, limit: generator.limit) }
    sums = []
  }

  /// The best captions of each picture, all filled up to the longest.
  mutating func search() throws -> GeneratedTexts {
    while generator.length < generator.limit && pictures.contains(where: { !$0.isDone }) { try step() }
    for index in pictures.indices where !pictures[index].isDone {
      for beam in beams(of: index) where beam < generator.texts.count {
        pictures[index].add(generator.texts[beam], sum: sums[beam])
      }
    }
    return filled(pictures.flatMap { $0.best() })
  }

  private func beams(of picture: Int) -> Range<Int> {
    picture * settings.numBeams..<(picture + 1) * settings.numBeams
  }

  private mutating func step() throws {
    let candidates = try candidates()
    var next: [(token: Int, text: Int, sum: Float)] = []
    for index in pictures.indices {
      next += pictures[index].isDone ? idle(index) : advance(index, candidates[index])
    }
    try generator.select(next.map(\.text))
    generator.append(next.map(\.token))
    sums = next.map(\.sum)
  }

  /// For each picture the best continuations of its texts, twice as many as beams, so that enough do not end.
  private mutating func candidates() throws -> [[Candidate]] {
    let scores = try generator.nextScores(logarithmic: true)
    let vocabulary = try scores.size(1)
    // At first a picture has one text, which all of its beams continue.
    let totals = sums.isEmpty ? scores : try scores + Tensor(sums).unsqueeze(1)
    let table = try totals.reshape([pictures.count, -1])
    let best = try table.topK(min(2 * settings.numBeams, table.size(1)))
    let (places, values) = (try [Int](best.indices), try [Float](best.values))
    let count = places.count / pictures.count
    return pictures.indices.map { picture in
      (picture * count..<(picture + 1) * count).map {
        Candidate(token: places[$0] % vocabulary, beam: places[$0] / vocabulary, sum: values[$0])
      }
    }
  }

  /// Keeps the captions that end, and the best that go on as the picture's next texts.
  private mutating func advance(_ picture: Int, _ candidates: [Candidate]) -> [(token: Int, text: Int, sum: Float)] {
    var next: [(token: Int, text: Int, sum: Float)] = []
    let first = sums.isEmpty ? picture : beams(of: picture).lowerBound
    for (rank, candidate) in candidates.enumerated() where next.count < settings.numBeams {
      if candidate.token != generator.endID {
        next.append((candidate.token, first + candidate.beam, candidate.sum))
      } else if rank < settings.numBeams {
        pictures[picture].add(generator.texts[first + candidate.beam], sum: candidate.sum)
      }
    }
    pictures[picture].update(bestSum: candidates.first?.sum ?? 0, length: generator.length + 1)
    return next
  }

  /// A picture whose search is over only keeps its place.
  private func idle(_ picture: Int) -> [(token: Int, text: Int, sum: Float)] {
    beams(of: picture).map { (generator.paddingID, $0, 0) }
  }

  private func filled(_ hypotheses: [Hypothesis]) -> GeneratedTexts {
    let longest = hypotheses.map(\.ids.count).max() ?? 0
    let length = min(longest + 1, generator.limit)
    let ids = hypotheses.map { hypothesis in
      let ended = hypothesis.ids + (hypothesis.ids.count < length ? [generator.endID] : [])
      return ended + [Int](repeating: generator.paddingID, count: max(length - ended.count, 0))
    }
    return GeneratedTexts(ids: ids, scores: hypotheses.map(\.score))
  }
}
