import type { Concurrency } from "./concurrency";
import type { Target } from "./deployed";
import type { Slot } from "./environments";

/** An environment for one invocation; call `release` when it has ended. */
export interface Admitted {
  readonly slot: Slot;
  release(): void;
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
      return { slot: ready, release: () => kept.environments.release(ready) };
    }
    concurrency.enter(share, pool.grows);
  } catch (error) {
    metrics.throttles.add(1);
    throw error;
  }
  kept?.metrics.spillover.add(1);
  const slot = pool.take();
  const release = (): void => {
    concurrency.leave(share);
    pool.release(slot);
  };
  return { slot, release };
}
