// A plot of numbers, drawn as SVG in the colour of the text around it.

/// A plot; ``plot(_:title:x:y:)`` makes one.
public struct Plot: Displayable, Equatable, Sendable {
  /// The sets of marks, drawn one over the other.
  public var series: [Series]
  /// What the plot shows, in a few words; it is drawn above and read out to who cannot see it.
  public var title: String
  /// The names of the axes, with units; empty for none.
  public var xLabel: String
  /// The name of the vertical axis, with its unit; empty for none.
  public var yLabel: String

  /// A plot of series that are there already; ``plot(_:title:x:y:)`` is shorter.
  public init(series: [Series], title: String, xLabel: String = "", yLabel: String = "") {
    self.series = series
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
  }

  public var mimeBundle: MIMEBundle {
    MIMEBundle(plain: ([title] + summaries).joined(separator: "\n"), svg: PlotDrawing(self).svg)
  }

  /// One sentence per series, for text output and for screen readers.
  var summaries: [String] {
    series.map { series in
      let name = series.name.isEmpty ? "" : " \"\(series.name)\""
      let finite = series.points.filter { $0.x.isFinite && $0.y.isFinite }
      guard let low = finite.map(\.y).min(), let high = finite.map(\.y).max(),
        let left = finite.map(\.x).min(), let right = finite.map(\.x).max()
      else { return "\(series.kind)\(name): nothing to show" }
      if !series.labels.isEmpty { return "\(series.kind)\(name): " + labelledValues(series) }
      return "\(series.kind)\(name): \(finite.count) values, x from \(text(left)) to \(text(right)), "
        + "y from \(text(low)) to \(text(high))"
    }
  }

  private func labelledValues(_ series: Series) -> String {
    zip(series.labels, series.y).map { "\($0) \(text($1))" }.joined(separator: ", ")
  }

  private func text(_ value: Double) -> String { value.significant(6) }
}

/// A plot of one or more series.
///
///     plot(.line(losses, name: "training"), .points(x: steps, checks, name: "held out"),
///       title: "Loss falls", x: "step", y: "loss")
///     plot(.histogram(model.parameters[0].tensor, bins: 30), title: "Weights")
///     plot(.bars(["float32": 989.7, "bfloat16": 494.8]), title: "Memory", y: "MB")
///
/// - Parameter title: Drawn above the plot, and its text alternative's beginning.
public func plot(_ series: Series..., title: String, x: String = "", y: String = "") -> Plot {
  Plot(series: series, title: title, xLabel: x, yLabel: y)
}
