import type { Assumption } from "./assumptions";

/** Aligned plain-text columns: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Milliseconds as seconds with one decimal; `never` for Infinity, `-` for nothing measured. */
export function seconds(ms: number | undefined): string {
  if (ms === undefined) return "-";
  return ms === Infinity ? "never" : `${(ms / 1000).toFixed(1)} s`;
}

/** A count or a ratio with at most `digits` decimals; `-` for nothing measured. */
export function figure(value: number | undefined, digits = 0): string {
  if (value === undefined) return "-";
  return value === Infinity ? "unbounded" : value.toFixed(digits);
}

/** A figure in its unit. */
export const quantity = (value: number | undefined, unit: string): string =>
  unit === "ms" ? seconds(value) : `${figure(value)} ${unit}`;

/** An assumption's value in its unit. */
export function shownValue({ value: given, unit }: Pick<Assumption<unknown>, "value" | "unit">): string {
  const range = given as { readonly low?: number; readonly high?: number }; // only looked at, below
  if (typeof given !== "object" || given === null) return `${String(given)}${unit && ` ${unit}`}`;
  if (range.low !== undefined && range.high !== undefined) return `${range.low} to ${range.high} ${unit}`;
  return Object.entries(given).map(([name, each]) => `${name} ${String(each)}`).join(", ");
}
