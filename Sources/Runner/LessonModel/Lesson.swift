// A lesson as the reader gives it: front matter, blocks of prose, and the steps among them.

public struct Lesson: Sendable, Hashable {
  public var source: SourceText
  public var frontMatter: FrontMatter
  /// The front matter's title, else the text of the first heading, else the file's name.
  public var title: String
  public var blocks: [Block]
  /// All steps in order; `Block.step` refers to them by index.
  public var steps: [Step]
  /// Footnotes that are referred to, in the order of their first reference.
  public var footnotes: [Footnote]

  public init(
    source: SourceText, frontMatter: FrontMatter = FrontMatter(), title: String, blocks: [Block], steps: [Step],
    footnotes: [Footnote] = []
  ) {
    self.source = source
    self.frontMatter = frontMatter
    self.title = title
    self.blocks = blocks
    self.steps = steps
    self.footnotes = footnotes
  }
}

/// A fenced `swift` block: code that runs.
public struct Step: Sendable, Hashable {
  /// 1 for the lesson's first step.
  public var index: Int
  /// The line of the opening fence, 1-based.
  public var fenceLine: Int
  /// The step's text, word for word, `//|` lines included, lines ended by `\n`.
  public var code: String
  /// For each line of `code`, the number of bytes before it on its line of the lesson: the indentation of a
  /// fence in a list, the `> ` of a quotation.
  public var lineOffsets: [Int]
  /// How many of the first lines of `code` are `//|` options.
  public var optionLineCount: Int
  public var options: StepOptions

  public init(
    index: Int, fenceLine: Int, code: String, lineOffsets: [Int] = [], optionLineCount: Int = 0,
    options: StepOptions = StepOptions()
  ) {
    self.index = index
    self.fenceLine = fenceLine
    self.code = code
    self.lineOffsets = lineOffsets
    self.optionLineCount = optionLineCount
    self.options = options
  }

  /// The lesson's line on which the step's code starts.
  public var firstLine: Int { fenceLine + 1 }
}

/// What an author may say of one step, under Quarto's names (Documentation/Authoring.md lists them).
public struct StepOptions: Sendable, Hashable {
  public enum CodeFold: String, Sendable { case off = "false", on = "true", show }

  /// A name for links and messages, unique in the lesson.
  public var label: String?
  /// Whether the step runs.
  public var eval = true
  /// Whether the page shows the code.
  public var echo = true
  /// Whether the page shows what the step printed and displayed.
  public var output = true
  /// Whether the page shows anything of the step.
  public var include = true
  /// Whether the step may fail without the lesson failing.
  public var error = false
  /// Whether the page shows compiler warnings.
  public var warning = true
  public var codeFold = CodeFold.off
  public var codeSummary: String?
  public var figCap: String?
  public var figAlt: String?
  /// Wall-clock seconds the step may take; nil for the run's default.
  public var timeout: Double?
  /// Whether the step is built with `-O`.
  public var optimize = false

  public init() {}
}

/// What the lesson says of itself in the YAML before its text.
public struct FrontMatter: Sendable, Hashable {
  public var title: String?
  public var subtitle: String?
  public var description: String?
  public var authors: [String] = []
  public var date: String?
  /// BCP 47 tag of the prose's language.
  public var lang = "en"
  /// Swift language mode (`5`, `6`); nil for the compiler's default.
  public var swiftMode: String?
  /// Whether HTML in the Markdown reaches the page.
  public var rawHTML = false
  /// Whether the page has a table of contents.
  public var toc = true
  /// Step options that hold unless the step says otherwise (`execute:`, `timeout:`, `optimize:`).
  public var stepDefaults = StepOptions()
  /// Memory one step may hold, in bytes; nil for the run's default.
  public var memoryLimit: Int?
  /// In the order in which they are written.
  public var parameters: [Parameter] = []

  public init() {}
}

public struct Footnote: Sendable, Hashable {
  /// The name in `[^name]`.
  public var name: String
  public var blocks: [Block]
  /// How many references lead to it; the page links back to each.
  public var referenceCount: Int

  public init(name: String, blocks: [Block], referenceCount: Int) {
    self.name = name
    self.blocks = blocks
    self.referenceCount = referenceCount
  }
}

/// A block of the lesson with the place it came from.
public struct Block: Sendable, Hashable {
  public indirect enum Kind: Sendable, Hashable {
    case heading(level: Int, [Inline])
    case paragraph([Inline])
    case blockQuote([Block])
    case alert(AlertKind, [Block])
    case list(List)
    /// A step, by its index in `Lesson.steps` (0-based position, that is `step.index - 1`).
    case step(Int)
    /// Code that does not run; `info` is the fence's info string, nil for indented code.
    case code(info: String?, String)
    case table(Table)
    case thematicBreak
    /// Raw HTML, shown as text unless the front matter allows it.
    case html(String)
  }

  public var kind: Kind
  public var span: SourceSpan

  public init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }
}

/// GitHub's alerts: `> [!NOTE]`.
public enum AlertKind: String, Sendable, CaseIterable { case note, tip, important, warning, caution }

public struct List: Sendable, Hashable {
  public struct Item: Sendable, Hashable {
    /// Nil for an ordinary item; otherwise whether the task is done.
    public var task: Bool?
    public var blocks: [Block]

    public init(task: Bool? = nil, blocks: [Block]) {
      self.task = task
      self.blocks = blocks
    }
  }

  /// The first number of an ordered list; nil for a bullet list.
  public var start: Int?
  /// Whether paragraphs in items are shown without being paragraphs.
  public var isTight: Bool
  public var items: [Item]

  public init(start: Int?, isTight: Bool, items: [Item]) {
    self.start = start
    self.isTight = isTight
    self.items = items
  }
}

public struct Table: Sendable, Hashable {
  public enum Alignment: String, Sendable { case left, center, right }

  /// One for each column; nil where the delimiter row names none.
  public var alignments: [Alignment?]
  public var header: [[Inline]]
  /// Every row has as many cells as there are columns.
  public var rows: [[[Inline]]]

  public init(alignments: [Alignment?], header: [[Inline]], rows: [[[Inline]]]) {
    self.alignments = alignments
    self.header = header
    self.rows = rows
  }
}

public indirect enum Inline: Sendable, Hashable {
  case text(String)
  case softBreak
  case lineBreak
  case code(String)
  case emphasis([Inline])
  case strong([Inline])
  case strikethrough([Inline])
  case link(destination: String, title: String?, [Inline])
  /// `alt` is the plain text of the image's description.
  case image(source: String, title: String?, alt: String)
  case html(String)
  /// `number` counts from 1 in order of first reference; `occurrence` tells repeated references apart.
  case footnoteReference(number: Int, occurrence: Int)
}

extension Sequence where Element == Inline {
  /// The text without its markup.
  public var plainText: String {
    map { inline in
      switch inline {
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: " "
      case .emphasis(let children), .strong(let children), .strikethrough(let children), .link(_, _, let children):
        children.plainText
      case .image(_, _, let alt): alt
      case .html, .footnoteReference: ""
      }
    }.joined()
  }
}
