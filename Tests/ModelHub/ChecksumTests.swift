// The checksums against those of the system's programs.

import Foundation
import LoopbackHub
import Testing

@testable import ModelFetcher

@Suite struct ChecksumTests {
  /// Around the ends of blocks, where padding takes one block more.
  @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 100_003]) func agreesWithTheSystem(count: Int) throws
  {
    let bytes = noise(count)
    for pieces in [1, 3, 7] {
      var large = FileChecksum(namedLike: String(repeating: "0", count: 64), size: count)
      var small = FileChecksum(namedLike: String(repeating: "0", count: 40), size: count)
      let length = max(1, count / pieces)
      for start in stride(from: 0, to: count, by: length) {
        bytes[start..<min(start + length, count)].withUnsafeBytes {
          large.add($0)
          small.add($0)
        }
      }
      #expect(try large.text == checksum("sha256sum", of: bytes))
      #expect(try small.text == gitChecksum(of: bytes))
    }
  }

  @Test func otherNamesAreNoChecksums() {
    #expect(FileChecksum(namedLike: "686897696a7c876b7e", size: 3).text == nil)
    #expect(FileChecksum(namedLike: String(repeating: "g", count: 64), size: 3).text == nil)
  }
}
