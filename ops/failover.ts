import { follow, move, permitted, requireReason, runOperation } from "./operation";
import { fail, refuse, type OperationResult, type OperatorAccess } from "./operator";
import { healthOf } from "./readings";

export interface FailoverOptions {
  /** Why, for the audit trail: at least 10 characters. A failover without need is allowed; it is not free of questions. */
  readonly reason: string | undefined;
  /** Milliseconds to wait for DNS. Default 5 minutes: longer than a latch lives that DNS does not follow. */
  readonly waitMs?: number;
}

const WAIT_MS = 300_000;

/**
 * Evacuates the primary deliberately: `primary` or `returning` -> `evacuated`, by the latch's own conditional write, then
 * waits until DNS answers the secondary. Refused, forced or not, towards a secondary that takes no payments: that would
 * leave users with nobody.
 */
export function failover(access: OperatorAccess, { reason, waitMs = WAIT_MS }: FailoverOptions): Promise<OperationResult> {
  return runOperation(access, "failover", reason, async (trail) => {
    const { regions } = access.outputs;
    requireReason(reason, "a failover");
    const latch = await permitted(access, "failover");
    const [primary, secondary] = await Promise.all([healthOf(access, "primary"), healthOf(access, "secondary")]);
    if (!secondary.healthy) throw refuse("SECONDARY_UNHEALTHY", "health", `${regions.secondary} cannot take payments (${secondary.text}); nobody could serve`);
    trail.add("health", "observed", `${regions.secondary} takes payments; ${regions.primary} ${primary.healthy ? "does too: this failover is not needed for its health" : `does not (${primary.text})`}`, {
      primaryHealthy: primary.healthy,
    });
    await move(access, trail, "failover", latch);
    const dnsAfterMs = await follow(access, trail, {
      to: "secondary",
      limitMs: waitMs,
      check: (now) => {
        if (now?.state === "primary") throw fail("LAPSED", "dns", "DNS has not followed, so the evacuation lapsed and traffic stays at the primary: is the switch's health check well?");
        if (now?.state === "returning") throw fail("CALLED_OFF", "latch", "somebody started a failback meanwhile");
        return now?.state === "evacuated";
      },
    });
    return { dnsAfterMs };
  });
}
