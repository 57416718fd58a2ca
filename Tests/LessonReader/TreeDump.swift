// A lesson as an indented tree with positions, for golden files.

import LessonModel

struct TreeDump {
  private(set) var text = ""
  private var depth = 0

  static func dump(_ lesson: Lesson) -> String {
    var dump = TreeDump()
    dump.line("lesson \(quoted(lesson.title))")
    dump.nested { dump in
      dump.frontMatter(lesson.frontMatter)
      dump.blocks(lesson.blocks)
      for (index, footnote) in lesson.footnotes.enumerated() {
        dump.line("footnote \(index + 1) \(quoted(footnote.name)) references \(footnote.referenceCount)")
        dump.nested { $0.blocks(footnote.blocks) }
      }
      for step in lesson.steps { dump.step(step) }
    }
    return dump.text
  }

  private mutating func line(_ line: String) { text += String(repeating: "  ", count: depth) + line + "\n" }

  private mutating func nested(_ body: (inout TreeDump) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  private mutating func frontMatter(_ matter: FrontMatter) {
    let plain = FrontMatter()
    let differences = zip(Mirror(reflecting: matter).children, Mirror(reflecting: plain).children)
    for (child, usual) in differences where "\(child.value)" != "\(usual.value)" && child.label != "stepDefaults" {
      line("\(child.label ?? "") = \(child.value)")
    }
    options(matter.stepDefaults)
  }

  private mutating func options(_ options: StepOptions) {
    let differences = zip(Mirror(reflecting: options).children, Mirror(reflecting: StepOptions()).children)
    for (child, usual) in differences where "\(child.value)" != "\(usual.value)" {
      line("option \(child.label ?? "") = \(child.value)")
    }
  }

  private mutating func step(_ step: Step) {
    line("step \(step.index) fence \(step.fenceLine) options \(step.optionLineCount) offsets \(step.lineOffsets)")
    nested { dump in
      dump.options(step.options)
      dump.line(quoted(step.code))
    }
  }

  private mutating func blocks(_ blocks: [Block]) {
    for block in blocks { self.block(block) }
  }

  private mutating func block(_ block: Block) {
    let span = block.span
    let place = "\(span.start.line):\(span.start.column)-\(span.end.line):\(span.end.column)"
    switch block.kind {
    case .heading(let level, let content): parent("heading \(level) \(place)") { $0.inlines(content) }
    case .paragraph(let content): parent("paragraph \(place)") { $0.inlines(content) }
    case .blockQuote(let content): parent("quote \(place)") { $0.blocks(content) }
    case .alert(let kind, let content): parent("alert \(kind.rawValue) \(place)") { $0.blocks(content) }
    case .list(let list): self.list(list, place)
    case .step(let index): line("step \(index + 1) \(place)")
    case .code(let info, let code): line("code \(info.map(quoted) ?? "indented") \(place) \(quoted(code))")
    case .table(let table): self.table(table, place)
    case .thematicBreak: line("break \(place)")
    case .html(let html): line("html \(place) \(quoted(html))")
    }
  }

  private mutating func parent(_ title: String, _ content: (inout TreeDump) -> Void) {
    line(title)
    nested(content)
  }

  private mutating func list(_ list: List, _ place: String) {
    let kind = list.start.map { "from \($0)" } ?? "bullets"
    parent("list \(kind) \(list.isTight ? "tight" : "loose") \(place)") { dump in
      for item in list.items {
        dump.parent(item.task.map { "item \($0 ? "[x]" : "[ ]")" } ?? "item") { $0.blocks(item.blocks) }
      }
    }
  }

  private mutating func table(_ table: Table, _ place: String) {
    parent("table \(table.alignments.map { $0?.rawValue ?? "-" }.joined(separator: " ")) \(place)") { dump in
      for (index, row) in ([table.header] + table.rows).enumerated() {
        dump.parent(index == 0 ? "header" : "row") { dump in
          for cell in row { dump.parent("cell") { $0.inlines(cell) } }
        }
      }
    }
  }

  private mutating func inlines(_ inlines: [Inline]) {
    for inline in inlines { self.inline(inline) }
  }

  private mutating func inline(_ inline: Inline) {
    switch inline {
    case .text(let text): line("text \(quoted(text))")
    case .softBreak: line("soft break")
    case .lineBreak: line("line break")
    case .code(let code): line("code \(quoted(code))")
    case .emphasis(let content): parent("emphasis") { $0.inlines(content) }
    case .strong(let content): parent("strong") { $0.inlines(content) }
    case .strikethrough(let content): parent("strikethrough") { $0.inlines(content) }
    case .link(let destination, let title, let content):
      parent("link \(quoted(destination))\(title.map { " " + quoted($0) } ?? "")") { $0.inlines(content) }
    case .image(let source, let title, let alt):
      line("image \(quoted(source))\(title.map { " " + quoted($0) } ?? "") \(quoted(alt))")
    case .html(let html): line("html \(quoted(html))")
    case .footnoteReference(let number, let occurrence): line("footnote \(number) occurrence \(occurrence)")
    }
  }
}

private func quoted(_ text: String) -> String { text.debugDescription }
