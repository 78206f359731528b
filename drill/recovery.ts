import type { History } from "./history";

/** Follows a growing history: which clients pay again. It decides when a drill may end, never what it found. */
export class Recovery {
  /** Acknowledged attempts so far. */
  acknowledged = 0;
  private seen = 0;
  private faultAt = Infinity;
  private lastFailureAt = -Infinity;
  private readonly invokedAt = new Map<number, number>();
  private readonly paying = new Set<string>();

  constructor(
    private readonly history: History,
    private readonly clients: readonly string[],
  ) {}

  /** Only successes of attempts made from `at` on count as recovered. */
  fault(at: number): void {
    this.faultAt = at;
    this.paying.clear();
  }

  /** Reads what was added since the last update. */
  update(): void {
    for (; this.seen < this.history.length; this.seen += 1) {
      const line = this.history[this.seen];
      if (line?.f !== "pay") continue;
      if (line.type === "invoke") {
        this.invokedAt.set(line.op, line.at);
        continue;
      }
      const invoked = this.invokedAt.get(line.op) ?? -Infinity;
      this.invokedAt.delete(line.op);
      if (line.type !== "ok") {
        this.lastFailureAt = line.at;
        continue;
      }
      this.acknowledged += 1;
      if (invoked >= this.faultAt) this.paying.add(line.process);
    }
  }

  /** Clients that have paid since the fault. */
  recovered(): number {
    return this.paying.size;
  }

  /** How long all clients have been paying without a failed attempt, ms; 0 while one has not paid since the fault. */
  steadyFor(now: number, since: number | undefined): number {
    if (since === undefined || this.paying.size < this.clients.length) return 0;
    return now - Math.max(this.lastFailureAt, since);
  }
}
