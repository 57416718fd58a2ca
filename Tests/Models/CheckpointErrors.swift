// Checkpoints that are damaged, or that lie: an error that says what is wrong, never a crash and never much memory.

import Foundation
import NeuralNets
import Tensors
import Testing

@testable import Models

/// What reading a file says, without the name of the file; nil when it can be read.
private func complaint(_ file: [UInt8]) throws -> String? {
  do {
    try readCheckpoint(file)
    return nil
  } catch let error as ModelError {
    let text = "\(error)"
    return text.contains("models-tests-") ? text.replacing(/\/[^ ]*models-tests-[^ ]*\/file/, with: "FILE") : text
  }
}

private func entry(_ dtype: String = "F32", shape: String = "[2]", offsets: String = "[0, 8]") -> String {
  "{\"dtype\": \"\(dtype)\", \"shape\": \(shape), \"data_offsets\": \(offsets)}"
}

private let eight = [UInt8](repeating: 0, count: 8)

/// A file and what is said of it.
struct UnsoundFile: Sendable, CustomTestStringConvertible {
  let file: [UInt8]
  let reason: String
  var testDescription: String { reason }

  init(_ file: [UInt8], _ reason: String) { (self.file, self.reason) = (file, reason) }
}

// MARK: Safetensors

private let unsoundSafeTensors = [
  UnsoundFile([], "it has 0 bytes, and the size of the header alone takes 8"),
  UnsoundFile([1, 2, 3], "it has 3 bytes, and the size of the header alone takes 8"),
  UnsoundFile(safeTensors("{}", size: 100), "its header should have 100 bytes, but 2 follow"),
  UnsoundFile(
    safeTensors("{}", size: 100_000_001),
    "its header should have 100000001 bytes, more than the 100000000 that are allowed"),
  UnsoundFile(
    safeTensors("{}", size: .max),
    "its header should have 18446744073709551615 bytes, more than the 100000000 that are allowed"),
  UnsoundFile(safeTensors(""), "its header does not begin with {"),
  UnsoundFile(safeTensors("[]"), "its header does not begin with {"),
  UnsoundFile(safeTensors(" {}"), "its header does not begin with {"),
  UnsoundFile(safeTensors("{"), "of its header, it is not JSON: a key is missing at byte 1"),
  UnsoundFile(
    safeTensors([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
    "of its header, it is not JSON: text that is not UTF-8 at byte 4"),
  UnsoundFile(
    safeTensors("{\"a\": " + String(repeating: "[", count: 5000)),
    "of its header, it is not JSON: more than 256 levels at byte 261"),
  UnsoundFile(safeTensors("{\"a\": 1}"), "tensor \"a\" has no dtype"),
  UnsoundFile(safeTensors("{\"a\": \(entry("F31"))}", data: eight), "tensor \"a\" has the unknown dtype \"F31\""),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(shape: "[-2]"))}", data: eight), "tensor \"a\" has no shape of whole numbers"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(shape: "[1.5]"))}", data: eight), "tensor \"a\" has no shape of whole numbers"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(shape: "[4294967296, 4294967296]"))}", data: eight),
    "tensor \"a\" has the shape [4294967296, 4294967296], which no memory could hold"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(shape: "[1e300]"))}", data: eight), "tensor \"a\" has no shape of whole numbers"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(offsets: "[0]"))}", data: eight),
    "tensor \"a\" has no data_offsets from a begin to an end"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(offsets: "[8, 0]"))}", data: eight),
    "tensor \"a\" has no data_offsets from a begin to an end"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(offsets: "[-8, 0]"))}", data: eight),
    "tensor \"a\" has no data_offsets from a begin to an end"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(offsets: "[0, 4]"))}", data: eight),
    "tensor \"a\" of shape [2] and dtype F32 takes 8 bytes, but its offsets leave 4"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry())}", data: [0, 0, 0]),
    "tensor \"a\" ends at byte 8 of the data, of which the file has 3"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry()), \"b\": \(entry(offsets: "[4, 12]"))}", data: eight + eight),
    "tensor \"b\" overlaps the tensor before it"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry()), \"b\": \(entry())}", data: eight), "tensor \"b\" overlaps the tensor before it"),
  UnsoundFile(
    safeTensors("{\"a\": \(entry(offsets: "[8, 16]"))}", data: eight + eight),
    "tensor \"a\" leaves 8 unused bytes before it"),
  UnsoundFile(safeTensors("{\"a\": \(entry())}", data: eight + eight), "8 bytes after the last tensor belong to none"),
  UnsoundFile(safeTensors("{\"a\": \(entry()), \"a\": \(entry())}", data: eight), "tensor \"a\" is there twice"),
  UnsoundFile(safeTensors("{\"__metadata__\": []}"), "__metadata__ is not an object"),
  UnsoundFile(safeTensors("{\"__metadata__\": {\"n\": 1}}"), "__metadata__ has \"n\", which is not a text"),
]

@Test(arguments: unsoundSafeTensors) func unsoundSafeTensorsAreNamed(example: UnsoundFile) throws {
  #expect(
    try complaint(example.file) == "FILE is not a sound checkpoint: \(example.reason). Fetch or save the file again.")
}

@Test func typesThatTensorsCannotHaveAreNamed() throws {
  let file = safeTensors("{\"z\": \(entry("C64", shape: "[1]"))}", data: eight)
  #expect(
    try complaint(file) == "FILE: tensor \"z\" is of type C64, which this runtime cannot hold; save it in another type."
  )
}

/// Cut after any number of bytes.
@Test(arguments: ["tiny/vocab.txt", "tiny/config.json"]) func otherFilesAreNoCheckpoints(file: String) throws {
  #expect(try complaint(referenceBytes(file)) != nil)
}

@Test func aCutFileIsAnError() throws {
  let file = try referenceBytes("tiny/model.safetensors")
  for count in stride(from: 0, to: file.count, by: 4999) {
    #expect(try complaint(Array(file.prefix(count))) != nil, "\(count)")
  }
}

@Test func whatIsNoFileIsNamed() throws {
  try withTemporaryFolder { folder in
    #expect(throws: ModelError.noCheckpoint(folder: folder, lookedFor: Checkpoint.fileNames)) {
      try Checkpoint(contentsOf: folder)
    }
    #expect(throws: ModelError.unreadable(file: folder + "/x.bin", reason: "No such file or directory")) {
      try Checkpoint(contentsOf: folder + "/x.bin")
    }
    #expect(mkfifo(folder + "/pipe", 0o600) == 0)
    #expect(throws: ModelError.unreadable(file: folder + "/pipe", reason: "it is not a file")) {
      try Checkpoint(contentsOf: folder + "/pipe")
    }
  }
}

// MARK: Indexes

@Test(arguments: [
  ("{", "it is not JSON: a key is missing at byte 1"), ("{}", "it has no weight_map"), ("[]", "it has no weight_map"),
  ("{\"weight_map\": {\"a\": 1}}", "for \"a\" it does not name a file beside it"),
  ("{\"weight_map\": {\"a\": \"../../etc/passwd\"}}", "for \"a\" it does not name a file beside it"),
  ("{\"weight_map\": {\"a\": \"/dev/zero.bin\"}}", "for \"a\" it does not name a file beside it"),
])
func unsoundIndexesAreNamed(text: String, reason: String) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model.safetensors.index.json"
    try Data(text.utf8).write(to: URL(filePath: path))
    #expect(throws: ModelError.malformed(file: path, reason: reason)) { try Checkpoint(contentsOf: folder) }
  }
}

@Test func indexesMustFitTheirFiles() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model.safetensors.index.json"
    let shard: StateDict = ["a": try Tensor.zeros([1])]
    try shard.save(to: folder + "/s.safetensors")
    try Data("{\"weight_map\": {\"a\": \"s.safetensors\", \"b\": \"s.safetensors\"}}".utf8).write(
      to: URL(filePath: path))
    #expect(
      throws: ModelError.malformedTensor(
        file: path, key: "b", reason: "should be in s.safetensors, which does not have it")
    ) {
      try Checkpoint(contentsOf: folder)
    }
    try Data("{\"weight_map\": {\"a\": \"s.safetensors\", \"a\": \"s.safetensors\"}}".utf8).write(
      to: URL(filePath: path))
    #expect(throws: ModelError.malformedTensor(file: path, key: "a", reason: "is there twice")) {
      try Checkpoint(contentsOf: folder)
    }
  }
}

// MARK: Pickles

private func tensorFile(_ tensor: [UInt8]) -> [UInt8] {
  pickledCheckpoint(Pickle.file(Pickle.dict([(Pickle.text("w"), tensor)]))).bytes
}

private func pickleFile(_ value: [UInt8]) -> [UInt8] { pickledCheckpoint(Pickle.file(value)).bytes }

private func changed(_ change: (inout ZipFile) -> Void) -> [UInt8] {
  var file = pickledCheckpoint(Pickle.file(Pickle.dict([(Pickle.text("w"), Pickle.tensor(shape: [4], strides: [1]))])))
  change(&file)
  return file.bytes
}

private let unsoundPickles = [
  // The archive.
  UnsoundFile([0x50, 0x4B, 3, 4], "the archive's table of contents is missing: the file is cut off"),
  UnsoundFile(
    changed { $0.members[0].name = "m/other" }, "it is a zip archive, but not one of PyTorch's: there is no data.pkl"),
  UnsoundFile(
    changed { $0.members[0].method = 8 },
    "the archive's member m/data.pkl is compressed or encrypted, which PyTorch never writes"),
  UnsoundFile(
    changed { $0.members[1].flags = 1 },
    "the archive's member m/data/0 is compressed or encrypted, which PyTorch never writes"),
  UnsoundFile(changed { $0.members[1].offset = 5 }, "the archive's member m/data/0 is not where it should be"),
  UnsoundFile(changed { $0.members[1].offset = 0xFFFF_0000 }, "it is cut off"),
  UnsoundFile(changed { $0.members[1].size = 0x7FFF_FFFF }, "it is cut off"),
  UnsoundFile(changed { $0.members[1].name = "m/data.pkl" }, "the archive has two members m/data.pkl"),
  UnsoundFile(changed { $0.count = 9 }, "the archive's table of contents is damaged"),
  UnsoundFile(
    changed { $0.members.append(.init(name: "m/byteorder", data: Array("big".utf8))) },
    "its numbers are not little-endian"),
  // Tensors.
  UnsoundFile(tensorFile(Pickle.tensor(shape: [5], strides: [1])), "tensor \"w\" reaches out of its storage"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [1], strides: [1], offset: 4)), "tensor \"w\" reaches out of its storage"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [2, 2], strides: [.max, 1])), "tensor \"w\" reaches out of its storage"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [2], strides: [-1], offset: 1)),
    "tensor \"w\" has the shape [2] and the strides [-1], which do not go together"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [2], strides: [1], offset: -1)),
    "tensor \"w\" has the shape [2] and the strides [1], which do not go together"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [-2], strides: [1])),
    "tensor \"w\" has the shape [-2] and the strides [1], which do not go together"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [2, 2], strides: [1])),
    "tensor \"w\" has the shape [2, 2] and the strides [1], which do not go together"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [.max, 4], strides: [0, 0])),
    "tensor \"w\" has the shape [9223372036854775807, 4] and the strides [0, 0], which do not go together"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [1 << 40], strides: [0])),
    "tensor \"w\" has 1099511627776 elements, more than the file has bytes"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [4], strides: [1], key: "7")),
    "tensor \"w\" has its elements in the archive's member data/7, which is missing"),
  UnsoundFile(
    tensorFile(Pickle.tensor(shape: [4], strides: [1], key: "../data.pkl")),
    "tensor \"w\" has its elements in the archive's member data/../data.pkl, which is missing"),
  UnsoundFile(tensorFile(Pickle.number(3)), "tensor \"w\" is a number, not a tensor"),
  UnsoundFile(pickleFile(Pickle.tensor(shape: [4], strides: [1])), "it holds a tensor, not a state dict"),
  UnsoundFile(pickleFile(Pickle.dict([(Pickle.number(1), Pickle.number(2))])), "a key of its state dict is a number"),
  // The stack machine.
  UnsoundFile(pickledCheckpoint([]).bytes, "it is cut off"),
  UnsoundFile(pickledCheckpoint([0x80, 9]).bytes, "its pickle has the unknown version 9"),
  UnsoundFile(pickleFile([]), "its pickle takes more values than it has"),
  UnsoundFile(pickleFile(Array("(0".utf8)), "its pickle takes more values than it has"),
  UnsoundFile(pickleFile(Array("t".utf8)), "its pickle takes more values than it has"),
  UnsoundFile(pickleFile(Array("K\u{1}K\u{2}a".utf8)), "its pickle appends to something that is not a list"),
  UnsoundFile(
    pickleFile(Array("K\u{1}K\u{2}K\u{3}s".utf8)), "its pickle sets items of something that is not a dictionary"),
  UnsoundFile(pickleFile(Array("h\u{7}".utf8)), "its pickle uses a value that it does not have"),
  UnsoundFile(pickleFile(Array("X".utf8) + [0xFF, 0xFF, 0xFF, 0xFF]), "it is cut off"),
  UnsoundFile(pickleFile(Array("X".utf8) + [1, 0, 0, 0, 0xFF]), "its pickle has a text that is not UTF-8"),
  UnsoundFile(pickleFile([0x8A, 9] + [UInt8](repeating: 1, count: 9)), "its pickle has a number of 9 bytes"),
  UnsoundFile(pickleFile(Array("I7\n".utf8)), "its pickle has the opcode 0x49, which tensors do not need"),
  UnsoundFile(pickleFile(Array("NQ".utf8)), "its pickle has None where a tuple belongs"),
  UnsoundFile(pickleFile(Array("(NNNNNtQ".utf8)), "its pickle refers to something that is not a storage"),
  UnsoundFile(pickleFile(Array("N)R".utf8)), "its pickle calls something that has no name"),
  UnsoundFile(
    pickleFile(Pickle.call(Pickle.global("torch._utils", "_rebuild_tensor_v2"))),
    "its pickle describes a tensor in an unknown way"),
]

@Test(arguments: unsoundPickles) func unsoundPicklesAreNamed(example: UnsoundFile) throws {
  #expect(
    try complaint(example.file) == "FILE is not a sound checkpoint: \(example.reason). Fetch or save the file again.")
}

/// What a pickle asks to be run is named and not run, wherever it stands.
@Test(arguments: [
  ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("subprocess", "Popen"),
  ("torch", "load"), ("torch.hub", "load"), ("torch.storage", "_load_from_bytes"), ("torch._utils", "_rebuild_tensor"),
  ("numpy.core.multiarray", "_reconstruct"), ("collections", "OrderedDict2"), ("", ""),
])
func aPickleRunsNothing(module: String, name: String) throws {
  let call = Pickle.call(Pickle.global(module, name), Pickle.text("touch /tmp/pwned"))
  for value in [call, Pickle.dict([(Pickle.text("w"), call)]), Pickle.tuple([call])] {
    let text = try complaint(pickleFile(value))
    #expect(text?.hasPrefix("FILE asks to run \(module).\(name), and was not read further: only tensors") == true)
  }
  // By the opcode of later versions, which takes the names from the stack; an object made without a call is refused as well.
  let later = Pickle.text(module) + Pickle.text(name) + [0x93]
  #expect(try complaint(pickleFile(later + Array(")R".utf8)))?.contains("asks to run \(module).\(name)") == true)
  #expect(try complaint(pickleFile(later + Array(")\u{81}".utf8))) != nil)
}

@Test func storagesOfOtherModulesAreRefused() throws {
  let id = Pickle.tuple([
    Pickle.text("storage"), Pickle.global("evil", "FloatStorage"), Pickle.text("0"), Pickle.text("cpu"),
    Pickle.number(4),
  ])
  #expect(try complaint(pickleFile(id + Array("Q".utf8)))?.contains("asks to run evil.FloatStorage") == true)
}

/// Opcodes that, one after the other, would exhaust a reader that follows them: a million nested tuples, a list that holds itself,
/// doublings by memo (2^100000 elements), a million marks, memo places far apart.
@Test func bombsDoNotGoOff() throws {
  let million = 1_000_000
  let nested = Pickle.file(Array("N".utf8) + [UInt8](repeating: 0x85, count: million))
  let itself = Pickle.file(Array("]q\u{0}h\u{0}a".utf8))
  let doublings = Pickle.file(
    Array(")".utf8) + (0..<100_000).flatMap { _ in Array("q\u{0}h\u{0}".utf8) + [0x86] })
  let marks = Pickle.file([UInt8](repeating: UInt8(ascii: "("), count: million) + Array("N".utf8))
  let places = Pickle.file(Array("N".utf8) + (0..<10_000).flatMap { Array("r".utf8) + little(UInt32($0) &* 400_009) })
  for pickle in [nested, itself, doublings, places] {
    #expect(try complaint(pickledCheckpoint(pickle).bytes)?.contains("not a state dict") == true)
  }
  #expect(try complaint(pickledCheckpoint(marks).bytes)?.contains("not a state dict") == true)
}

// MARK: Chance

/// Changed bytes give tensors or a ``ModelError``. See `changedFilesDoNoHarm` of the pictures for running it longer.
@Test func changedCheckpointsDoNoHarm() throws {
  let rounds = ProcessInfo.processInfo.environment["LESSON_FUZZ"].flatMap { Int($0) } ?? 600
  let tensors = Pickle.dict([
    (Pickle.text("a"), Pickle.tensor(shape: [2, 2], strides: [1, 2])),
    (Pickle.text("b"), Pickle.tensor(shape: [4], strides: [1], storage: "IntStorage")),
  ])
  let header =
    "{\"__metadata__\": {\"format\": \"pt\"}, \"a\": \(entry()), \"b\": \(entry("BOOL", shape: "[2, 4]", offsets: "[8, 16]"))}"
  var long = pickledCheckpoint(Pickle.file(tensors))
  (long.isLong, long.members[1].isLong) = (true, true)
  let corpus = [
    safeTensors(header, data: eight + [1, 0, 2, 0, 3, 0, 4, 0]), pickledCheckpoint(Pickle.file(tensors)).bytes,
    long.bytes,
  ]
  var mutation = Mutation(seed: 11)
  var sound = 0
  try withTemporaryFolder { folder in
    for round in 0..<rounds {
      let file = mutation.mutated(corpus[round % corpus.count], with: corpus)
      do {
        try readCheckpoint(file, writtenTo: folder + "/file")
        sound += 1
      } catch is ModelError {
      } catch is TensorError {}
    }
  }
  #expect(sound > 0 && sound < rounds)
}
