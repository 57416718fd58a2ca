// The page's own stylesheet: colours, prose, steps; the styles of displayed values are in DisplayStyles.

enum PageStyles {
  /// All of it, in an order in which later rules refine earlier ones.
  static let css = colors + layout + prose + code + steps + reports + terminal + media

  /// Contrast of text with its ground is at least 4.5:1 (WCAG 2.1, 1.4.3), which a test computes.
  static let colors = """
    :root {
      color-scheme: light dark;
      --paper: #fdfdfc; --ink: #1f2328; --muted: #5b626b; --line: #dcdedb; --panel: #f5f6f4;
      --accent: #1d5fb0; --accent-soft: #e8f0fa;
      --red: #b3261e; --red-soft: #fcefed; --amber: #7d5200; --amber-soft: #fbf3e0;
      --green: #1c6b3a; --green-soft: #ebf5ee; --violet: #6d3fb0; --violet-soft: #f3eefb;
      --k: #96297f; --t: #0b5f83; --s: #1c6b3a; --n: #2a4bc0; --c: #5c6670; --at: #7d5200; --o: #3f4650;
      --a0: #24292f; --a1: #b3261e; --a2: #1c6b3a; --a3: #7d5200; --a4: #1d5fb0; --a5: #86309c; --a6: #0d6a70;
      --a7: #616a75; --a8: #565e68; --a9: #c0291f; --a10: #1a7240; --a11: #835c00; --a12: #2563c9; --a13: #9a3bb3;
      --a14: #0c6f78; --a15: #3a4048;
      --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", "Liberation Serif", serif;
      --sans: -apple-system, "Segoe UI", Roboto, "Noto Sans", Cantarell, Ubuntu,
        "Liberation Sans", system-ui, sans-serif;
      --mono: ui-monospace, "SF Mono", Menlo, "Cascadia Code", Consolas,
        "DejaVu Sans Mono", "Liberation Mono", monospace;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #15171b; --ink: #dddfe3; --muted: #9aa1ab; --line: #31353c; --panel: #1c1f24;
        --accent: #85b4f5; --accent-soft: #1b2a3f;
        --red: #ff9a91; --red-soft: #341d1c; --amber: #e6b766; --amber-soft: #2e2617;
        --green: #86cf9d; --green-soft: #192b20; --violet: #c2a4f2; --violet-soft: #271f38;
        --k: #f08fc8; --t: #79c4e6; --s: #9bd3a0; --n: #a9b8ff; --c: #8f98a4; --at: #e0b070; --o: #b8bec8;
        --a0: #8a919c; --a1: #ff9a91; --a2: #86cf9d; --a3: #e6b766; --a4: #85b4f5; --a5: #d7a3ee; --a6: #6fcad0;
        --a7: #c6cad1; --a8: #949ba6; --a9: #ffb0a8; --a10: #a5e0b7; --a11: #f2cf8d; --a12: #aacbfa; --a13: #e6c1f6;
        --a14: #98dde2; --a15: #f2f3f5;
      }
    }

    """

  static let layout = """
    *, ::before, ::after { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1.5rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1.125rem/1.6 var(--serif); overflow-wrap: break-word;
      display: grid; grid-template-columns: minmax(1.25rem, 1fr) minmax(0, 46rem) minmax(1.25rem, 1fr);
    }
    body > * { grid-column: 2; }
    .masthead { padding: 4.5rem 0 1.5rem; }
    .masthead h1 { font-size: 2.5rem; line-height: 1.15; letter-spacing: -0.015em; margin: 0; text-wrap: balance; }
    .parameters { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 0.9rem 0 0; font: 0.84rem/1.5 var(--mono); }
    .parameters div { display: flex; gap: 0.5em; }
    .parameters dt { color: var(--muted); } .parameters dd { margin: 0; overflow-wrap: anywhere; }
    .subtitle { font-size: 1.3rem; line-height: 1.4; color: var(--muted); margin: 0.6rem 0 0; text-wrap: balance; }
    .description { margin: 1rem 0 0; }
    .byline { font: 0.9rem/1.5 var(--sans); color: var(--muted); margin: 1rem 0 0; }
    .contents {
      font: 0.9rem/1.45 var(--sans); margin: 0.5rem 0 1rem; padding: 1rem 0; border-block: 1px solid var(--line);
    }
    .contents-title {
      margin: 0 0 0.5rem; font-weight: 600; color: var(--muted); font-size: 0.8rem; letter-spacing: 0.04em;
    }
    .contents ol { list-style: none; margin: 0; padding: 0; }
    .contents li { margin: 0.35rem 0; }
    .contents .level-3 { padding-left: 1rem; font-size: 0.95em; }
    .contents a { color: var(--ink); text-decoration: none; }
    .contents .level-3 a { color: var(--muted); }
    .contents a:hover { color: var(--accent); text-decoration: underline; }
    .colophon {
      font: 0.85rem/1.5 var(--sans); color: var(--muted); margin: 3rem 0 4rem; padding-top: 1rem;
      border-top: 1px solid var(--line);
    }
    .colophon p { margin: 0; }
    .skip-link {
      position: absolute; left: -100vw; top: 0.5rem; padding: 0.4rem 0.8rem; background: var(--paper);
      font-family: var(--sans); z-index: 1;
    }
    .skip-link:focus { left: 0.5rem; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    :target { scroll-margin-top: 1.5rem; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
    a:hover { text-decoration-thickness: 2px; }

    """

  static let prose = """
    h1, h2, h3, h4, h5, h6 {
      font-family: var(--serif); font-weight: 700; line-height: 1.25; margin: 2.2em 0 0.6em; text-wrap: balance;
    }
    main > h1 { font-size: 2rem; }
    h2 { font-size: 1.55rem; letter-spacing: -0.01em; margin-top: 2.4em; }
    h3 { font-size: 1.2rem; }
    h4, h5, h6 { font-size: 1.05rem; }
    h5, h6 { color: var(--muted); }
    .anchor { color: var(--muted); font-weight: 400; text-decoration: none; opacity: 0; margin-left: 0.15em; }
    :is(h1, h2, h3, h4, h5, h6):hover > .anchor, .anchor:focus-visible { opacity: 1; }
    p, ul, ol, blockquote, .table, .alert { margin: 0 0 1.1em; }
    main > p { hyphens: manual; text-wrap: pretty; }
    ul, ol { padding-left: 1.6em; }
    li > ul, li > ol { margin: 0.25em 0 0.25em; }
    li { margin: 0.25em 0; }
    li::marker { color: var(--muted); }
    li.task { list-style: none; }
    li.task > input, li.task > p:first-of-type > input {
      width: 0.9em; height: 0.9em; margin: 0 0.4em 0 -1.55em; vertical-align: -0.08em; accent-color: var(--accent);
    }
    blockquote {
      padding: 0.1em 0 0.1em 1.2em; border-left: 3px solid var(--line); color: var(--muted); margin-inline: 0;
    }
    blockquote > :last-child, .alert > :last-child { margin-bottom: 0; }
    hr { border: 0; width: 6rem; border-top: 1px solid var(--line); margin: 2.5em auto; }
    img { max-width: 100%; height: auto; border-radius: 4px; }
    p > img:only-child { display: block; margin: 1.5em auto; }
    .missing {
      display: inline-block; padding: 0.1em 0.6em; border: 1px dashed var(--muted); border-radius: 4px;
      color: var(--muted); font: 0.9em/1.5 var(--sans);
    }
    .table { overflow-x: auto; }
    main table { border-collapse: collapse; font: 0.9rem/1.5 var(--sans); font-variant-numeric: tabular-nums; }
    .table table { min-width: 60%; }
    .table :is(th, td) {
      padding: 0.45rem 0.9rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
    }
    .table :is(th, td):first-child { padding-left: 0.2rem; }
    .table :is(th, td), .table code { overflow-wrap: normal; }
    .table th { font-weight: 600; border-bottom: 2px solid var(--line); }
    [align="center"]:is(th, td) { text-align: center !important; }
    [align="right"]:is(th, td) { text-align: right !important; }
    .alert {
      --tone: var(--accent); --tone-soft: var(--accent-soft); padding: 0.8rem 1.2rem;
      border-left: 3px solid var(--tone); border-radius: 0 6px 6px 0; background: var(--tone-soft);
    }
    .alert-title { font: 600 0.9rem/1.5 var(--sans); color: var(--tone); margin: 0 0 0.3em; }
    .alert.tip { --tone: var(--green); --tone-soft: var(--green-soft); }
    .alert.important { --tone: var(--violet); --tone-soft: var(--violet-soft); }
    .alert.warning { --tone: var(--amber); --tone-soft: var(--amber-soft); }
    .alert.caution { --tone: var(--red); --tone-soft: var(--red-soft); }
    .footnotes {
      margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.95rem;
      line-height: 1.5;
    }
    .footnotes p { margin-bottom: 0.4em; }
    .footnote-ref { font: 0.7em/0 var(--sans); }
    .footnote-ref a { text-decoration: none; padding: 0 0.15em; }
    .back { text-decoration: none; font-family: var(--sans); }
    :is(.footnotes li, .footnote-ref a):target { background: var(--accent-soft); }

    """

  static let code = """
    code, pre, samp, kbd { font-family: var(--mono); font-variant-ligatures: none; }
    :not(pre) > code {
      font-size: 0.84em; background: var(--panel); border: 1px solid var(--line); border-radius: 4px;
      padding: 0.08em 0.3em; overflow-wrap: anywhere;
    }
    :is(h1, h2, h3, h4, h5, h6, .contents) code { background: none; border: 0; padding: 0; font-size: 0.92em; }
    :is(.badge, .colophon) code { background: none; border: 0; padding: 0; font-size: 1em; }
    pre {
      font-size: 0.84rem; line-height: 1.55; margin: 0; overflow-x: auto; tab-size: 4; unicode-bidi: isolate;
      scrollbar-width: thin;
    }
    main > pre, main :is(li, blockquote, .alert) > pre {
      background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.85rem 1.1rem;
      margin: 0 0 1.25em;
    }
    pre > code, pre > samp { font-size: inherit; }
    .k {
      color: var(--k); font-weight: 500; } .t { color: var(--t); } .s, .r { color: var(--s);
      } .n { color: var(--n);
    }
    .c { color: var(--c); font-style: italic; } .at, .p { color: var(--at); } .o { color: var(--o); }
    .ctl {
      border: 1px solid currentColor; border-radius: 3px; padding: 0 0.15em; font-size: 0.85em; color: var(--red);
      font-style: normal; unicode-bidi: isolate;
    }
    .bad {
      display: block; background: var(--red-soft); margin: 0 -1.1rem; padding: 0 1.1rem;
      box-shadow: inset 3px 0 var(--red);
    }
    .expected .bad { background: var(--amber-soft); box-shadow: inset 3px 0 var(--amber); }

    """

  static let steps = """
    .step {
      position: relative; margin: 1.6rem 0 1.8rem; border: 1px solid var(--line); border-radius: 8px;
      background: var(--paper);
    }
    .step > :first-child { border-radius: 7px 7px 0 0; }
    .step > :last-child { border-radius: 0 0 7px 7px; }
    .step-head {
      display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.3rem 0.75rem; padding: 0.4rem 1.1rem;
      background: var(--panel); font: 0.8rem/1.5 var(--sans); border-bottom: 1px solid var(--line);
    }
    .step-head a { color: var(--muted); text-decoration: none; }
    .step-head a:hover { color: var(--accent); text-decoration: underline; }
    .step-number { font-variant-numeric: tabular-nums; font-weight: 600; }
    .step-label { margin-right: auto; }
    .badge {
      border-radius: 1em; padding: 0 0.65em; background: var(--panel); color: var(--muted);
      border: 1px solid var(--line); white-space: nowrap;
    }
    .badge.dtype { background: var(--violet-soft); color: var(--violet); border-color: transparent; }
    .badge.failed { background: var(--red-soft); color: var(--red); border-color: transparent; font-weight: 600; }
    .badge.expected { background: var(--amber-soft); color: var(--amber); border-color: transparent; }
    .step > .code, .fold > .code { background: var(--panel); padding: 0.85rem 1.1rem; }
    .step-head + .results, .fold:not([open]) + .results { border-top: 0; }
    .fold > summary {
      font: 0.85rem/1.5 var(--sans); padding: 0.4rem 1.1rem; color: var(--muted); cursor: pointer;
      background: var(--panel); border-radius: inherit;
    }
    .step.skipped { border-style: dashed; }
    .step.failed { border-color: color-mix(in srgb, var(--red) 45%, var(--line)); }
    .step:target, .report:target { outline: 2px solid var(--accent); outline-offset: 3px; }
    .results { padding: 0.35rem 0; border-top: 1px solid var(--line); min-width: 0; }
    .results > * { padding: 0.45rem 1.1rem; margin: 0; }
    .stderr { background: var(--amber-soft); box-shadow: inset 3px 0 var(--amber); }
    .display { overflow: hidden; }
    .display > .rich { overflow-x: auto; font: 0.95rem/1.5 var(--sans); }
    .rich > :first-child { margin-top: 0; } .rich > :last-child { margin-bottom: 0; }
    .rich svg { display: block; max-width: 100%; height: auto; font-family: var(--sans); }
    .display > img { display: block; margin: 0 auto; }
    figcaption { font: 0.88rem/1.5 var(--sans); color: var(--muted); margin-top: 0.6rem; }
    .cut {
      font: 0.82rem/1.5 var(--sans); color: var(--muted); text-align: center; margin: 0.5rem 0;
      border-block: 1px dashed var(--line); padding: 0.2rem;
    }
    .skip-reason { font: 0.88rem/1.5 var(--sans); color: var(--muted); }

    """

  static let reports = """
    .banner {
      font: 0.92rem/1.5 var(--sans); margin: 1.5rem 0 0; padding: 0.7rem 1.1rem; border-radius: 6px;
      background: var(--amber-soft); box-shadow: inset 3px 0 var(--amber);
    }
    .banner.failures { background: var(--red-soft); box-shadow: inset 3px 0 var(--red); }
    .banner.notice { background: var(--panel); box-shadow: inset 3px 0 var(--muted); }
    .banner code {
      background: none; border: 0; padding: 0; display: inline-block; overflow-wrap: anywhere; max-width: 100%;
    }
    .report {
      --tone: var(--red); --tone-soft: var(--red-soft); background: var(--tone-soft);
      box-shadow: inset 3px 0 var(--tone); padding: 0.7rem 1.1rem !important;
    }
    .report:first-child { margin-top: -0.35rem; }
    .report:last-child { margin-bottom: -0.35rem; border-radius: 0 0 7px 7px; }
    .report.expected, .report.warning { --tone: var(--amber); --tone-soft: var(--amber-soft); }
    .report p { margin: 0; }
    .report-title { font: 650 0.88rem/1.5 var(--sans); color: var(--tone); }
    .report-message { margin-top: 0.2rem !important; }
    .report-message, .report-note { font: 0.84rem/1.55 var(--mono); white-space: pre-wrap; }
    .report-type { font-weight: 650; }
    .report-note { margin-top: 0.5rem !important; }
    .report-place { font: 0.8rem/1.5 var(--mono); color: var(--muted); margin-top: 0.35rem !important; }
    .report-hint { font: 0.85rem/1.5 var(--sans); }
    .excerpt { margin: 0.15rem 0 0; line-height: 1.3; }
    .caret { color: var(--tone); font-weight: 700; }

    """

  static let terminal = """
    .a-b { font-weight: 700; } .a-f { opacity: 0.75; } .a-i { font-style: italic; } .a-u { text-decoration: underline; }
    .a-s { text-decoration: line-through; } .a-u.a-s { text-decoration: underline line-through; }
    .a-fg-paper { color: var(--paper); } .a-bg-ink { background: var(--ink); }

    """ + (0..<16).map(terminalColor).joined()

  private static func terminalColor(_ index: Int) -> String {
    """
    .a-fg\(index) { color: var(--a\(index)); }
    .a-bg\(index) { background: color-mix(in srgb, var(--a\(index)) 28%, var(--paper)); }

    """
  }

  static let media = """
    @media (min-width: 72rem) {
      body { grid-template-columns: minmax(1.5rem, 1fr) 14rem 4.5rem minmax(0, 46rem) minmax(3.5rem, 1.4fr); }
      body > * { grid-column: 4; }
      body > .contents {
        grid-column: 2; grid-row: 1 / span 3; align-self: start; position: sticky; top: 0; max-height: 100vh;
        overflow-y: auto; border: 0; margin: 0; padding: 5rem 0 2rem; scrollbar-width: thin;
      }
    }
    @media (min-width: 56rem) {
      main > .step > .step-head > .step-number { position: absolute; right: calc(100% + 0.9rem); top: 0.4rem; }
      main > .step > .bare > .step-number { top: 0.95rem; }
      main > .step > .bare { display: block; padding: 0; border: 0; }
    }
    @media (max-width: 40rem) {
      body { font-size: 1.0625rem; grid-template-columns: 1.1rem minmax(0, 1fr) 1.1rem; }
      .masthead { padding-top: 2.5rem; }
      .masthead h1 { font-size: 1.9rem; }
      .step { margin-inline: -0.6rem; }
      pre { font-size: 0.8rem; }
    }
    @media screen and (prefers-color-scheme: dark) {
      /* Drawings are mostly dark lines on nothing. */
      img { background: #fdfdfc; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
    @media print {
      html { font-size: 9.5pt; }
      body { display: block; }
      .contents, .skip-link, .anchor, .back { display: none; }
      .masthead { padding-top: 0; }
      pre { white-space: pre-wrap; }
      .step-head, .report, figure, tr, img { break-inside: avoid; }
      h2, h3, h4 { break-after: avoid; }
      .step { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      details::details-content { content-visibility: visible; block-size: auto; }
      main a[href^="http"]::after {
        content: " (" attr(href) ")"; font-size: 0.85em; color: var(--muted); overflow-wrap: anywhere;
      }
    }

    """
}
