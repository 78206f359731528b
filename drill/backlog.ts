import type { LogicalPayment, PayAttempt } from "./history";
import { isFailedAttempt } from "./outages";

/** A payment waits from its first failed attempt until it is acknowledged or refused for good. */
function waiting({ attempts }: LogicalPayment): { readonly from: number; readonly to: number } | undefined {
  const end = attempts.reduce((first, attempt) => (isAnswered(attempt) ? Math.min(first, attempt.completedAt) : first), Infinity);
  const from = attempts.find(isFailedAttempt)?.completedAt ?? Infinity;
  return from < end ? { from, to: end } : undefined;
}

const isAnswered = (attempt: PayAttempt): boolean => attempt.outcome !== undefined && !isFailedAttempt(attempt);

/**
 * Milliseconds from `since` until no payment was waiting for an answer any more; 0 where none was. Infinity where some
 * wait until the end of the history. What fails later is another story.
 */
export function timeToDrain(payments: readonly LogicalPayment[], since: number): number {
  const queue = payments.flatMap((payment) => waiting(payment) ?? []).sort((a, b) => a.from - b.from);
  let until = since;
  for (const { from, to } of queue) {
    if (from > until) break;
    until = Math.max(until, to);
  }
  return until - since;
}
