// The options of a step, under Quarto's names. Documentation/Authoring.md lists them; a test compares the two.

import LessonModel

enum StepOptionFields {
  /// What `//|` lines may say.
  static let all: [OptionField<StepOptions>] =
    [label] + display + texts + building

  /// What `execute:` in the front matter may say for all steps.
  static let defaults: [OptionField<StepOptions>] = display + building

  private static let display: [OptionField<StepOptions>] = [
    .flag("eval") { $1.eval = $0 },
    .flag("echo") { $1.echo = $0 },
    .flag("output") { $1.output = $0 },
    .flag("include") { $1.include = $0 },
    .flag("error") { $1.error = $0 },
    .flag("warning") { $1.warning = $0 },
    codeFold,
  ]

  private static let building = [timeout, optimize]

  static let timeout = OptionField<StepOptions>.seconds("timeout") { $1.timeout = $0 }
  static let optimize = OptionField<StepOptions>.flag("optimize") { $1.optimize = $0 }

  private static let label = OptionField<StepOptions>("label", wants: "a word without spaces") { value, options in
    guard let text = value.text, !text.contains(where: \.isWhitespace) else { return false }
    options.label = text
    return true
  }

  private static let codeFold = OptionField<StepOptions>("code-fold", wants: "true, false or show") { value, options in
    guard let fold = value.plain.flatMap({ StepOptions.CodeFold(rawValue: $0.lowercased()) }) else { return false }
    options.codeFold = fold
    return true
  }

  private static let texts: [OptionField<StepOptions>] = [
    .text("code-summary") { $1.codeSummary = $0 },
    .text("fig-cap") { $1.figCap = $0 },
    .text("fig-alt") { $1.figAlt = $0 },
  ]
}
