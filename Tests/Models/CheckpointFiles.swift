// Checkpoints made by hand, sound and unsound, for tests of the readers.

import Foundation

@testable import Models

/// A safetensors file of a header and the elements' bytes.
///
/// - Parameter size: What the file says of the header's size; its true one unless given.
func safeTensors(_ header: String, data: [UInt8] = [], size: UInt64? = nil) -> [UInt8] {
  safeTensors(Array(header.utf8), data: data, size: size)
}

func safeTensors(_ header: [UInt8], data: [UInt8] = [], size: UInt64? = nil) -> [UInt8] {
  little(size ?? UInt64(header.count)) + header + data
}

/// A number's bytes, lowest first.
func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian, Array.init)
}

/// A zip archive without compression, and the lies that it tells.
struct ZipFile {
  /// One member. What the directory says of it can be changed.
  struct Member {
    var name: String
    var data: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// Instead of the data's size.
    var size: UInt32?
    /// Instead of where it is.
    var offset: UInt32?
    /// Leaves the sizes to a record behind the data, as writers do that do not know them beforehand.
    var hasDataDescriptor = false
    /// Puts sizes and offset into the 64-bit field.
    var isLong = false
  }

  var members: [Member]
  /// Instead of the number of members.
  var count: UInt16?
  /// Puts the directory's place into a zip64 end record.
  var isLong = false

  var bytes: [UInt8] {
    var (file, directory) = ([UInt8](), [UInt8]())
    for member in members {
      directory += entry(member, at: UInt32(file.count))
      file += local(member) + member.data
      if member.hasDataDescriptor { file += little(UInt32(0x0807_4B50)) + sizes(member, hidden: false) }
    }
    return file + directory + end(directoryStart: file.count, size: directory.count)
  }

  /// Checksum (which no reader here looks at, for it would have to read everything), packed size and size.
  private func sizes(_ member: Member, hidden: Bool) -> [UInt8] {
    let size = hidden ? 0 : member.size ?? UInt32(member.data.count)
    return little(UInt32(0)) + little(size) + little(size)
  }

  private func local(_ member: Member) -> [UInt8] {
    let flags = member.flags | (member.hasDataDescriptor ? 8 : 0)
    return little(UInt32(0x0403_4B50)) + little(UInt16(20)) + little(flags) + little(member.method) + little(UInt32(0))
      + sizes(member, hidden: member.hasDataDescriptor) + little(UInt16(member.name.utf8.count)) + little(UInt16(0))
      + Array(member.name.utf8)
  }

  private func entry(_ member: Member, at offset: UInt32) -> [UInt8] {
    let place = member.offset ?? offset
    let size = UInt64(member.size ?? UInt32(member.data.count))
    let extra =
      member.isLong ? little(UInt16(1)) + little(UInt16(24)) + little(size) + little(size) + little(UInt64(place)) : []
    let numbers =
      member.isLong ? little(UInt32(0)) + little(UInt32.max) + little(UInt32.max) : sizes(member, hidden: false)
    return little(UInt32(0x0201_4B50)) + little(UInt32(0x0014_0014)) + little(member.flags) + little(member.method)
      + little(UInt32(0)) + numbers + little(UInt16(member.name.utf8.count)) + little(UInt16(extra.count))
      + [UInt8](repeating: 0, count: 10) + little(member.isLong ? UInt32.max : place) + Array(member.name.utf8) + extra
  }

  private func end(directoryStart: Int, size: Int) -> [UInt8] {
    let number = count ?? UInt16(members.count)
    let long =
      little(UInt32(0x0606_4B50)) + little(UInt64(44)) + [UInt8](repeating: 0, count: 12) + little(UInt64(number))
      + little(UInt64(number)) + little(UInt64(size)) + little(UInt64(directoryStart))
    let locator =
      little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(UInt64(directoryStart + size)) + little(UInt32(1))
    let short =
      little(UInt32(0x0605_4B50)) + little(UInt32(0)) + little(isLong ? UInt16.max : number)
      + little(isLong ? UInt16.max : number) + little(UInt32(size))
      + little(isLong ? UInt32.max : UInt32(directoryStart)) + little(UInt16(0))
    return isLong ? long + locator + short : short
  }
}

/// Parts of pickles (Python's Lib/pickletools.py), put together byte by byte.
enum Pickle {
  /// A whole pickle that leaves one value.
  static func file(_ value: [UInt8]) -> [UInt8] { [0x80, 2] + value + Array(".".utf8) }

  static func text(_ text: String) -> [UInt8] { Array("X".utf8) + little(UInt32(text.utf8.count)) + Array(text.utf8) }
  static func number(_ value: Int) -> [UInt8] { [0x8A, 8] + little(Int64(value)) }
  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }
  static func tuple(_ values: [[UInt8]]) -> [UInt8] { Array("(".utf8) + values.joined() + Array("t".utf8) }
  static func call(_ function: [UInt8], _ arguments: [UInt8]...) -> [UInt8] {
    function + tuple(arguments) + Array("R".utf8)
  }

  static func dict(_ pairs: [([UInt8], [UInt8])]) -> [UInt8] {
    Array("}(".utf8) + pairs.flatMap { $0 + $1 } + Array("u".utf8)
  }

  /// A tensor of float32 as PyTorch describes it.
  static func tensor(shape: [Int], strides: [Int], offset: Int = 0, storage: String = "FloatStorage", key: String = "0")
    -> [UInt8]
  {
    let id = tuple([text("storage"), global("torch", storage), text(key), text("cpu"), number(4)])
    return call(
      global("torch._utils", "_rebuild_tensor_v2"), id + Array("Q".utf8), number(offset), tuple(shape.map(number)),
      tuple(strides.map(number)), [0x89], call(global("collections", "OrderedDict")))
  }
}

/// What `torch.save` makes: an archive with this pickle and one storage of 16 bytes, which hold 1, 2, 3, 4 in float32.
func pickledCheckpoint(_ pickle: [UInt8]) -> ZipFile {
  let elements = [1, 2, 3, 4].flatMap { little(Float($0).bitPattern) }
  return ZipFile(members: [.init(name: "m/data.pkl", data: pickle), .init(name: "m/data/0", data: elements)])
}

/// Opens a checkpoint of these bytes and reads all of its tensors.
@discardableResult
func readCheckpoint(_ file: [UInt8]) throws -> Checkpoint {
  try withTemporaryFolder { try readCheckpoint(file, writtenTo: $0 + "/file") }
}

@discardableResult
func readCheckpoint(_ file: [UInt8], writtenTo path: String) throws -> Checkpoint {
  try Data(file).write(to: URL(filePath: path))
  let checkpoint = try Checkpoint(contentsOf: path)
  for (_, tensor) in try checkpoint.stateDict() { _ = try tensor.sum() }
  return checkpoint
}
