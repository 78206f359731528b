/** The page's style sheet: no font, image or script from elsewhere; light and dark as the reader's system says. */
export const STYLE = `
:root { color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #12161b); --panel: light-dark(#fff, #1a2028); --line: light-dark(#dce0e5, #2e3742);
  --ink: light-dark(#161b22, #e8ecf1); --soft: light-dark(#566170, #9aa7b6); --accent: light-dark(#0b5c80, #6cc4e8);
  --good: light-dark(#12693f, #6fd39b); --good-wash: light-dark(#e2f3e9, #16352a);
  --bad: light-dark(#b02415, #ff9481); --bad-wash: light-dark(#fce8e4, #45211c);
  --first: light-dark(#2f8fb3, #4aa9cf); --second: light-dark(#7a5bb5, #a68be0); --failed: light-dark(#d1462f, #f07a63);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 24px 24px 48px; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 4px; } h2 { font-size: 1.1rem; margin: 28px 0 8px; } h3 { font-size: 1rem; margin: 0 0 6px; }
p, ul { margin: 0 0 8px; } ul { padding-left: 1.1em; } .soft, caption, figcaption { color: var(--soft); font-size: 0.87rem; }
.badge { display: inline-block; padding: 1px 12px; border-radius: 99px; font-weight: 650; vertical-align: middle; font-size: 1rem; }
.badge.pass, td.pass { color: var(--good); } .badge.pass { background: var(--good-wash); } .badge.fail, td.fail { color: var(--bad); } .badge.fail { background: var(--bad-wash); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 14px; margin: 18px 0; }
.card, figure, .wide { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; }
figure { margin: 0 0 14px; } figcaption { margin-bottom: 6px; } .wide { overflow-x: auto; margin-bottom: 14px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; } th { color: var(--soft); font-size: 0.85rem; font-weight: 500; } td.number, th.number { text-align: right; white-space: nowrap; }
td.pass, td.fail { font-weight: 650; white-space: nowrap; } code { font: 0.9em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; } svg text.row { fill: var(--ink); font-size: 12px; }
.grid { stroke: var(--line); stroke-width: 1; } .mark { stroke-width: 1.5; stroke-dasharray: 4 3; stroke: var(--accent); } .mark.bad { stroke: var(--bad); } .mark.good { stroke: var(--good); }
svg text.label { fill: var(--accent); font-weight: 600; paint-order: stroke; stroke: var(--panel); stroke-width: 3px; } svg text.label.bad { fill: var(--bad); } svg text.label.good { fill: var(--good); }
.span.bad { fill: var(--failed); } .span.good { fill: var(--good); opacity: 0.55; } .span.neutral { fill: var(--first); }
rect.first, .key.first { fill: var(--first); background: var(--first); } rect.second, .key.second { fill: var(--second); background: var(--second); } rect.failed, .key.failed { fill: var(--failed); background: var(--failed); }
path { fill: none; stroke-width: 2; } path.first { stroke: var(--first); } path.second { stroke: var(--second); }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin: 0 5px 0 12px; vertical-align: -1px; }
details { margin-bottom: 14px; } summary { cursor: pointer; }
`;
