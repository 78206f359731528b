import type { Kernel } from "../../kernel/kernel";

export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly line: string;
}

/** Lines kept per log group; older ones are dropped. */
const KEPT_LINES = 1000;

/** The functions' log groups of a region: the newest lines of each. */
export class FunctionLogs {
  private readonly groups = new Map<string, LogLine[]>();

  constructor(
    private readonly kernel: Kernel,
    private readonly region: string,
  ) {}

  append(group: string, line: string): void {
    const lines = this.groups.get(group) ?? [];
    this.groups.set(group, lines);
    lines.push({ at: this.kernel.now(), line });
    // In batches: removing from the front of an array costs its length.
    if (lines.length >= 2 * KEPT_LINES) lines.splice(0, KEPT_LINES);
    this.kernel.record("lambda.log", { region: this.region, group, line });
  }

  read(group: string): readonly LogLine[] {
    return (this.groups.get(group) ?? []).slice(-KEPT_LINES);
  }
}
