import type { Concurrency } from "./concurrency";
import type { Target } from "./deployed";
import type { Slot } from "./environments";
import type { Provisioned } from "./provisioned";

/** An environment for one invocation; {@link leave} it when that has ended. */
export interface Admitted {
  readonly slot: Slot;
  /** What it is one of; undefined = it runs on demand. */
  readonly provisioned: Provisioned | undefined;
}

/**
 * A provisioned environment, else one on demand where there is room. "Configuring provisioned concurrency for a function":
 * what exceeds it spills over into the unreserved pool. Throws TooManyRequestsException (429), and counts it.
 */
export function admit({ deployed, pool, kept }: Target, concurrency: Concurrency): Admitted {
  const { share, metrics } = deployed;
  try {
    concurrency.admit(share);
    const ready = kept?.environments.take();
    kept?.metrics.utilization.add(kept.environments.utilization);
    if (kept && ready) {
      kept.metrics.invocations.add(1);
      return { slot: ready, provisioned: kept.environments };
    }
    concurrency.enter(share, pool.grows);
  } catch (error) {
    metrics.throttles.add(1);
    throw error;
  }
  kept?.metrics.spillover.add(1);
  return { slot: pool.take(), provisioned: undefined };
}

/** The invocation has ended. @param target what it was admitted to */
export function leave({ deployed, pool }: Target, { slot, provisioned }: Admitted, concurrency: Concurrency): void {
  if (provisioned) return provisioned.release(slot);
  concurrency.leave(deployed.share);
  pool.release(slot);
}
