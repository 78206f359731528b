import { isoTime } from "../lambda/shared/clock";
import { operate, type Operation } from "../lambda/switch/operate";
import type { LatchStore, StoredLatch } from "../lambda/switch/store";
import { fail, REASON_LENGTH, refuse, Stop, token, whyOf, type FailureCode, type OperationResult, type OperatorAccess, type RefusalCode } from "./operator";
import { dnsAnswer, latchOf, type Role } from "./readings";
import { openTrail, type Trail } from "./trail";

/** What an operation does between its opening and its end; resolves with what {@link OperationResult} tells of it. */
export type Work = (trail: Trail) => Promise<{ readonly dnsAfterMs: number }>;

/** Runs an operation: every step into the trail, every {@link Stop} into the result. Rejects only with defects. */
export async function runOperation(access: OperatorAccess, operation: Operation, reason: string | undefined, work: Work): Promise<OperationResult> {
  const start = access.clock.now();
  const trail = openTrail(access, operation, reason);
  const end = async (): Promise<OperationResult> => {
    try {
      trail.add("start", "started", `${operation} of ${access.outputs.environment}${reason ? `: ${reason}` : ""}`);
      const { dnsAfterMs } = await work(trail);
      const tookMs = access.clock.now() - start;
      trail.add("end", "done", `${operation} done after ${seconds(tookMs)}; DNS followed the latch in ${seconds(dnsAfterMs)}`);
      return { outcome: "done", steps: trail.steps, dnsAfterMs, tookMs };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const { outcome, code, step, message: why } = error;
      trail.add(step, outcome, `${code}: ${why}`);
      return outcome === "refused"
        ? { outcome, code: code as RefusalCode, why, steps: trail.steps } // by refuse()
        : { outcome, code: code as FailureCode, why, steps: trail.steps }; // by fail()
    }
  };
  const result = await end();
  await trail.written();
  return result;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** @throws Stop where the reason says nothing */
export function requireReason(reason: string | undefined, what: string): void {
  const given = (reason ?? "").trim();
  if (given.length >= REASON_LENGTH) return;
  throw refuse("REASON_MISSING", "reason", `${what} needs a reason of at least ${REASON_LENGTH} characters for the audit trail; got ${JSON.stringify(given)}; give --reason "…"`);
}

/** The latch as it is, if the state machine allows the operation in it. @throws Stop */
export async function permitted(access: OperatorAccess, operation: Operation): Promise<StoredLatch | undefined> {
  const latch = await readLatch(access);
  const decision = operate(operation, latch, 0);
  if ("refused" in decision) throw refuse(decision.refused, "latch", `the latch is ${latch?.state ?? "initial"}${latch ? ` since ${isoTime(latch.since)}` : ""}: ${decision.row.because}`);
  return latch;
}

async function readLatch(access: OperatorAccess): Promise<StoredLatch | undefined> {
  try {
    return await latchOf(access).read();
  } catch (error) {
    throw refuse("LATCH_UNREADABLE", "latch", `the control table in ${access.outputs.regions.secondary} does not tell the latch (${whyOf(error)}); nothing can be moved without it`);
  }
}

/** Heartbeats come between a read and a write; more than a few in a row do not. */
const ATTEMPTS = 5;

/**
 * Moves the latch from the state that was seen, by a conditional write. A heartbeat in between changes nothing that an
 * operator decided on, so it is read again; a state that somebody else made is not overwritten. A write without an
 * answer is looked for.
 * @param because what the trail tells in place of the state machine's own reason
 * @throws Stop
 */
export async function move(access: OperatorAccess, trail: Trail, operation: Operation, seen: StoredLatch | undefined, because?: string): Promise<void> {
  const store = latchOf(access);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const now = await readLatch(access);
    if (now?.state !== seen?.state || now?.since !== seen?.since) break;
    const decision = operate(operation, now, Math.floor(access.clock.now()));
    if ("refused" in decision) throw refuse(decision.refused, "latch", decision.row.because);
    const next = { ...decision.latch, writer: token(access.random) };
    if (await isWritten(store, now, next)) {
      trail.add("latch", "done", `latch: ${decision.row.from} -> ${next.state} (${because ?? decision.row.because})`, { from: decision.row.from, to: next.state, version: next.version });
      return;
    }
  }
  const state = (await store.read().catch(() => undefined))?.state ?? "not readable";
  throw refuse("CHANGED_MEANWHILE", "latch", `somebody else, or the switch, moved the latch in the meantime: it is ${state} now; look with npm run status`);
}

async function isWritten(store: LatchStore, seen: StoredLatch | undefined, next: StoredLatch): Promise<boolean> {
  try {
    return await store.write(seen, next);
  } catch (error) {
    const found = await store.read().catch(() => undefined);
    if (found?.writer === next.writer) return true;
    // It may still take effect, so it is not called refused.
    throw fail("WRITE_UNKNOWN", "latch", `the latch's write got no answer (${whyOf(error)}); the latch is ${found?.state ?? "not readable"} now: look with npm run status, then repeat`);
  }
}

export interface Follow {
  readonly to: Role;
  /** Milliseconds after which waiting ends. */
  readonly limitMs: number;
  /** Ends the waiting early where the latch says that it was for nothing. @throws Stop */
  readonly check: (latch: StoredLatch | undefined) => boolean;
}

const POLL_MS = 1_000;
const TELL_MS = 10_000;

/**
 * Waits until DNS answers the region, and `check` finds the latch as it should be.
 * @returns milliseconds from the call to the DNS answer
 * @throws Stop
 */
export async function follow(access: OperatorAccess, trail: Trail, { to, limitMs, check }: Follow): Promise<number> {
  const { clock, outputs } = access;
  const start = clock.now();
  let answeredAfter: number | undefined;
  for (let told = start; ; await clock.sleep(POLL_MS)) {
    const [dns, latch] = await Promise.all([
      dnsAnswer(access).catch(() => undefined),
      latchOf(access).read().then((value) => ({ value }), () => undefined),
    ]);
    const settled = latch !== undefined && check(latch.value);
    if (dns?.role === to && answeredAfter === undefined) {
      answeredAfter = clock.now() - start;
      trail.add("dns", "observed", `DNS answers ${outputs.regions[to]} ${seconds(answeredAfter)} after the latch`, { target: dns.target, afterMs: Math.round(answeredAfter) });
    }
    if (answeredAfter !== undefined && settled) return answeredAfter;
    const waited = clock.now() - start;
    if (waited > limitMs) {
      const what = answeredAfter === undefined ? `DNS answers ${dns?.target ?? "nothing"}, not ${outputs.regions[to]}` : `DNS answers ${outputs.regions[to]}, but the latch is ${latch?.value?.state ?? "not readable"}`;
      throw fail("DNS_NOT_FOLLOWED", "dns", `after ${seconds(waited)} ${what}; look with npm run status`);
    }
    if (clock.now() - told < TELL_MS) continue;
    told = clock.now();
    access.out(`  … waiting for DNS to answer ${outputs.regions[to]}: ${seconds(waited)}, now ${dns?.target ?? "no answer"}`);
  }
}

