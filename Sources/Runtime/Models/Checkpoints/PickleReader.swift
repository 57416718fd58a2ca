// A reader of pickles that hold tensors, numbers, texts and containers of them, and nothing else.
// Opcodes: Python's Lib/pickletools.py. Nothing that a pickle names is ever called: the few names that PyTorch uses to
// put tensors together are recognised, and any other is an error.

/// Runs the stack machine of the pickle format over one member of an archive.
struct PickleReader {
  private(set) var heap = PickleHeap()

  private var reader: ByteReader
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private let path: String

  init(_ file: MappedFile, within range: Range<Int>) {
    path = file.path
    reader = ByteReader(file, within: file.bytes[range])
  }

  /// The value that the pickle describes.
  ///
  /// - Throws: ``ModelError/malformed(file:reason:)``; ``ModelError/forbiddenPickle(file:global:)``.
  mutating func read() throws(ModelError) -> PickleValue {
    while true {
      let opcode = try reader.next(UInt8.self)
      if opcode == UInt8(ascii: ".") { return try pop() }
      try run(opcode)
    }
  }

  private func malformed(_ reason: String) -> ModelError {
    .malformed(file: path, reason: "its pickle \(reason)")
  }

  // MARK: Opcodes

  private mutating func run(_ opcode: UInt8) throws(ModelError) {
    switch opcode {
    case 0x80:  // PROTO
      let version = try reader.next(UInt8.self)
      guard (2...5).contains(version) else { throw malformed("has the unknown version \(version)") }
    case 0x95: try reader.skip(8)  // FRAME
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "N"), 0x88, 0x89:
      stack.append(opcode == 0x88 ? .bool(true) : opcode == 0x89 ? .bool(false) : .none)
    case UInt8(ascii: "J"), UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "G"), 0x8A:
      stack.append(try number(opcode))
    case UInt8(ascii: "X"), 0x8C, UInt8(ascii: "U"), UInt8(ascii: "T"): stack.append(try text(opcode))
    case UInt8(ascii: ")"), 0x85, 0x86, 0x87, UInt8(ascii: "t"): try makeTuple(opcode)
    case UInt8(ascii: "]"): stack.append(.list(heap.addList([])))
    case UInt8(ascii: "}"): stack.append(.dict(heap.addDict()))
    case UInt8(ascii: "a"), UInt8(ascii: "e"):
      try extendList(opcode == UInt8(ascii: "a") ? [try pop()] : try popToMark())
    case UInt8(ascii: "s"), UInt8(ascii: "u"):
      try extendDict(opcode == UInt8(ascii: "s") ? try popTwo() : try popToMark())
    case UInt8(ascii: "q"), UInt8(ascii: "r"), 0x94, UInt8(ascii: "h"), UInt8(ascii: "j"): try useMemo(opcode)
    case UInt8(ascii: "c"): stack.append(.global(try reader.line() + "." + reader.line()))
    case 0x93:  // STACK_GLOBAL
      let names = try popTwo().compactMap(\.string)
      guard names.count == 2 else { throw malformed("names something that is not a text") }
      stack.append(.global("\(names[0]).\(names[1])"))
    case UInt8(ascii: "Q"): stack.append(.storage(try storage(try pop())))
    case UInt8(ascii: "R"): try reduce()
    case UInt8(ascii: "b"): try build()
    default: throw malformed("has the opcode 0x\(String(opcode, radix: 16)), which tensors do not need")
    }
  }

  private mutating func number(_ opcode: UInt8) throws(ModelError) -> PickleValue {
    switch opcode {
    case UInt8(ascii: "J"): return .int(Int(try reader.next(Int32.self)))
    case UInt8(ascii: "K"): return .int(Int(try reader.next(UInt8.self)))
    case UInt8(ascii: "M"): return .int(Int(try reader.next(UInt16.self)))
    case UInt8(ascii: "G"): return .float(Double(bitPattern: try reader.next(UInt64.self).byteSwapped))
    default: break
    }
    // LONG1: a count of bytes, then two's complement, lowest byte first.
    let bytes = Array(try reader.bytes(Int(try reader.next(UInt8.self))))
    guard bytes.count <= 8 else { throw malformed("has a number of \(bytes.count) bytes") }
    let sign: UInt64 = (bytes.last ?? 0) & 0x80 == 0 || bytes.count == 8 ? 0 : ~0 << (8 * UInt64(bytes.count))
    return .int(Int(bitPattern: UInt(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } | sign)))
  }

  private mutating func text(_ opcode: UInt8) throws(ModelError) -> PickleValue {
    let isShort = opcode == 0x8C || opcode == UInt8(ascii: "U")
    let count = isShort ? Int(try reader.next(UInt8.self)) : Int(try reader.next(UInt32.self))
    guard let text = String(validating: try reader.bytes(count), as: UTF8.self) else {
      throw malformed("has a text that is not UTF-8")
    }
    return .string(text)
  }

  private mutating func makeTuple(_ opcode: UInt8) throws(ModelError) {
    let values: [PickleValue]
    switch opcode {
    case UInt8(ascii: ")"): values = []
    case UInt8(ascii: "t"): values = try popToMark()
    default:
      let count = Int(opcode) - 0x84
      guard stack.count - (marks.last ?? 0) >= count else { throw malformed("takes more values than it has") }
      values = Array(stack.suffix(count))
      stack.removeLast(count)
    }
    stack.append(.tuple(heap.addList(values)))
  }

  private mutating func extendList(_ values: [PickleValue]) throws(ModelError) {
    guard case .list(let list) = stack.last else { throw malformed("appends to something that is not a list") }
    heap.append(values, toList: list)
  }

  private mutating func extendDict(_ values: [PickleValue]) throws(ModelError) {
    guard case .dict(let dict) = stack.last, values.count % 2 == 0 else {
      throw malformed("sets items of something that is not a dictionary")
    }
    heap.append(stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }, toDict: dict)
  }

  private mutating func useMemo(_ opcode: UInt8) throws(ModelError) {
    let isStoring = opcode == 0x94 || opcode == UInt8(ascii: "q") || opcode == UInt8(ascii: "r")
    let key =
      switch opcode {
      case 0x94: memo.count
      case UInt8(ascii: "q"), UInt8(ascii: "h"): Int(try reader.next(UInt8.self))
      default: Int(try reader.next(UInt32.self))
      }
    guard let value = isStoring ? stack.last : memo[key] else { throw malformed("uses a value that it does not have") }
    if isStoring { memo[key] = value } else { stack.append(value) }
  }

  // MARK: The stack

  private mutating func pop() throws(ModelError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw malformed("takes more values than it has")
    }
    return value
  }

  private mutating func popTwo() throws(ModelError) -> [PickleValue] {
    let second = try pop()
    return [try pop(), second]
  }

  private mutating func popToMark() throws(ModelError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("takes more values than it has") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  // MARK: PyTorch's objects

  /// The parts of a tuple.
  private func parts(_ value: PickleValue) throws(ModelError) -> [PickleValue] {
    guard case .tuple(let tuple) = value else { throw malformed("has \(value.kind) where a tuple belongs") }
    return heap.lists[tuple]
  }

  /// A persistent id: ("storage", the class, the member's name, the device, the count of elements).
  private func storage(_ id: PickleValue) throws(ModelError) -> PickledStorage {
    let parts = try parts(id)
    guard parts.count == 5, parts[0].string == "storage", case .global(let type) = parts[1], let key = parts[2].string
    else {
      throw malformed("refers to something that is not a storage")
    }
    guard type.hasPrefix("torch."), type.hasSuffix("Storage") else { throw .forbiddenPickle(file: path, global: type) }
    return PickledStorage(key: key, typeName: String(type.split(separator: ".").last ?? ""))
  }

  /// A call, which is done here if it is one of those that make tensors.
  private mutating func reduce() throws(ModelError) {
    let arguments = try parts(try pop())
    guard case .global(let name) = try pop() else { throw malformed("calls something that has no name") }
    switch name {
    case "collections.OrderedDict":
      guard arguments.isEmpty else { throw malformed("makes a dictionary in an unknown way") }
      stack.append(.dict(heap.addDict()))
    case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3":
      stack.append(.tensor(try tensor(arguments, hasDType: name.hasSuffix("3"))))
    case "torch._utils._rebuild_parameter":
      guard case .tensor = arguments.first else {
        throw malformed("makes a parameter of something that is not a tensor")
      }
      stack.append(arguments[0])
    default: throw .forbiddenPickle(file: path, global: name)
    }
  }

  /// Arguments: storage, offset, shape, strides, requires_grad, hooks, and in version 3 the dtype.
  private func tensor(_ arguments: [PickleValue], hasDType: Bool) throws(ModelError) -> PickledTensor {
    guard arguments.count >= (hasDType ? 7 : 4), case .storage(let storage) = arguments[0],
      let offset = arguments[1].int
    else { throw malformed("describes a tensor in an unknown way") }
    let (shape, strides) = (try parts(arguments[2]), try parts(arguments[3]))
    let sizes = (shape.compactMap(\.int), strides.compactMap(\.int))
    guard sizes.0.count == shape.count, sizes.1.count == strides.count else {
      throw malformed("has a shape that is not made of numbers")
    }
    var dtypeName: String?
    if hasDType {
      guard case .global(let name) = arguments[6], name.hasPrefix("torch.") else {
        throw malformed("has a tensor without a dtype")
      }
      dtypeName = name
    }
    return PickledTensor(storage: storage, dtypeName: dtypeName, offset: offset, shape: sizes.0, strides: sizes.1)
  }

  /// The attributes of a dictionary (PyTorch keeps its modules' versions there) are left out.
  private mutating func build() throws(ModelError) {
    guard case .dict = try pop(), case .dict = stack.last else {
      throw malformed("sets attributes of something that is not a dictionary")
    }
  }
}
