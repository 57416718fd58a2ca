// What a plot shows: lines, points, bars and histograms of numbers.

import Tensors

/// Numbers that can be plotted: arrays and ranges of numbers, and tensors, whose elements are taken row by row.
public protocol PlotValues {
  var plotValues: [Double] { get }
}

/// A number that can be plotted.
public protocol PlotNumber {
  var plotNumber: Double { get }
}

extension Int: PlotNumber { public var plotNumber: Double { Double(self) } }
extension Int32: PlotNumber { public var plotNumber: Double { Double(self) } }
extension Int64: PlotNumber { public var plotNumber: Double { Double(self) } }
extension UInt8: PlotNumber { public var plotNumber: Double { Double(self) } }
extension Double: PlotNumber { public var plotNumber: Double { self } }
extension Float: PlotNumber { public var plotNumber: Double { Double(self) } }
extension BFloat16: PlotNumber { public var plotNumber: Double { Double(self) } }
#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: PlotNumber { public var plotNumber: Double { Double(self) } }
#endif

extension Array: PlotValues where Element: PlotNumber {
  public var plotValues: [Double] { map(\.plotNumber) }
}

extension Range: PlotValues where Bound == Int {
  public var plotValues: [Double] { map(Double.init) }
}

extension ClosedRange: PlotValues where Bound == Int {
  public var plotValues: [Double] { map(Double.init) }
}

extension StrideTo: PlotValues where Element: PlotNumber {
  public var plotValues: [Double] { map(\.plotNumber) }
}

extension StrideThrough: PlotValues where Element: PlotNumber {
  public var plotValues: [Double] { map(\.plotNumber) }
}

/// One set of marks in a plot.
public struct Series: Equatable, Sendable {
  /// How the points are marked.
  public enum Kind: String, Sendable {
    case line, points, bars
  }

  /// How the points are marked.
  public var kind: Kind
  /// The name in the legend; empty for none.
  public var name: String
  /// The places along the horizontal axis.
  public var x: [Double]
  /// The values; one that is not finite is left out.
  public var y: [Double]
  /// The texts under the bars; empty where the axis shows numbers.
  public var labels: [String] = []
  /// The width of a bar in units of x.
  var barWidth = 0.8

  /// Points joined by a line; without `x` they stand at 0, 1, 2, …
  ///
  /// A point that is not finite interrupts the line.
  public static func line(x: (any PlotValues)? = nil, _ y: any PlotValues, name: String = "") -> Series {
    Series(.line, x: x, y: y, name: name)
  }

  /// Single points; without `x` they stand at 0, 1, 2, …
  public static func points(x: (any PlotValues)? = nil, _ y: any PlotValues, name: String = "") -> Series {
    Series(.points, x: x, y: y, name: name)
  }

  /// A bar for each value, with its label below.
  public static func bars(_ values: KeyValuePairs<String, any PlotNumber>, name: String = "") -> Series {
    var series = Series(.bars, x: nil, y: values.map(\.value.plotNumber), name: name)
    series.labels = values.map(\.key)
    return series
  }

  /// How many of the finite values lie in each of `bins` intervals of equal width; the last includes its upper end.
  public static func histogram(_ values: any PlotValues, bins: Int = 20, name: String = "") -> Series {
    let values = values.plotValues.filter(\.isFinite)
    let bins = Swift.max(1, Swift.min(bins, 500))
    let low = values.min() ?? 0
    let high = values.max() ?? 1
    let width = high > low ? high / Double(bins) - low / Double(bins) : 1 / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    for value in values { counts[bin(of: value / width - low / width, in: bins)] += 1 }
    var series = Series(.bars, x: (0..<bins).map { low + (Double($0) + 0.5) * width }, y: counts, name: name)
    series.barWidth = width
    return series
  }

  private static func bin(of position: Double, in bins: Int) -> Int {
    Int(exactly: position.rounded(.down)).map { Swift.max(0, Swift.min($0, bins - 1)) } ?? 0
  }

  private init(_ kind: Kind, x: (any PlotValues)?, y: any PlotValues, name: String) {
    self.kind = kind
    self.name = name
    self.y = y.plotValues
    self.x = x?.plotValues ?? self.y.indices.map(Double.init)
  }

  /// The points that have both coordinates, in order.
  var points: [(x: Double, y: Double)] {
    Array(zip(x, y)).map { (x: $0, y: $1) }
  }
}

extension Tensor: PlotValues {
  /// The elements row by row; none of a tensor that carries an error.
  public var plotValues: [Double] { (try? Array<Double>(self)) ?? [] }
}
