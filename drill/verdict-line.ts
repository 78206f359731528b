/** One thing that was asked of the drill. */
export interface VerdictLine {
  /** A budget's id, an invariant, or `drill.*` for what a scenario expects and what makes a drill worth anything. */
  readonly id: string;
  readonly what: string;
  /** What was measured; undefined when nothing was, which never passes. */
  readonly measured: number | undefined;
  readonly limit: number;
  readonly direction: Direction;
  readonly unit: string;
  readonly pass: boolean;
  /** False where a breach is only counted. */
  readonly asserted: boolean;
  /** Whether the stretch figure was met; absent where there is none. */
  readonly stretch?: { readonly limit: number; readonly pass: boolean };
}

export type Direction = "at most" | "at least";

export type Asked = Pick<VerdictLine, "id" | "what" | "measured" | "limit" | "direction" | "unit">;

export function within(measured: number | undefined, direction: Direction, limit: number): boolean {
  if (measured === undefined) return false;
  return direction === "at most" ? measured <= limit : measured >= limit;
}

export const verdictLine = (asked: Asked, asserted = true): VerdictLine => ({
  ...asked,
  asserted,
  pass: within(asked.measured, asked.direction, asked.limit),
});
