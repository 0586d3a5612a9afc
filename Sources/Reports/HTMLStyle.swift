/// The page's only style: system fonts, light and dark as the reader's system has it, plain on
/// paper.
enum HTMLStyle {
    static let sheet = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --ink: #1c2024; --soft: #5b646d; --line: #dde1e6; --card: #f6f7f9;
          --pass: #1a7f37; --fail: #c4221f; --warn: #8a5a00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171a; --ink: #e4e8ec; --soft: #98a2ad; --line: #30363d; --card: #1c2126;
            --pass: #4cc26a; --fail: #ff7b72; --warn: #e0a83a;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem;
          background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
          font-variant-numeric: tabular-nums;
        }
        h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 0; }
        p { margin: 0; }
        code { font: 0.87em/1.45 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace;
          overflow-wrap: anywhere; }
        a { color: inherit; }
        section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
        .product, .title, .source, .measure, dt { color: var(--soft); }
        h1.pass, .verdict.pass { color: var(--pass); }
        h1.fail, .verdict.fail { color: var(--fail); }
        .verdict { margin-top: 0.5rem; font-weight: 600; overflow-wrap: anywhere; }

        dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.1rem 0.75rem;
          margin: 0; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .facts { margin: 0.75rem 0 1.25rem; }

        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; }
        th { text-align: left; font-weight: 600; color: var(--soft); }
        th, td { padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line);
          vertical-align: top; overflow-wrap: anywhere; }
        td { min-width: 4.5rem; }

        .row { display: grid; grid-template-columns: 1rem 7.2rem 15rem minmax(0, 1fr);
          gap: 0.75rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line);
          align-items: baseline; }
        .row::before { content: ""; }
        summary.row { cursor: pointer; list-style: none; }
        summary.row::-webkit-details-marker { display: none; }
        summary.row::before { content: "\\25B8"; color: var(--soft); }
        details[open] > summary.row::before { content: "\\25BE"; }
        summary.row:hover, summary.row:focus-visible { background: var(--card); }
        .name { font-weight: 600; overflow-wrap: anywhere; }
        .badge { display: inline-block; color: var(--soft); white-space: nowrap; }
        .badge.pass { color: var(--pass); }
        .badge.warn { color: var(--warn); font-weight: 700; }
        .badge.fail { color: var(--fail); font-weight: 700; text-transform: uppercase; }

        .inside { padding: 0.25rem 0 1rem 1.75rem; border-bottom: 1px solid var(--line); }
        .rule { margin-top: 0.9rem; }
        .rule > p > .badge, .rule > p > code { margin-right: 0.4rem; }
        dd code { margin-right: 0.8rem; }
        .source { font-size: 0.87em; }
        .finding { margin: 0.6rem 0; padding: 0.55rem 0.9rem; background: var(--card);
          border-left: 3px solid var(--soft); }
        .finding.fail { border-color: var(--fail); }
        .finding.warn { border-color: var(--warn); }
        .finding dl { margin-top: 0.25rem; }

        @media (max-width: 42rem) {
          body { padding: 1.25rem 0.9rem 3rem; }
          .row { grid-template-columns: 1rem 6.6rem minmax(0, 1fr); gap: 0.2rem 0.5rem; }
          .row .measure { grid-column: 3; }
          .inside { padding-left: 0.5rem; }
          .overview :is(th, td):nth-child(3) { display: none; }
          dl { grid-template-columns: 5rem minmax(0, 1fr); }
        }
        @media print {
          :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb;
            --card: #fff; --pass: #14632b; --fail: #a01512; --warn: #6d4700; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          details::details-content { content-visibility: visible; display: block; height: auto; }
          summary.row::before { content: "" !important; }
          .finding, tr { break-inside: avoid; }
          summary, h2, .rule > p { break-after: avoid; }
          .scroll { overflow: visible; }
        }
        """
}
