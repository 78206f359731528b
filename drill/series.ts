import { attemptsOf, type History } from "./history";
import { isFailedAttempt } from "./outages";
import { percentile } from "./statistics";

/** What clients saw in one second. */
export interface Second {
  /** Seconds since the clients' start; the second that begins here. */
  readonly at: number;
  /** Attempts that succeeded, by the address that answered. */
  readonly ok: Readonly<Record<string, number>>;
  /** Attempts that found the system unable to take a payment. */
  readonly failed: number;
  /** Of the successes, milliseconds from the attempt to its answer; undefined without any. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** The payments' attempts by the second in which they ended. Pure. @param endedAt epoch ms */
export function secondsOf(history: History, startedAt: number, endedAt: number): readonly Second[] {
  const count = Math.max(0, Math.ceil((endedAt - startedAt) / 1000));
  const rows = Array.from({ length: count }, () => ({ ok: {} as Record<string, number>, failed: 0, latencies: [] as number[] }));
  for (const attempt of attemptsOf(history, "pay")) {
    const row = rows[Math.floor((attempt.completedAt - startedAt) / 1000)];
    if (!row) continue;
    if (attempt.outcome?.type === "ok") {
      const { address } = attempt.outcome.value;
      row.ok[address] = (row.ok[address] ?? 0) + 1;
      row.latencies.push(attempt.completedAt - attempt.invokedAt);
    } else if (isFailedAttempt(attempt)) {
      row.failed += 1;
    }
  }
  return rows.map(({ latencies, ...row }, at) => ({ at, ...row, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) }));
}
