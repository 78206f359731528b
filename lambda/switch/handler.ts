import { isoTime } from "../shared/clock";
import { ENV, METRICS, REGION_VARIABLE } from "../shared/constants";
import { unavailable } from "../shared/errors";
import { createTableVerdict } from "../shared/health-write";
import { serve, type Answer, type ApiHandler } from "../shared/http";
import { errorFields } from "../shared/log";
import { count, createMetrics } from "../shared/metrics";
import { requireEnv, type Runtime } from "../shared/runtime";
import { createDnsView } from "./dns";
import { createPoll, type Known, type PollDependencies } from "./poll";
import { createLatchStore } from "./store";

/**
 * `GET /switch`, in the secondary region only: the latch of docs/decisions.md, 5, polled by Route 53's checkers.
 * @param announce where alerts go; the log by default
 */
export function createHandler(runtime: Runtime, announce?: PollDependencies["announce"]): ApiHandler {
  const { clock } = runtime;
  const region = requireEnv(runtime, REGION_VARIABLE);
  const publish = createMetrics(runtime);
  const poll = createPoll({
    clock,
    store: createLatchStore(runtime),
    dns: createDnsView(runtime),
    verdict: createTableVerdict(runtime),
    lapseAfterMs: positive(runtime, ENV.LAPSE_AFTER_MS),
    settleMs: positive(runtime, ENV.SETTLE_MS),
    writer: () => Math.floor(runtime.random() * Number.MAX_SAFE_INTEGER).toString(36),
    announce: (announcement) => {
      publish(count(METRICS.latchAlerts));
      if (announce) announce(announcement);
      else runtime.log({ level: "warn", ...announcement, at: isoTime(clock.now()) });
    },
    failed: (what, error) => {
      if (what === "item") publish(count(METRICS.controlItemUnreadable));
      runtime.log({ level: "error", message: "latch not reached", what, ...errorFields(error) });
    },
  });
  return serve(runtime, {
    name: "switch",
    unforeseen: "nothing-changed",
    handle: async () => {
      const known = await poll();
      if (!known) throw unavailable();
      return switchAnswer(known, region);
    },
  });
}

/** `state` comes first and JSON stays compact: the health check looks for the text `"state":"evacuated"`. */
export function switchAnswer({ state, latch, dns, remembered }: Known, region: string): Answer {
  return {
    status: 200,
    body: {
      state,
      ...(latch ? { since: isoTime(latch.since) } : {}),
      ...(latch?.heartbeatAt === undefined ? {} : { heartbeatAt: isoTime(latch.heartbeatAt) }),
      dns,
      remembered,
      region,
    },
  };
}

function positive(runtime: Runtime, name: string): number {
  const value = requireEnv(runtime, name);
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`environment variable ${name}: got ${value}; allowed: milliseconds above 0, see lambda/switch/logic.ts`);
}
