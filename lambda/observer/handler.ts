import { ENV } from "../shared/constants";
import { errorFields } from "../shared/log";
import { createMetrics } from "../shared/metrics";
import { requireEnv, type Runtime } from "../shared/runtime";
import { createAnnounce } from "./announce";
import { observe } from "./logic";
import { createLook } from "./look";
import { createObserverStore } from "./store";

/** Scheduler's finest grain: a run looks several times, and the next run goes on. */
export const RUN_MS = 60_000;

export type ObserverHandler = () => Promise<{ readonly looks: number }>;

/**
 * Watches both regions from the secondary and tells people what changed. It never writes the latch: from here a dead
 * primary and a cut link look the same; Route 53's checkers, which stand in many places, decide.
 */
export function createHandler(runtime: Runtime): ObserverHandler {
  const { clock } = runtime;
  const everyMs = Number(requireEnv(runtime, ENV.LOOK_EVERY_MS));
  if (!(everyMs > 0)) throw new Error(`environment variable ${ENV.LOOK_EVERY_MS}: got ${everyMs}; allowed: milliseconds above 0`);
  const publish = createMetrics(runtime);
  const look = createLook(runtime);
  const store = createObserverStore(runtime);
  const announce = createAnnounce(runtime);

  /** The write claims the transitions: whoever stored the look announces it, so that people hear of it once. */
  const once = async (): Promise<void> => {
    const sight = await look();
    publish(...sight.figures);
    try {
      const seen = await store.read();
      if (seen && seen.observedAt > sight.look.at) return;
      const { observed, transitions } = observe(seen, sight.look);
      if (!(await store.write(seen, observed))) return;
      await Promise.all(transitions.map((transition) => announce(transition, observed)));
    } catch (error) {
      runtime.log({ level: "error", message: "look not stored", ...errorFields(error) });
    }
  };

  return async () => {
    const start = clock.now();
    let looks = 0;
    for (let due = start; due < start + RUN_MS; due += everyMs) {
      const pause = due - clock.now();
      if (pause > 0) await clock.sleep(pause);
      await once();
      looks += 1;
    }
    return { looks };
  };
}
