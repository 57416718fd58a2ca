// The misused calls of the room LessonKit.

import LessonKit

extension Misuse {
  static let displays = texts + drawings

  private static let texts = [
    MisusedCall("fixed") { a, b in Double(a).fixed(b) },
    MisusedCall("scientific") { a, b in Double(a).scientific(b) },
    MisusedCall("significant") { a, b in Double(a).significant(b) },
    MisusedCall("padded") { a, b in "x".padded(to: a).count },
    MisusedCall("leftPadded") { a, b in "x".leftPadded(to: a).count },
    MisusedCall("byteText") { a, b in byteText(a) },
    MisusedCall("grouped") { a, b in grouped(a) },
    MisusedCall("printParameterDTypes") { a, b in a < 0 ? printParameterDTypes(ReLU(), maxLines: a) : () },
    MisusedCall("measure") { a, b in a < 10 ? measure(runs: a) { b }.seconds : 0 },
    MisusedCall("table") { a, b in table([[a, b], [a]]) },
    MisusedCall("table with a header") { a, b in table(["a"], [[a, b, b], []]) },
  ]

  private static let drawings = [
    MisusedCall("displayed tensor") { x, a, b in x },
    MisusedCall("displayed tensor of integers") { a, b in try Tensor([[a, b]]) },
    MisusedCall("bits") { a, b in try bits(a, as: .int8, .float16) },
    MisusedCall("bits of a double") { a, b in try bits(Double(a) / Double(b), as: .float32, .int64, .float8E5M2) },
    MisusedCall("compare") { a, b in try compare(Tensor([a, b]), Tensor([b, a])) },
    MisusedCall("compare, of other kinds") { a, b in try compare(Tensor([a]), Tensor([Double(b)], dtype: .float64)) },
    MisusedCall("histogram") { a, b in plot(.histogram([Double(a), Double(b)], bins: a), title: "") },
    MisusedCall("histogram of bins") { a, b in plot(.histogram([1, 2, .nan], bins: b), title: "") },
    MisusedCall("line") { a, b in
      plot(.line(x: [a, b], [Double(a), .infinity]), .points([a]), title: "", x: "x", y: "y")
    },
    MisusedCall("bars") { a, b in plot(.bars(["a": a, "b": b]), .bars(["c": 0]), title: "") },
  ]
}
