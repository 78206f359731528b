import { alarmsIn, API_FAILS, PRIMARY } from "../alarm-groups";
import type { Scenario } from "../scenario";
import { FAILOVER, lasting } from "./base";

const PAYMENTS = { kind: "service", role: "primary", service: "lambda", operation: "Invoke", resource: "payments-process-{region}-{environment}" } as const;

/** A share of the primary's payments fails while its health route is well. */
const grey = (percent: number): Scenario => ({
  ...lasting(270_000),
  name: `grey-${percent}`,
  what: `${percent} % of the primary's payments fail; its health route does not see it, the grey sensor does`,
  ...(percent >= 50 ? { failure: "grey" } : {}),
  steps: [{ atMs: 0, inject: { ...PAYMENTS, mode: "error", rate: percent / 100 }, as: "grey" }],
  expects: { hit: { failingMs: 60_000, share: percent / 100 }, recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 }, alarms: { fire: alarmsIn(PRIMARY, ...API_FAILS) } },
});

/** Failures that health routes do not see. */
export const GREY_AND_SLOW: readonly Scenario[] = [
  {
    ...grey(10),
    what: "10 % of the primary's payments fail, fewer than the grey sensor reacts to: clients' retries carry them through",
    expects: { hit: { failingMs: 60_000, share: 0.1 }, recovered: "all", serving: "primary", latch: "primary", flips: { atMost: 0 }, availability: { atLeast: 0.8 } },
  },
  {
    ...grey(20),
    what: "20 % of the primary's payments fail, which is the grey sensor's threshold: chance decides whether the primary is left, and clients' retries carry payments through",
    expects: { hit: { failingMs: 60_000, share: 0.2 }, recovered: "all", flips: { atMost: 1 }, availability: { atLeast: 0.7 } },
  },
  grey(50),
  grey(90),
  {
    ...lasting(90_000),
    name: "slow-table",
    what: "the primary's tables answer 300 ms late for a minute: payments take longer and succeed",
    steps: [
      { atMs: 0, inject: { kind: "service", role: "primary", service: "dynamodb", mode: "delay", ms: 300 }, as: "slow" },
      { atMs: 60_000, heal: "slow" },
    ],
    expects: { hit: "nobody", recovered: "all", serving: "primary", latch: "primary", flips: { atMost: 0 } },
  },
  {
    ...FAILOVER,
    name: "too-slow-table",
    what: "the primary's tables answer 5 s late, which is later than anybody waits",
    failure: "region-lost",
    steps: [{ atMs: 0, inject: { kind: "service", role: "primary", service: "dynamodb", mode: "delay", ms: 5_000 }, as: "slow" }],
    expects: { hit: { failingMs: 15_000 }, recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
];
