// Plots: well-formed SVG with a text alternative, whatever the numbers are.

import Testing

@testable import LessonKit

@Suite struct PlotTests {
  private func drawing(_ plot: Plot) throws -> MarkupElement {
    let svg = try #require(plot.mimeBundle["image/svg+xml"])
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    return try markup(svg)
  }

  @Test func linesHaveTitleAndDescription() throws {
    let root = try drawing(plot(.line([1, 4, 9], name: "<squares>"), title: "Growth & more", x: "n", y: "n²"))
    #expect(root.attributes["role"] == "img" && root.all("title").map(\.text) == ["Growth & more"])
    #expect(root.all("desc")[0].text == "line \"<squares>\": 3 values, x from 0 to 2, y from 1 to 9")
    #expect(root.all("g").flatMap(\.classes).contains("lk-line"))
    #expect(root.all("text").map(\.text).contains("n²"))
  }

  @Test func gapsInterruptLines() throws {
    let root = try drawing(plot(.line([1.0, .nan, 2.0, 3.0]), title: "gap"))
    #expect(root.all("g").last?.all("path").count == 2)
  }

  @Test func pointsAndBarsAndTensors() throws {
    let root = try drawing(
      plot(.points(x: [1.0, 2.0], Tensor([3.0, 5.0])), .points([1, 1]), title: "points"))
    #expect(root.all("circle").count == 2 && root.all("path").count == 2)
    let bars = plot(.bars(["float32": 989.7, "bfloat16": 494.8]), title: "Memory", y: "MB")
    #expect(try drawing(bars).all("rect").count == 2)
    #expect(bars.mimeBundle["text/plain"] == "Memory\nbars: float32 989.7, bfloat16 494.8")
  }

  @Test func histogramsCount() {
    let series = Series.histogram([0.0, 0.1, 0.9, 1.0, .nan], bins: 2)
    #expect(series.y == [2, 2] && series.x == [0.25, 0.75])
    #expect(Series.histogram([5.0, 5.0], bins: 3).y.reduce(0, +) == 2)
    #expect(Series.histogram([Double](), bins: 0).y == [0])
  }

  @Test func extremeNumbersDoNotTrap() throws {
    for values in [
      [], [0], [1e308, -1e308], [.leastNonzeroMagnitude, 0], [1e16, 1e16 + 2], [.infinity, .nan], [7, 7],
    ] as [[Double]] {
      _ = try drawing(plot(.line(values), .histogram(values), title: "extreme"))
    }
  }

  @Test func axesHaveRoundTicks() {
    #expect(Axis(covering: [0, 10]).labels == ["0", "2", "4", "6", "8", "10"])
    #expect(Axis(covering: [0.1, 0.43]).labels == ["0.1", "0.2", "0.3", "0.4", "0.5"])
    #expect(Axis(covering: [-3, 3], includingZero: true).labels.contains("0"))
  }
}
