import type { Judged } from "./budgets";

const show = (value: number): string => (Number.isInteger(value) ? value.toLocaleString("en-US") : value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(value >= 10 ? 1 : 2));

const bound = ({ limit }: Judged): string => (limit === undefined ? "" : `${limit.direction} ${show(limit.limit)}${limit.stretch === undefined ? "" : ` (${show(limit.stretch)})`}`);

/** The figures as a table of text, a line between groups. */
export function table(figures: readonly Judged[]): string {
  const rows = figures.map((figure) => [figure.what, show(figure.value), figure.unit, bound(figure), figure.verdict]);
  const all = [["", "measured", "", "budget (stretch)", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ").trimEnd();
  const lines: string[] = [line(all[0] ?? [])];
  let group = "";
  for (const [index, figure] of figures.entries()) {
    if (figure.group !== group) lines.push("", figure.group);
    group = figure.group;
    lines.push(`  ${line(rows[index] ?? [])}`);
  }
  return lines.join("\n");
}
