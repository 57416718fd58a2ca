// The stylesheet of displayed values: the classes that begin with `lk-`, which LessonKit's displays use.

enum DisplayStyles {
  static let css = tables + tensors + bits + modules + plots

  private static let tables = """
    .rich table { border-collapse: collapse; font: 0.84rem/1.45 var(--sans); font-variant-numeric: tabular-nums; }
    .rich :is(th, td) {
      padding: 0.3rem 0.9rem 0.3rem 0; text-align: left; vertical-align: baseline; overflow-wrap: normal;
    }
    .rich thead th { font-weight: 600; border-bottom: 1px solid var(--line); }
    .rich tbody th { font-weight: 600; }
    .rich tbody tr + tr > * { border-top: 1px solid var(--line); }
    .rich caption { text-align: left; color: var(--muted); padding: 0 0 0.35rem; font-size: 0.84rem; }
    .rich td { white-space: nowrap; }
    .rich :is(th, td).lk-number { text-align: right; }
    .rich td.lk-number { font-family: var(--mono); font-size: 0.95em; }
    .lk-error {
      font: 0.84rem/1.55 var(--mono); padding: 0.5rem 0.8rem; border-radius: 4px; background: var(--amber-soft);
      white-space: pre-wrap;
    }
    .lk-error-type { font-weight: 650; color: var(--amber); }
    .lk-error-type::after { content: ": "; }

    """

  /// The shades mix with the ground, so that the numbers keep their contrast in light and dark.
  private static let tensors =
    """
    .lk-tensor-line, .lk-more { color: var(--muted); font: 0.82rem/1.5 var(--sans); margin: 0 0 0.5rem; }
    .rich .lk-matrix {
      font-family: var(--mono); font-size: 0.8rem; margin: 0 0 0.75rem; border-spacing: 2px;
      border-collapse: separate;
    }
    .rich .lk-matrix td {
      text-align: right; padding: 0.2rem 0.55rem; border: 0; border-radius: 3px; white-space: nowrap;
    }
    .rich .lk-matrix td.lk-gap { text-align: center; color: var(--muted); }
    .lk-matrix td { --shade: var(--accent); } .lk-matrix td.lk-negative { --shade: var(--at); }

    """
    + (1...8).map { ".lk-heat-\($0) { background: color-mix(in srgb, var(--shade) \($0 * 5)%, var(--paper)); }\n" }
    .joined()

  private static let bits = """
    .lk-bits-fields { font-family: var(--mono); font-size: 0.8rem; white-space: nowrap; }
    .lk-bits-fields > span, .lk-bits thead span { padding: 0.12em 0.3em; border-radius: 3px; margin-right: 2px; }
    .lk-bits .lk-sign { background: var(--red-soft); color: var(--red); }
    .lk-bits .lk-exponent { background: var(--green-soft); color: var(--green); }
    .lk-bits .lk-mantissa { background: var(--accent-soft); color: var(--accent); }
    .lk-bits .lk-dropped { text-decoration: line-through; text-decoration-thickness: 1px; color: var(--muted); }
    .rich .lk-bits :is(th, td) { white-space: nowrap; padding-right: 0.6rem; font-size: 0.78rem; }
    .lk-bits .lk-reading { display: block; color: var(--muted); font-size: 0.92em; }
    .lk-bits sup { line-height: 0; font-size: 0.75em; }

    """

  private static let modules = """
    .lk-module { font: 0.82rem/1.6 var(--mono); }
    .lk-module summary { cursor: pointer; }
    .lk-module ul {
      list-style: none; margin: 0.1rem 0 0.2rem 0.3rem; padding-left: 1.1rem; border-left: 1px solid var(--line);
    }
    .lk-module li { margin: 0.1rem 0; }
    .lk-module-leaf, .lk-parameter { padding-left: 1.05rem; }
    .lk-module-type { color: var(--t); font-weight: 600; }
    .lk-module-details, .lk-shape, .lk-dtype { color: var(--muted); }
    .lk-module-size { color: var(--muted); font-family: var(--sans); font-size: 0.92em; white-space: nowrap; }
    .lk-module-size::before { content: "· "; }

    """

  private static let plots = """
    .rich .lk-plot { color: var(--ink); margin: 0 auto; min-width: 30rem; }
    .lk-plot-title { font-size: 14px; font-weight: 600; }
    .lk-tick, .lk-label, .lk-legend { font-size: 12px; }
    .lk-tick { fill: var(--muted); font-variant-numeric: tabular-nums; }
    .lk-series-0 { color: var(--accent); fill: var(--accent); } .lk-series-1 { color: var(--k); fill: var(--k); }
    .lk-series-2 { color: var(--green); fill: var(--green); } .lk-series-3 { color: var(--at); fill: var(--at); }

    """
}
