import { attemptsOf, type History, type PayAttempt } from "./history";

/** A stretch of time in which a client could not pay. Epoch milliseconds. */
export interface Outage {
  /** When the first failed attempt was made, or the fault where that attempt was already under way. */
  readonly from: number;
  /** When the first success arrived of an attempt made since; Infinity when none did. */
  readonly to: number;
  /** Where the first failed attempt went; undefined when the name did not resolve. */
  readonly failedAt: string | undefined;
  /** When the client first tried another address; Infinity when it never did. */
  readonly movedAt: number;
}

export interface ClientOutages {
  readonly process: string;
  readonly outages: readonly Outage[];
}

/** A refusal that is an answer: the system worked, the request did not. */
const ANSWERED = new Set([409]);

/** Did the attempt find the system unable to take a payment? An attempt still open when the history ended did. */
export function isFailedAttempt({ outcome }: PayAttempt): boolean {
  if (outcome?.type === "ok") return false;
  return !ANSWERED.has(outcome?.value.status ?? 0);
}

const addressOf = ({ outcome }: PayAttempt): string | undefined => outcome?.value.address;

/** The outages of each client that ended, or began, after `since` (epoch ms). */
export function outagesOf(history: History, clients: readonly string[], since: number): readonly ClientOutages[] {
  const byClient = new Map<string, PayAttempt[]>(clients.map((name) => [name, []]));
  for (const attempt of attemptsOf(history, "pay")) byClient.get(attempt.process)?.push(attempt);
  return [...byClient].map(([process, attempts]) => ({ process, outages: outagesAmong(attempts, since) }));
}

function outagesAmong(attempts: readonly PayAttempt[], since: number): readonly Outage[] {
  const failures = attempts.filter((attempt) => isFailedAttempt(attempt) && attempt.completedAt >= since);
  const outages: Outage[] = [];
  let from = since;
  for (const failure of failures) {
    const start = Math.max(failure.invokedAt, since);
    if (start < from) continue; // within the outage before
    const outage = outageFrom(start, failure, attempts);
    outages.push(outage);
    from = outage.to;
  }
  return outages;
}

function outageFrom(from: number, failure: PayAttempt, attempts: readonly PayAttempt[]): Outage {
  const failedAt = addressOf(failure);
  let [to, movedAt] = [Infinity, Infinity];
  for (const attempt of attempts) {
    if (attempt.invokedAt < from) continue;
    const address = addressOf(attempt);
    if (attempt.outcome?.type === "ok") to = Math.min(to, attempt.completedAt);
    if (address !== undefined && address !== failedAt) movedAt = Math.min(movedAt, attempt.invokedAt);
  }
  return { from, to, failedAt, movedAt };
}
