// The checksum of zip archives.

/// CRC-32 as in zip and PNG (ISO 3309, polynomial 0xEDB88320), eight bytes at a time.
///
/// Source: M. Kounavis and F. Berry, "A systematic approach to building high performance software-based CRC generators".
func crc32(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt32 {
  let bytes = UnsafeRawBufferPointer(rebasing: bytes)
  return tables.withUnsafeBufferPointer { table in
    var crc: UInt32 = 0xFFFF_FFFF
    var place = 0
    while place + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) ^ UInt64(crc)
      crc = 0
      for k in 0..<8 { crc ^= table[(7 - k) << 8 | Int(word >> (8 * UInt64(k)) & 0xFF)] }
      place += 8
    }
    while place < bytes.count {
      crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[place])) & 0xFF)]
      place += 1
    }
    return ~crc
  }
}

/// Eight tables of 256 numbers: of a byte followed by 0 to 7 bytes of zeros.
private let tables: [UInt32] = {
  var tables = [UInt32](repeating: 0, count: 8 * 256)
  for byte in 0..<256 {
    tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  for entry in 256..<tables.count {
    let shorter = tables[entry - 256]
    tables[entry] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
  }
  return tables
}()
