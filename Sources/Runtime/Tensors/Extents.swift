// The sizes or the strides of a tensor's dimensions, without memory of their own while they are few.

/// A short list of integers, one for each dimension. Up to six lie in the value itself, so that small tensors cost one
/// allocation only, the elements'; a longer list lies in an array.
struct Extents: Sendable {
  static let room = 6
  private(set) var count = 0
  private var near = (0, 0, 0, 0, 0, 0)
  /// All of them, when there are more than `room`.
  private var far: [Int]?

  init() {}

  init(repeating value: Int, count: Int) {
    self.count = count
    if count > Extents.room {
      far = [Int](repeating: value, count: count)
    } else {
      near = (value, value, value, value, value, value)
    }
  }

  init(_ first: Int, _ second: Int) {
    count = 2
    near.0 = first
    near.1 = second
  }

  init(_ values: some Collection<Int>) {
    self.init(repeating: 0, count: values.count)
    withUnsafeMutableValues { mine in
      var i = 0
      for value in values {
        mine[i] = value
        i += 1
      }
    }
  }

  /// Lends the numbers; the pointer is valid inside `body` only.
  @inline(__always)
  func withUnsafeValues<R, E: Error>(_ body: (UnsafePointer<Int>) throws(E) -> R) throws(E) -> R {
    if let far { return try far.withUnsafeBufferPointer { (b) throws(E) in try body(b.baseAddress.unsafelyUnwrapped) } }
    return try withUnsafePointer(to: near) { (near) throws(E) in
      try near.withMemoryRebound(to: Int.self, capacity: Extents.room) { (p) throws(E) in try body(p) }
    }
  }

  @inline(__always)
  mutating func withUnsafeMutableValues(_ body: (UnsafeMutablePointer<Int>) -> Void) {
    if far != nil {
      far?.withUnsafeMutableBufferPointer { $0.baseAddress.map(body) }
    } else {
      withUnsafeMutablePointer(to: &near) { near in
        near.withMemoryRebound(to: Int.self, capacity: Extents.room) { body($0) }
      }
    }
  }

  /// The product of all; 1 when there are none.
  @inline(__always)
  var product: Int {
    withUnsafeValues { values in
      var product = 1
      for i in 0..<count { product &*= values[i] }
      return product
    }
  }

  /// Row-major strides of a tensor with these sizes.
  var contiguousStrides: Extents {
    var strides = self
    strides.withUnsafeMutableValues { values in
      var step = 1
      for d in stride(from: count - 1, through: 0, by: -1) {
        let size = values[d]
        values[d] = step
        step &*= Swift.max(size, 1)
      }
    }
    return strides
  }
}

extension Extents: RandomAccessCollection, MutableCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> Int {
    @inline(__always) get {
      precondition(index >= 0 && index < count, "a dimension outside the shape")
      return withUnsafeValues { $0[index] }
    }
    @inline(__always) set {
      precondition(index >= 0 && index < count, "a dimension outside the shape")
      withUnsafeMutableValues { $0[index] = newValue }
    }
  }

  /// Without the number at one place.
  func removing(at index: Int) -> Extents {
    guard count <= Extents.room else { return Extents(Array(self).removing(at: index)) }
    var result = self
    result.withUnsafeMutableValues { values in
      for i in index..<count - 1 { values[i] = values[i + 1] }
    }
    result.count -= 1
    return result
  }

  /// With one more number before the one at `index`.
  func inserting(_ value: Int, at index: Int) -> Extents {
    guard count < Extents.room else {
      var all = Array(self)
      all.insert(value, at: index)
      return Extents(all)
    }
    var result = self
    result.count += 1
    result.withUnsafeMutableValues { values in
      for i in stride(from: count, to: index, by: -1) { values[i] = values[i - 1] }
      values[index] = value
    }
    return result
  }
}

extension Extents: Hashable, ExpressibleByArrayLiteral {
  init(arrayLiteral elements: Int...) { self.init(elements) }

  @inline(__always)
  static func == (a: Extents, b: Extents) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeValues { x in
      b.withUnsafeValues { y in
        for i in 0..<a.count where x[i] != y[i] { return false }
        return true
      }
    }
  }

  func hash(into hasher: inout Hasher) { for value in self { hasher.combine(value) } }
}
