// A lesson that uses everything a page can show, and a run of it, both built by hand.

import LessonModel

/// The lesson's text; positions in `sampleRun` point into it.
let sampleSource = SourceText(
  fileName: "03-dtypes.md",
  lines: (1...60).map { sampleLines[$0] ?? "" })

private let sampleLines = [
  21: "```swift",
  22: "//| label: load-model",
  23: "let weights = [0.1, 0.2, 0.3]",
  24: "print(weights)",
  41: "let sum: Int = \"3.14\"",
  42: "\tlet größe = \"温度\" + wärme(3)",
  43: "}",
  50: "try model(input)",
  54: "var unused = 3",
]

private let fold: StepOptions = {
  var options = StepOptions()
  options.codeFold = .on
  options.codeSummary = "How the plot is drawn"
  options.label = "fig-loss"
  options.figCap = "Loss of the small model over 40 steps, trained in two formats."
  return options
}()

private let expectedFailure: StepOptions = {
  var options = StepOptions()
  options.error = true
  options.label = "half-on-cpu"
  return options
}()

private let labelled: StepOptions = {
  var options = StepOptions()
  options.label = "load-model"
  return options
}()

let sampleLesson: Lesson = {
  var front = FrontMatter()
  front.title = "Number formats: what a model is made of"
  front.subtitle = "Lesson 3 · Where the bits go, and what rounding costs"
  front.authors = ["Ada Example", "Grace Sample"]
  front.date = "2024-03-01"
  let steps = [
    Step(index: 1, fenceLine: 21, code: stepCode1, optionLineCount: 1, options: labelled),
    Step(index: 2, fenceLine: 28, code: stepCode2),
    Step(index: 3, fenceLine: 32, code: stepCode3, options: fold),
    Step(index: 4, fenceLine: 40, code: stepCode4),
    Step(index: 5, fenceLine: 46, code: "print(sum + 1)\n"),
    Step(index: 6, fenceLine: 49, code: "try model(input)\n", options: expectedFailure),
    Step(index: 7, fenceLine: 53, code: "var unused = 3\nprint(\"\\u{1b}[32m✓\\u{1b}[0m done\")\n"),
  ]
  return Lesson(
    source: sampleSource, frontMatter: front, title: front.title ?? "", blocks: sampleBlocks, steps: steps,
    footnotes: [
      Footnote(
        name: "ieee", blocks: [block(.paragraph([.text("IEEE 754-2019, section 3.6.")]))], referenceCount: 2)
    ])
}()

private let stepCode1 = """
  //| label: load-model
  // A model keeps its numbers in tensors; a tensor has one dtype.
  struct Weights {
    let values: [Float]
    func scaled(by factor: Float) -> Weights { Weights(values: values.map { $0 * factor }) }
  }

  let weights = Weights(values: [0.1, 0.2, 0.3])
  print(weights.values, "take", 12, "bytes; a line that is rather long, so that a narrow screen has to scroll it")

  """

private let stepCode2 = """
  for dtype in [DType.float32, .float16, .bfloat16] {
    display(dtype.info)
  }

  """

private let stepCode3 = """
  plot(.line(losses32, name: "float32"), .line(losses16, name: "bfloat16"), title: "Loss", x: "step", y: "loss")

  """

private let stepCode4 = "let sum: Int = \"3.14\"\n\tlet größe = \"温度\" + wärme(3)\n"

private let sampleBlocks: [Block] = [
  block(
    .paragraph([
      .text("A neural network is a "), .emphasis([.text("great many numbers")]),
      .text(" and a recipe for using them. In "),
      .code("float32"),
      .text(" each takes four bytes; 247 million of them take 990\u{a0}MB. Half of that would do, if one knew "),
      .strong([.text("which half")]), .text("."), .footnoteReference(number: 1, occurrence: 1),
      .text(" This lesson shows what "),
      .link(destination: "https://example.org/ieee", title: nil, [.text("IEEE 754")]),
      .text(" says about it, and what a processor does with it."),
    ])),
  block(
    .alert(
      .note,
      [
        block(
          .paragraph([
            .text(
              "Every figure on this page was computed when the page was written. Change a step, run the lesson again, and "
            ),
            .text("the page changes with it."),
          ]))
      ])),
  block(.heading(level: 2, [.text("1. Bits, exponents, "), .code("DType")])),
  block(.paragraph([.text("A format divides its bits between sign, exponent and fraction:")])),
  block(
    .table(
      Table(
        alignments: [nil, .right, .right, .right, .left],
        header: [
          [.text("Format")], [.text("Bits")], [.text("Exponent")], [.text("Fraction")], [.text("Largest value")],
        ],
        rows: [
          [[.code("float32")], [.text("32")], [.text("8")], [.text("23")], [.text("3.40 × 10³⁸")]],
          [[.code("float16")], [.text("16")], [.text("5")], [.text("10")], [.text("65 504")]],
          [[.code("bfloat16")], [.text("16")], [.text("8")], [.text("7")], [.text("3.39 × 10³⁸")]],
        ]))),
  block(.step(0)),
  block(.heading(level: 3, [.text("What each can hold")])),
  block(
    .list(
      List(
        start: nil, isTight: true,
        items: [
          List.Item(blocks: [
            block(
              .paragraph([.text("The exponent sets the "), .strong([.text("range")]), .text(": how large, how small.")])
            )
          ]),
          List.Item(blocks: [
            block(
              .paragraph([
                .text("The fraction sets the "), .strong([.text("precision")]),
                .text(": how close two neighbours are."),
              ])),
            block(
              .list(
                List(
                  start: 1, isTight: true,
                  items: [
                    List.Item(blocks: [block(.paragraph([.text("near one, 2⁻⁷ for "), .code("bfloat16")]))]),
                    List.Item(blocks: [block(.paragraph([.text("near one, 2⁻²³ for "), .code("float32")]))]),
                  ]))),
          ]),
        ]))),
  block(.step(1)),
  block(.heading(level: 2, [.text("2. A picture of the difference")])),
  block(
    .paragraph([
      .text("The two curves part where updates become smaller than half a unit in the last place."),
      .footnoteReference(number: 1, occurrence: 2),
    ])),
  block(.step(2)),
  block(.blockQuote([block(.paragraph([.text("Rounding is not an error. It is a decision made early.")]))])),
  block(.heading(level: 2, [.text("3. When it goes wrong")])),
  block(.alert(.warning, [block(.paragraph([.text("The next steps fail, one of them on purpose.")]))])),
  block(.step(3)),
  block(.step(4)),
  block(.step(5)),
  block(.heading(level: 2, [.text("4. Before you go on")])),
  block(
    .list(
      List(
        start: nil, isTight: true,
        items: [
          List.Item(task: true, blocks: [block(.paragraph([.text("Loaded a model and asked for its dtype")]))]),
          List.Item(
            task: false,
            blocks: [
              block(
                .paragraph([
                  .text("Explained why "), .strikethrough([.text("one byte")]), .text(" two bytes are saved per value"),
                ]))
            ]),
        ]))),
  block(.code(info: "swift ignore", "let halved = model.half()  // not run here\n")),
  block(.step(6)),
  block(
    .paragraph([
      .image(source: "dot.png", title: nil, alt: "A dot"), .text(" "),
      .image(source: "gone.png", title: nil, alt: "A picture of a cat"),
    ])),
]
