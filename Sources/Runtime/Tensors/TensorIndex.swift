// What may stand between a tensor's brackets.

/// One index: an `Int`, a range, a tensor of places or a mask, or one of `.all`, `.ellipsis`, `.newAxis`,
/// `.slice(_:_:by:)`.
public protocol TensorIndexable {
  var tensorIndex: TensorIndex { get }
}

/// An index in its general form.
public enum TensorIndex: TensorIndexable, Sendable {
  /// One place; the dimension disappears.
  case place(Int)
  /// A slice with Python's rules: negative bounds count from the end, bounds past the end are cut.
  case span(from: Int?, to: Int?, by: Int)
  /// A new dimension of size 1.
  case axis
  /// As many whole dimensions as are left.
  case rest
  /// Places (integers) or a mask (bool).
  indirect case tensor(Tensor)

  public var tensorIndex: TensorIndex { self }
}

extension TensorIndexable where Self == TensorIndex {
  /// The whole dimension, Python's `:`.
  public static var all: TensorIndex { .span(from: nil, to: nil, by: 1) }
  /// As many whole dimensions as are left, Python's `...`.
  public static var ellipsis: TensorIndex { .rest }
  /// A new dimension of size 1, Python's `None`.
  public static var newAxis: TensorIndex { .axis }
  /// Python's `from:to:by`; negative bounds count from the end: `.slice(1, -1)`, `.slice(by: 2)`.
  public static func slice(_ from: Int? = nil, _ to: Int? = nil, by step: Int = 1) -> TensorIndex {
    .span(from: from, to: to, by: step)
  }
}

extension Int: TensorIndexable {
  public var tensorIndex: TensorIndex { .place(self) }
}

extension Range: TensorIndexable where Bound == Int {
  public var tensorIndex: TensorIndex { .span(from: lowerBound, to: upperBound, by: 1) }
}

extension ClosedRange: TensorIndexable where Bound == Int {
  // `-2...-1` runs to the end, where the bound one past it would be 0.
  public var tensorIndex: TensorIndex { .span(from: lowerBound, to: upperBound == -1 ? nil : upperBound &+ 1, by: 1) }
}

extension PartialRangeFrom: TensorIndexable where Bound == Int {
  public var tensorIndex: TensorIndex { .span(from: lowerBound, to: nil, by: 1) }
}

extension PartialRangeUpTo: TensorIndexable where Bound == Int {
  public var tensorIndex: TensorIndex { .span(from: nil, to: upperBound, by: 1) }
}

extension PartialRangeThrough: TensorIndexable where Bound == Int {
  public var tensorIndex: TensorIndex { .span(from: nil, to: upperBound == -1 ? nil : upperBound &+ 1, by: 1) }
}

extension Tensor: TensorIndexable {
  public var tensorIndex: TensorIndex { .tensor(self) }
}
