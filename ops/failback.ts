import { isoTime } from "../lambda/shared/clock";
import { RETURN_LIMIT_MS } from "../lambda/switch/logic";
import { CanaryLost, crossBoth, crossFor, type Crossing } from "./canary";
import { follow, move, permitted, requireReason, runOperation, seconds } from "./operation";
import { fail, refuse, whyOf, type OperationResult, type OperatorAccess } from "./operator";
import { pendingBytes, unfinished } from "./pending";
import { healthOf, observed } from "./readings";
import type { Trail } from "./trail";

export interface FailbackOptions {
  /** Needed with `force`: at least 10 characters. */
  readonly reason?: string | undefined;
  /** Skips waiting and replication's proof; never the state machine, and never the primary's own health. */
  readonly force?: boolean;
  /** How long the primary must have been healthy, milliseconds. Default 3 minutes. */
  readonly healthyForMs?: number;
  /** Eventual mode: how long every canary must arrive in time, milliseconds. Default 5 minutes. */
  readonly canariesForMs?: number;
}

const MINUTE_MS = 60_000;
const HEALTHY_FOR_MS = 3 * MINUTE_MS;
const CANARIES_FOR_MS = 5 * MINUTE_MS;
/** The observer comes every minute: an older item says nothing about now. */
export const STALE_MS = 3 * MINUTE_MS;

/** In strong mode a witness makes the quorum; in eventual mode there is none. */
const isStrong = ({ outputs }: OperatorAccess): boolean => outputs.regions.witness !== undefined;

/**
 * Leads traffic back to the primary: `evacuated` -> `returning`, once the primary has been healthy long enough, is healthy
 * now, and replication has caught up both ways. Then waits until DNS answers the primary and the latch says so; where
 * DNS does not follow within 10 minutes the latch goes back to `evacuated` by itself.
 */
export function failback(access: OperatorAccess, options: FailbackOptions = {}): Promise<OperationResult> {
  const { reason, force = false, healthyForMs = HEALTHY_FOR_MS, canariesForMs = CANARIES_FOR_MS } = options;
  return runOperation(access, "failback", reason, async (trail) => {
    if (force) requireReason(reason, "--force");
    const latch = await permitted(access, "failback");
    await primaryLives(access);
    if (force) {
      trail.add("force", "done", "forced: the primary's time in good health and replication were not waited for");
    } else {
      await healthyLongEnough(access, trail, healthyForMs);
      await replicationCaughtUp(access, trail, canariesForMs);
    }
    await namePendingObjects(access, trail);
    // Minutes may have gone by.
    await primaryLives(access);
    trail.add("health", "observed", `${access.outputs.regions.primary} takes payments now`);
    await move(access, trail, "failback", latch, force ? "forced by an operator" : undefined);
    return { dnsAfterMs: await returned(access, trail) };
  });
}

async function primaryLives(access: OperatorAccess): Promise<void> {
  const { healthy, text } = await healthOf(access, "primary");
  const { primary } = access.outputs.regions;
  if (!healthy) throw refuse("PRIMARY_UNHEALTHY", "health", `${primary} cannot take payments (${text}); --force does not change that`);
}

async function healthyLongEnough(access: OperatorAccess, trail: Trail, healthyForMs: number): Promise<void> {
  const { primary } = access.outputs.regions;
  const seen = await observed(access).catch((error: unknown) => {
    throw refuse("OBSERVER_UNREADABLE", "observer", `the observer's item cannot be read (${whyOf(error)})`);
  });
  if (!seen) throw refuse("OBSERVER_STALE", "observer", "the observer has written nothing yet, so nobody knows how long the primary has been healthy; does its schedule run?");
  const now = access.clock.now();
  if (now - seen.observedAt > STALE_MS) {
    throw refuse("OBSERVER_STALE", "observer", `the observer last looked at ${isoTime(seen.observedAt)}, ${seconds(now - seen.observedAt)} ago; allowed ${seconds(STALE_MS)}: does its schedule run?`);
  }
  if (seen.primaryHealthySince === undefined) throw refuse("PRIMARY_TOO_YOUNG", "observer", `the observer did not find ${primary} healthy at ${isoTime(seen.observedAt)}`);
  const healthyFor = now - seen.primaryHealthySince;
  if (healthyFor < healthyForMs) {
    throw refuse("PRIMARY_TOO_YOUNG", "observer", `${primary} has been healthy for ${seconds(healthyFor)}, since ${isoTime(seen.primaryHealthySince)}; needed ${seconds(healthyForMs)}: wait ${seconds(healthyForMs - healthyFor)}`);
  }
  trail.add("observer", "observed", `${primary} has been healthy for ${seconds(healthyFor)}`, { primaryHealthySince: seen.primaryHealthySince });
}

async function replicationCaughtUp(access: OperatorAccess, trail: Trail, canariesForMs: number): Promise<void> {
  const strong = isStrong(access);
  if (!strong) access.out(`  canaries each way for ${seconds(canariesForMs)} …`);
  try {
    const lags = strong ? await crossBoth(access) : await crossFor(access, canariesForMs, progress(access, canariesForMs));
    const text = lags.map(({ from, to, lagMs }) => `${from} to ${to} ${seconds(lagMs)}`).join(", ");
    trail.add("canary", "observed", `replication has caught up: ${strong ? "a canary each way:" : `every canary for ${seconds(canariesForMs)}, at most`} ${text}`);
  } catch (error) {
    if (!(error instanceof CanaryLost)) throw error;
    throw refuse("REPLICATION_BEHIND", "canary", error.message);
  }
}

const TELL_MS = 10_000;

function progress({ out }: OperatorAccess, durationMs: number): (ms: number, lags: readonly Crossing[]) => void {
  let told = 0;
  return (ms, lags) => {
    if (ms - told < TELL_MS) return;
    told = ms;
    out(`  … ${seconds(ms)} of ${seconds(durationMs)}; ${lags.map(({ to, lagMs }) => `to ${to} ${seconds(lagMs)}`).join(", ")}`);
  };
}

/** Receipts and documents never hold a failback up: both regions derive receipts, and documents follow. */
async function namePendingObjects(access: OperatorAccess, trail: Trail): Promise<void> {
  const left = unfinished(await pendingBytes(access));
  trail.add("objects", "observed", left === undefined ? "S3 has nothing left to replicate" : `S3 may still have objects to replicate: ${left}; payments do not wait for it`);
}

function returned(access: OperatorAccess, trail: Trail): Promise<number> {
  return follow(access, trail, {
    to: "primary",
    limitMs: RETURN_LIMIT_MS + MINUTE_MS,
    check: (latch) => {
      if (latch?.state === "evacuated") {
        throw fail("RETURN_FAILED", "latch", `the latch is evacuated again since ${isoTime(latch.since)}: DNS did not follow within 10 minutes, or somebody failed over; look at the primary's health check`);
      }
      return latch?.state === "primary";
    },
  });
}
