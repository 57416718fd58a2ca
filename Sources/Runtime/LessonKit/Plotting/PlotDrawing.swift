// The SVG of a plot: frame, ticks, marks, legend. Sizes are in SVG's user units; the page scales the whole.

/// A plot with its axes fixed.
struct PlotDrawing {
  private let plot: Plot
  private let xAxis: Axis
  private let yAxis: Axis

  private let width = 640.0
  private let left = 64.0
  private let right = 16.0
  private let plotHeight = 260.0
  private var top: Double { 36 + Double(legendNames.count) * 18 }
  private var bottom: Double { plot.xLabel.isEmpty ? 30 : 50 }
  private var height: Double { top + plotHeight + bottom }
  private var plotWidth: Double { width - left - right }

  init(_ plot: Plot) {
    self.plot = plot
    let bars = plot.series.filter { $0.kind == .bars }
    let labels = plot.series.map(\.labels).max { $0.count < $1.count } ?? []
    let edges = bars.flatMap { bar in bar.x.flatMap { [$0 - bar.barWidth / 2, $0 + bar.barWidth / 2] } }
    xAxis = labels.isEmpty ? Axis(covering: plot.series.flatMap(\.x) + edges) : Axis(labels: labels)
    yAxis = Axis(covering: plot.series.flatMap(\.y), includingZero: !bars.isEmpty)
  }

  /// The whole element, with a title and a description for who cannot see it.
  var svg: String {
    let description =
      element("title", escaped(plot.title)) + element("desc", escaped(plot.summaries.joined(separator: "; ")))
    let heading = text(width / 2, 20, plot.title, class: "lk-plot-title", anchor: "middle")
    let marks = plot.series.enumerated().map { self.marks($1, index: $0) }.joined()
    let size =
      "viewBox=\"0 0 \(number(width)) \(number(height))\" width=\"\(number(width))\" height=\"\(number(height))\""
    let attributes = "xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\" fill=\"currentColor\" font-size=\"12\""
    return element("svg", class: "lk-plot", attributes: attributes, description + heading + legend + axes + marks)
  }

  // MARK: Places

  private func px(_ x: Double) -> Double { left + xAxis.position(of: x) * plotWidth }
  private func py(_ y: Double) -> Double { top + (1 - yAxis.position(of: y)) * plotHeight }

  // MARK: Axes

  private var axes: String {
    let xTicks = zip(xAxis.ticks, xAxis.labels).map { tick, label in
      text(px(tick), top + plotHeight + 18, label, class: "lk-tick", anchor: "middle")
    }
    let yTicks = zip(yAxis.ticks, yAxis.labels).map { tick, label in
      line(left, py(tick), left + plotWidth, py(tick), class: "lk-grid", opacity: 0.15)
        + text(left - 8, py(tick) + 4, label, class: "lk-tick", anchor: "end")
    }
    let frame =
      line(left, top, left, top + plotHeight, class: "lk-axis", opacity: 0.6)
      + line(
        left, py(max(yAxis.low, min(0, yAxis.high))), left + plotWidth, py(max(yAxis.low, min(0, yAxis.high))),
        class: "lk-axis", opacity: 0.6)
    return element("g", class: "lk-axes", yTicks.joined() + xTicks.joined() + frame + axisLabels)
  }

  private var axisLabels: String {
    let x =
      plot.xLabel.isEmpty
      ? "" : text(left + plotWidth / 2, height - 10, plot.xLabel, class: "lk-label", anchor: "middle")
    if plot.yLabel.isEmpty { return x }
    let middle = number(top + plotHeight / 2)
    let attributes = "x=\"14\" y=\"\(middle)\" text-anchor=\"middle\" transform=\"rotate(-90 14 \(middle))\""
    return x + element("text", class: "lk-label", attributes: attributes, escaped(plot.yLabel))
  }

  // MARK: Marks

  private func marks(_ series: Series, index: Int) -> String {
    let content =
      switch series.kind {
      case .line: lines(series, index: index)
      case .points: dots(series, index: index)
      case .bars: bars(series, index: index)
      }
    return element("g", class: "lk-series lk-series-\(index) lk-\(series.kind)", content)
  }

  /// A path for each run of finite points.
  private func lines(_ series: Series, index: Int) -> String {
    let runs = series.points.split { !$0.x.isFinite || !$0.y.isFinite }
    return runs.map { run in
      let path = run.map { "\(number(px($0.x))) \(number(py($0.y)))" }.joined(separator: " L")
      let dashes = dashes(index).isEmpty ? "" : " stroke-dasharray=\"\(dashes(index))\""
      return "<path d=\"M\(path)\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"\(dashes)/>"
    }
    .joined()
  }

  private func dots(_ series: Series, index: Int) -> String {
    series.points.filter { $0.x.isFinite && $0.y.isFinite }.map { dot(px($0.x), py($0.y), index: index) }.joined()
  }

  private func bars(_ series: Series, index: Int) -> String {
    let peers = plot.series.indices.filter { plot.series[$0].kind == .bars }
    let share = Double(peers.count)
    let place = Double(peers.firstIndex(of: index) ?? 0)
    return series.points.filter { $0.y.isFinite && $0.x.isFinite }.map { point in
      let width = (px(point.x + series.barWidth) - px(point.x)) / share
      let x = px(point.x - series.barWidth / 2) + place * width
      let (y0, y1) = (py(max(point.y, 0)), py(min(point.y, 0)))
      let places =
        "x=\"\(number(x))\" y=\"\(number(y0))\" width=\"\(number(max(width - 1, 0.5)))\" height=\"\(number(y1 - y0))\""
      return "<rect \(places) fill-opacity=\"\(opacity(index))\"/>"
    }
    .joined()
  }

  // MARK: How series are told apart without colour

  private func dashes(_ index: Int) -> String { ["", "6 4", "2 3", "10 3 2 3"][index % 4] }
  private func opacity(_ index: Int) -> String { ["0.7", "0.35", "0.5", "0.2"][index % 4] }

  private func dot(_ x: Double, _ y: Double, index: Int) -> String {
    index.isMultiple(of: 2)
      ? "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"3\"/>"
      : "<path d=\"M\(number(x - 3)) \(number(y - 3)) h6 v6 h-6 z\" fill=\"none\" stroke=\"currentColor\"/>"
  }

  // MARK: Legend

  private var legendNames: [(index: Int, name: String)] {
    plot.series.enumerated().filter { !$1.name.isEmpty }.map { (index: $0, name: $1.name) }
  }

  private var legend: String {
    let rows = legendNames.enumerated().map { row, entry in
      let y = 44 + Double(row) * 18
      let key = key(plot.series[entry.index].kind, index: entry.index, y: y - 4)
      return element("g", class: "lk-series-\(entry.index)", key)
        + text(left + 34, y, entry.name, class: "lk-legend", anchor: "start")
    }
    return rows.joined()
  }

  private func key(_ kind: Series.Kind, index: Int, y: Double) -> String {
    switch kind {
    case .line:
      let dashes = dashes(index).isEmpty ? "" : " stroke-dasharray=\"\(dashes(index))\""
      return "<path d=\"M\(number(left)) \(number(y)) h28\" stroke=\"currentColor\" stroke-width=\"1.8\"\(dashes)/>"
    case .points: return dot(left + 14, y, index: index)
    case .bars:
      let places = "x=\"\(number(left + 7))\" y=\"\(number(y - 6))\" width=\"14\" height=\"12\""
      return "<rect \(places) fill-opacity=\"\(opacity(index))\"/>"
    }
  }

  // MARK: Elements

  private func text(_ x: Double, _ y: Double, _ content: String, class name: String, anchor: String) -> String {
    element(
      "text", class: name, attributes: "x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\"",
      escaped(content))
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String, opacity: Double)
    -> String
  {
    let ends = "x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\""
    return "<line class=\"\(name)\" \(ends) stroke=\"currentColor\" stroke-opacity=\"\(opacity.significant(3))\"/>"
  }
}

/// A coordinate with two digits at most: the same text on every machine.
private func number(_ value: Double) -> String {
  let text = value.fixed(2)
  guard text.contains(".") else { return text }
  let trimmed = String(text.reversed().drop { $0 == "0" }.reversed())
  return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
}
