import { ENV, METRICS } from "../shared/constants";
import { within } from "../shared/deadline";
import { errorFields } from "../shared/log";
import { count, type Figure } from "../shared/metrics";
import { requireEnv, type Runtime } from "../shared/runtime";
import { createDnsView } from "../switch/dns";
import { createLatchStore } from "../switch/store";
import type { Look, Side } from "./logic";

/** A Route 53 checker gives a region 4 s to connect and 2 s to answer; the observer's link is as long, and it looks again soon. */
export const WEB_LIMIT_MS = 3_000;

/** What one question to a region gave. `ms` only where it was answered. */
interface Probe {
  readonly good: boolean;
  readonly ms?: number;
}

/** What was seen, and its figures. */
export interface Sight {
  readonly look: Look;
  readonly figures: readonly Figure[];
}

/**
 * Looks once at everything: both regions by their own names, the switch, the latch's item, DNS. What does not answer
 * is part of the sight. Never rejects.
 */
export function createLook(runtime: Runtime): () => Promise<Sight> {
  const { clock } = runtime;
  const hosts: Readonly<Record<Side, string>> = { primary: requireEnv(runtime, ENV.PRIMARY_HOSTNAME), secondary: requireEnv(runtime, ENV.SECONDARY_HOSTNAME) };
  const dns = createDnsView(runtime);
  const latch = createLatchStore(runtime);

  const ask = async (url: string): Promise<Probe> => {
    const start = clock.now();
    try {
      const { status } = await within(clock, WEB_LIMIT_MS, url, runtime.get(url, WEB_LIMIT_MS));
      return { good: status === 200, ms: clock.now() - start };
    } catch (error) {
      runtime.log({ level: "info", message: "no answer", url, ...errorFields(error) });
      return { good: false };
    }
  };
  const attempt = async <T>(what: string, work: Promise<T>): Promise<{ readonly value: T } | undefined> => {
    try {
      return { value: await work };
    } catch (error) {
      runtime.log({ level: "error", message: "not seen", what, ...errorFields(error) });
      return undefined;
    }
  };

  return async () => {
    const [primary, secondary, resolved] = await Promise.all([
      ask(`https://${hosts.primary}/health`),
      ask(`https://${hosts.secondary}/health`),
      attempt("dns", dns()),
      // The belt: the latch follows DNS even where no checker polls it. By the public route, not by Lambda's API: it is
      // the checkers' way, needs no permission, and the observer itself can move nothing.
      ask(`https://${hosts.secondary}/switch`),
    ]);
    // After the switch, which may just have moved it.
    const item = await attempt("latch", latch.read());
    const latchState = item && (item.value?.state ?? "initial");
    const seen = resolved?.value ?? "unknown";
    return {
      look: { at: clock.now(), healthy: { primary: primary.good, secondary: secondary.good }, latchState, dns: seen },
      figures: [
        count(METRICS.observerLooks),
        ...health(METRICS.primaryHealthy, METRICS.primaryLatency, primary),
        ...health(METRICS.secondaryHealthy, METRICS.secondaryLatency, secondary),
        ...(latchState === undefined ? [] : [count(METRICS.latchEvacuated, Number(latchState === "evacuated"))]),
        ...(seen === "unknown" ? [] : [count(METRICS.observedDnsSecondary, Number(seen === "secondary"))]),
      ],
    };
  };
}

const health = (healthy: string, latency: string, { good, ms }: Probe): readonly Figure[] => [
  count(healthy, Number(good)),
  ...(ms === undefined ? [] : [{ name: latency, value: ms, unit: "Milliseconds" } as const]),
];
