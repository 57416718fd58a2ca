// The table of contents of a zip archive whose members are stored without compression, as PyTorch writes them.
// Format: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3 (zip64).

/// Where each member of a mapped archive lies.
struct ZipArchive {
  /// The members' names in the order of the central directory.
  private(set) var names: [String] = []
  private var members: [String: Member] = [:]
  private let file: MappedFile

  private struct Member {
    var method: UInt16
    var flags: UInt16
    var size: UInt64
    var packedSize: UInt64
    var headerOffset: UInt64
  }

  /// Whether a file begins as an archive does.
  static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && bytes.prefix(4).elementsEqual([0x50, 0x4B, 3, 4])
  }

  init(_ file: MappedFile) throws(ModelError) {
    self.file = file
    let end = try findEnd()
    var reader = ByteReader(file, at: end.start)
    for _ in 0..<end.count { try readMember(&reader) }
  }

  /// The bytes of a member within the file; nil when there is none of that name.
  ///
  /// - Throws: ``ModelError/malformed(file:reason:)`` when it is compressed, encrypted or reaches out of the file.
  func range(of name: String) throws(ModelError) -> Range<Int>? {
    guard let member = members[name] else { return nil }
    guard member.method == 0, member.flags & 1 == 0, member.size == member.packedSize else {
      throw malformed("the archive's member \(name) is compressed or encrypted, which PyTorch never writes")
    }
    var reader = ByteReader(file, at: member.headerOffset)
    guard try reader.next(UInt32.self) == 0x0403_4B50 else {
      throw malformed("the archive's member \(name) is not where it should be")
    }
    try reader.skip(22)
    let nameLength = try reader.next(UInt16.self)
    let extraLength = try reader.next(UInt16.self)
    try reader.skip(UInt64(nameLength) + UInt64(extraLength))
    let start = reader.place
    try reader.skip(member.size)
    return start..<reader.place
  }

  private func malformed(_ reason: String) -> ModelError { .malformed(file: file.path, reason: reason) }

  /// The end record lies at the file's end, before a comment of at most 65,535 bytes.
  private func findEnd() throws(ModelError) -> (start: UInt64, count: UInt64) {
    let bytes = file.bytes
    let last = bytes.count - 22
    let signature: [UInt8] = [0x50, 0x4B, 5, 6]
    for place in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where bytes[place] == 0x50 && bytes[place..<place + 4].elementsEqual(signature) {
      return try readEnd(at: place)
    }
    throw malformed("the archive's table of contents is missing: the file is cut off")
  }

  private func readEnd(at place: Int) throws(ModelError) -> (start: UInt64, count: UInt64) {
    var reader = ByteReader(file, at: UInt64(place) + 10)
    let count = try reader.next(UInt16.self)
    try reader.skip(4)
    let start = try reader.next(UInt32.self)
    guard count == 0xFFFF || start == 0xFFFF_FFFF, place >= 20 else { return (UInt64(start), UInt64(count)) }
    // The zip64 locator stands right before the end record, and tells where the zip64 end record is.
    var locator = ByteReader(file, at: UInt64(place) - 20)
    guard try locator.next(UInt32.self) == 0x0706_4B50 else { return (UInt64(start), UInt64(count)) }
    try locator.skip(4)
    var end = ByteReader(file, at: try locator.next(UInt64.self))
    guard try end.next(UInt32.self) == 0x0606_4B50 else { throw malformed("the archive's zip64 record is missing") }
    try end.skip(28)
    let longCount = try end.next(UInt64.self)
    try end.skip(8)
    return (try end.next(UInt64.self), longCount)
  }

  private mutating func readMember(_ reader: inout ByteReader) throws(ModelError) {
    guard try reader.next(UInt32.self) == 0x0201_4B50 else {
      throw malformed("the archive's table of contents is damaged")
    }
    try reader.skip(4)
    let (flags, method) = (try reader.next(UInt16.self), try reader.next(UInt16.self))
    try reader.skip(8)
    let (packed, size) = (try reader.next(UInt32.self), try reader.next(UInt32.self))
    let nameLength = try reader.next(UInt16.self)
    let (extraLength, commentLength) = (try reader.next(UInt16.self), try reader.next(UInt16.self))
    try reader.skip(8)
    let offset = try reader.next(UInt32.self)
    let name = String(decoding: try reader.bytes(Int(nameLength)), as: UTF8.self)
    var member = Member(
      method: method, flags: flags, size: UInt64(size), packedSize: UInt64(packed), headerOffset: UInt64(offset))
    try readExtra(try reader.bytes(Int(extraLength)), into: &member)
    try reader.skip(UInt64(commentLength))
    guard members.updateValue(member, forKey: name) == nil else {
      throw malformed("the archive has two members \(name)")
    }
    names.append(name)
  }

  /// The zip64 field holds, in this order, those numbers that did not fit into 32 bits.
  private func readExtra(_ extra: Slice<UnsafeRawBufferPointer>, into member: inout Member) throws(ModelError) {
    var reader = ByteReader(file, within: extra)
    while reader.left >= 4 {
      let (id, length) = (try reader.next(UInt16.self), try reader.next(UInt16.self))
      guard id == 1 else {
        try reader.skip(UInt64(length))
        continue
      }
      if member.size == 0xFFFF_FFFF { member.size = try reader.next(UInt64.self) }
      if member.packedSize == 0xFFFF_FFFF { member.packedSize = try reader.next(UInt64.self) }
      if member.headerOffset == 0xFFFF_FFFF { member.headerOffset = try reader.next(UInt64.self) }
      return
    }
  }
}
