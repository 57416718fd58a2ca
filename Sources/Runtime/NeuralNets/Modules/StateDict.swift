// The tensors of a module by name, in order: what a checkpoint holds.

import Tensors

/// Tensors by name, in a fixed order.
///
/// For example:
///
///     var state = model.stateDict()
///     state["head.bias"] = try Tensor.zeros([3])
///     try model.load(stateDict: state)
public struct StateDict: ExpressibleByDictionaryLiteral, Sequence {
  /// A name and its tensor.
  public typealias Element = (key: String, tensor: Tensor)

  private var entries: [Element] = []
  private var positions: [String: Int] = [:]

  /// Without entries.
  public init() {}

  /// The last of several tensors with one name wins, in the place of the first.
  public init(dictionaryLiteral elements: (String, Tensor)...) {
    for (key, tensor) in elements { self[key] = tensor }
  }

  /// The tensor of a name; nil when there is none, and setting nil removes it.
  public subscript(key: String) -> Tensor? {
    get { positions[key].map { entries[$0].tensor } }
    set {
      switch (positions[key], newValue) {
      case (let position?, let tensor?): entries[position].tensor = tensor
      case (nil, let tensor?): append(key, tensor)
      case (let position?, nil): remove(at: position)
      case (nil, nil): break
      }
    }
  }

  /// The names in order.
  public var keys: [String] { entries.map(\.key) }

  /// The number of tensors.
  public var count: Int { entries.count }

  public func makeIterator() -> IndexingIterator<[Element]> { entries.makeIterator() }

  private mutating func append(_ key: String, _ tensor: Tensor) {
    positions[key] = entries.count
    entries.append((key, tensor))
  }

  private mutating func remove(at position: Int) {
    entries.remove(at: position)
    positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
  }
}
