// The checksums that name blobs: SHA-256 of large files, and git's SHA-1 of small ones.

import Foundation

/// A checksum in the making.
protocol BlockHash {
  init()
  /// Takes one block of 64 bytes into account.
  mutating func add(block: UnsafeRawPointer)
  /// The state as it is written, 32-bit words with the most significant byte first.
  var words: [UInt32] { get }
}

/// Feeds a hash function of the SHA family with bytes of any number. Source: FIPS 180-4.
struct Hasher64<Hash: BlockHash> {
  private var hash = Hash()
  private var rest: [UInt8] = []
  private var count: UInt64 = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    count += UInt64(bytes.count)
    var bytes = bytes[...]
    if !rest.isEmpty {
      let taken = bytes.prefix(64 - rest.count)
      rest += taken
      bytes = bytes.dropFirst(taken.count)
      guard rest.count == 64 else { return }
      rest.withUnsafeBytes { hash.add(block: $0.baseAddress!) }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = bytes.count / 64
    let base = UnsafeRawBufferPointer(rebasing: bytes).baseAddress
    for block in 0..<whole { hash.add(block: base! + block * 64) }
    rest += bytes.dropFirst(whole * 64)
  }

  /// The checksum in hexadecimal: after all bytes come a one bit, zeros, and their number of bits.
  func finish() -> String {
    var copy = self
    let zeros = (119 - Int(count % 64)) % 64
    var end = [0x80] + [UInt8](repeating: 0, count: zeros)
    withUnsafeBytes(of: (count * 8).bigEndian) { end += $0 }
    end.withUnsafeBytes { copy.add($0) }
    return copy.hash.words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}

/// The checksum of a file, of the kind that its name on the hub tells.
enum FileChecksum {
  case sha256(Hasher64<SHA256>)
  case sha1(Hasher64<SHA1>)
  /// The name is no checksum that can be computed, as some mirrors have it.
  case none

  /// - Parameter size: Of the whole file: git's checksum begins with it.
  init(namedLike etag: String, size: Int) {
    let isHex = etag.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    switch (isHex, etag.utf8.count) {
    case (true, 64): self = .sha256(Hasher64())
    case (true, 40):
      var hash = Hasher64<SHA1>()
      Array("blob \(size)\0".utf8).withUnsafeBytes { hash.add($0) }
      self = .sha1(hash)
    default: self = .none
    }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .sha256(var hash):
      self = .none
      hash.add(bytes)
      self = .sha256(hash)
    case .sha1(var hash):
      self = .none
      hash.add(bytes)
      self = .sha1(hash)
    case .none: break
    }
  }

  /// In hexadecimal; nil where there is none.
  var text: String? {
    switch self {
    case .sha256(let hash): hash.finish()
    case .sha1(let hash): hash.finish()
    case .none: nil
    }
  }
}
