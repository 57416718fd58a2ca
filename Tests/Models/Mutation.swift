// Damage to files, the same every time.

/// Changes bytes of a file by a random stream with a seed.
struct Mutation {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The next number below a bound: xorshift64* of Vigna.
  mutating func next(below bound: Int) -> Int {
    state = state == 0 ? 0x9E37_79B9_7F4A_7C15 : state
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(bound, 1)
  }

  /// A file with one to four changes: a byte or a bit, a stretch removed, repeated, zeroed or taken from another file.
  /// The checksums of a PNG are put right afterwards, half of the time, or nothing would get past them.
  mutating func mutated(_ file: [UInt8], with others: [[UInt8]]) -> [UInt8] {
    var file = file
    for _ in 0...next(below: 4) where file.count > 8 { change(&file, with: others) }
    if next(below: 2) == 0 { correctPNGChecksums(in: &file) }
    return file
  }

  private mutating func change(_ file: inout [UInt8], with others: [[UInt8]]) {
    let start = next(below: file.count)
    let end = min(start + 1 + next(below: 32), file.count)
    switch next(below: 6) {
    case 0: file[start] = UInt8(next(below: 256))
    case 1: file[start] ^= 1 << UInt8(next(below: 8))
    case 2: file.removeSubrange(start..<end)
    case 3: file.insert(contentsOf: file[start..<end], at: next(below: file.count))
    case 4: for i in start..<end { file[i] = next(below: 2) == 0 ? 0 : 0xFF }
    default:
      let other = others[next(below: others.count)]
      file.replaceSubrange(start..<end, with: other.dropFirst(min(start, other.count)).prefix(end - start))
    }
  }
}

/// Writes the right checksum behind every chunk of a PNG, as far as its chunks go.
private func correctPNGChecksums(in file: inout [UInt8]) {
  guard file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return }
  var place = 8
  while place + 12 <= file.count {
    let size = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    guard place + 12 + size <= file.count else { return }
    let checksum = crc32(file[place + 4..<place + 8 + size])
    for i in 0..<4 { file[place + 8 + size + i] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * i)) }
    place += 12 + size
  }
}

/// The checksum of PNG's chunks (ISO 3309).
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(.max) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}
