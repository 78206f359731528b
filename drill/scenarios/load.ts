import { PROBE_LIMIT } from "../../lib/probe-limit";
import { alarmsIn, API_FAILS, PRIMARY } from "../alarm-groups";
import { RETRY_POLICIES } from "../retries";
import type { Scenario } from "../scenario";
import { DNS_ONLY_PLAN, EVACUATED, FAILOVER, lasting, UNFELT } from "./base";

const REFUSES = { kind: "outage", role: "primary", mode: "refuse" } as const;
const peak = (name: string, what: string, retries: keyof typeof RETRY_POLICIES): Scenario => ({
  ...FAILOVER,
  name,
  what,
  failure: "region-lost",
  clients: 30,
  load: "own",
  plan: { ...DNS_ONLY_PLAN, meanIntervalMs: 1_000, retries: RETRY_POLICIES[retries] },
  faultAtMs: 30_000,
  steps: [{ atMs: 0, inject: REFUSES, as: "lost" }],
  expects: EVACUATED,
});

/** More than usual, or less room than usual. */
export const LOAD: readonly Scenario[] = [
  peak("retry-storm", "the primary region is gone at peak, and clients repeat at once and for ever", "naive"),
  peak("peak", "the primary region is gone at peak; clients repeat with full jitter and a budget", "full-jitter"),
  {
    ...lasting(270_000),
    name: "concurrency-exhausted",
    what: "the primary's payment function gets no more executions: a grey failure, since the health function has its own",
    failure: "grey",
    steps: [{ atMs: 0, inject: { kind: "concurrency", role: "primary", resource: "payments-process-{region}-{environment}", limit: 0 }, as: "exhausted" }],
    expects: { hit: { failingMs: 60_000 }, recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 }, alarms: { fire: alarmsIn(PRIMARY, "process-throttles", ...API_FAILS) } },
  },
  {
    ...lasting(60_000),
    name: "health-flood",
    what: "somebody asks the primary's health route nearly as often as its gateway lets them: the verdict stands",
    steps: [{ atMs: 0, flood: { role: "primary", target: "/health", perSecond: 0.9 * PROBE_LIMIT.requestsPerSecond, forMs: 30_000 } }],
    expects: UNFELT,
  },
  {
    ...lasting(100_000),
    name: "health-flood-above",
    what: "somebody asks the primary's health route six times as often as its gateway lets them: checkers are throttled with the rest, and the primary is left",
    clients: 10,
    steps: [{ atMs: 0, flood: { role: "primary", target: "/health", perSecond: 6 * PROBE_LIMIT.requestsPerSecond, forMs: 80_000 } }],
    expects: { hit: "nobody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
];
