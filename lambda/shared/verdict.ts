import type { Clock } from "./clock";

/** A younger verdict is answered from memory: checkers cost no writes by the dozen. */
export const FRESH_MS = 5_000;
/** An older verdict says nothing any more: a region that does not answer is unhealthy. */
export const STALE_MS = 10_000;

/** What a write through the table's quorum said: it was done, it was refused or failed, or there was no answer. */
export type WriteAnswer = "done" | "failed" | "silent";

/** The last answer. Undefined before the first. */
export interface Verdict {
  readonly good: boolean;
  /** Epoch milliseconds at which the answer came. */
  readonly at: number;
}

/** The verdict as a health route shows it. */
export interface Reading {
  readonly table: "ok" | "failed" | "unknown";
  /** Age of the last answer; null before the first. */
  readonly ageMs: number | null;
}

/** May the verdict be given without another write? */
export const isFresh = (verdict: Verdict | undefined, nowMs: number): verdict is Verdict =>
  verdict !== undefined && nowMs - verdict.at < FRESH_MS;

/** The verdict after a write. No answer is no verdict: the last one stands. */
export const afterWrite = (verdict: Verdict | undefined, answer: WriteAnswer, nowMs: number): Verdict | undefined =>
  answer === "silent" ? verdict : { good: answer === "done", at: nowMs };

export function read(verdict: Verdict | undefined, nowMs: number): Reading {
  if (verdict === undefined) return { table: "unknown", ageMs: null };
  const ageMs = nowMs - verdict.at;
  if (ageMs >= STALE_MS) return { table: "unknown", ageMs };
  return { table: verdict.good ? "ok" : "failed", ageMs };
}

/** The verdict with its memory: at most one write is under way, and whoever asks meanwhile waits for the same one. */
export function createVerdict(clock: Clock, write: () => Promise<WriteAnswer>): () => Promise<Reading> {
  let verdict: Verdict | undefined;
  let flight: Promise<void> | undefined;

  const fly = async (): Promise<void> => {
    try {
      verdict = afterWrite(verdict, await write(), clock.now());
    } finally {
      flight = undefined;
    }
  };
  return async () => {
    if (!isFresh(verdict, clock.now())) {
      flight ??= fly();
      await flight;
    }
    return read(verdict, clock.now());
  };
}
