// What a pickle of tensors is made of.

/// A value on the reader's stack. Containers are numbers of entries in `PickleHeap`, so that no depth of nesting can
/// exhaust the stack when they are given back, and a container that holds itself does no harm.
enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case tuple(Int)
  case list(Int)
  case dict(Int)
  /// A Python name, such as `torch._utils._rebuild_tensor_v2`; it is never looked up.
  case global(String)
  case storage(PickledStorage)
  case tensor(PickledTensor)

  var int: Int? { if case .int(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }

  /// For messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a bool"
    case .int, .float: "a number"
    case .string: "a text"
    case .tuple, .list: "a list"
    case .dict: "a dictionary"
    case .global(let name): name
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// A block of elements: a member of the archive, which tensors share.
struct PickledStorage {
  let key: String
  let typeName: String
}

/// A tensor as the pickle describes it, not checked yet. `dtypeName` is set where the storage is untyped.
struct PickledTensor {
  let storage: PickledStorage
  let dtypeName: String?
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// The containers of one pickle.
struct PickleHeap {
  private(set) var lists: [[PickleValue]] = []
  private(set) var dicts: [[(key: PickleValue, value: PickleValue)]] = []

  mutating func addList(_ values: [PickleValue]) -> Int {
    lists.append(values)
    return lists.count - 1
  }

  mutating func addDict() -> Int {
    dicts.append([])
    return dicts.count - 1
  }

  mutating func append(_ values: [PickleValue], toList list: Int) { lists[list] += values }

  mutating func append(_ pairs: [(key: PickleValue, value: PickleValue)], toDict dict: Int) { dicts[dict] += pairs }
}
