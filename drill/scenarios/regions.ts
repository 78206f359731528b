import { alarmsIn, GLOBAL } from "../alarm-groups";
import type { Scenario } from "../scenario";
import { AWAY_FOR_A_MINUTE, EVACUATED, FAILOVER, lasting, NOBODY_HEALTHY, PRIMARY_REFUSES, UNFELT } from "./base";

const SECONDARY_REFUSES = { kind: "outage", role: "secondary", mode: "refuse" } as const;

const SWITCH_FAILS = { kind: "service", role: "secondary", service: "lambda", operation: "Invoke", resource: "payments-switch-{region}-{environment}", mode: "error" } as const;

const regionLost: Scenario = {
  ...FAILOVER,
  name: "region-lost",
  what: "the primary region is gone; connections to it are refused",
  failure: "region-lost",
  steps: [{ atMs: 0, inject: PRIMARY_REFUSES, as: "lost" }],
  expects: EVACUATED,
};

/** Only when the table's stream in the secondary is switched on is a stack deployed (lambda/stream-switch); DNS answers the primary later. */
const DEPLOYED_MS = 5_000;

/** Whole regions, lost and coming back. */
export const REGIONS: readonly Scenario[] = [
  regionLost,
  {
    ...regionLost,
    name: "region-vanishes",
    what: "the primary region is gone; packets to it vanish",
    steps: [{ atMs: 0, inject: { ...PRIMARY_REFUSES, mode: "vanish" }, as: "lost" }],
  },
  {
    ...lasting(150_000),
    name: "region-back",
    what: "the primary region is gone for a minute and comes back; traffic stays where it is",
    failure: "region-lost",
    steps: AWAY_FOR_A_MINUTE,
    expects: EVACUATED,
  },
  {
    ...lasting(180_000),
    name: "flapping",
    what: "the primary region is gone for 20 s and back for 20 s, three times; the latch keeps traffic from following",
    steps: [0, 40_000, 80_000].flatMap((atMs) => [
      { atMs, inject: PRIMARY_REFUSES, as: `lost-${atMs}` },
      { atMs: atMs + 20_000, heal: `lost-${atMs}` },
    ]),
    expects: { hit: { failingMs: 10_000 }, recovered: "all", flips: { atMost: 3 } },
  },
  {
    ...lasting(150_000),
    name: "region-back-with-late-writes",
    what: "replication out of the primary has stood still for 20 s when it is lost; it comes back after a minute with old data, and what it had not told arrives late",
    failure: "region-lost",
    needs: { consistency: "eventual" },
    steps: [
      { atMs: -20_000, inject: { kind: "replication", service: "dynamodb", role: "primary" }, as: "behind" },
      ...AWAY_FOR_A_MINUTE,
      { atMs: 100_000, heal: "behind" },
    ],
    expects: EVACUATED,
  },
  {
    ...lasting(420_000),
    name: "secondary-lost-while-evacuated",
    what: "the secondary is gone for two minutes while the primary, well again, is held out: nobody says so any more, traffic returns, and stays when the secondary comes back",
    steps: [
      ...AWAY_FOR_A_MINUTE,
      { atMs: 120_000, inject: SECONDARY_REFUSES, as: "gone" },
      { atMs: 240_000, heal: "gone" },
    ],
    expects: { hit: { failingMs: 30_000 }, recovered: "all", serving: "primary", latch: "primary", flips: { atLeast: 2, atMost: 2 } },
  },
  {
    ...lasting(330_000),
    clients: 10,
    name: "secondary-ill-while-evacuated",
    what: "the secondary takes no payments for two minutes while the primary, well again, is held out: in strong mode traffic returns, which loses nothing; in eventual mode it waits for the secondary, since the primary may lack payments",
    steps: [
      ...AWAY_FOR_A_MINUTE,
      { atMs: 120_000, inject: { kind: "service", role: "secondary", service: "dynamodb", resource: "payments-table-global-{environment}", mode: "error" }, as: "ill" },
      { atMs: 240_000, heal: "ill" },
    ],
    expects: { hit: { failingMs: 30_000 }, recovered: "all", serving: "primary", latch: "primary", flips: { atLeast: 2, atMost: 2 } },
    inEventualMode: { hit: { failingMs: 120_000 }, serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
  {
    ...lasting(240_000),
    name: "switch-broken-while-evacuated",
    what: "the switch fails while the primary, which is still gone, is held out: traffic stays, since Route 53 needs no switch to see that",
    failure: "region-lost",
    steps: [
      { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
      { atMs: 60_000, inject: SWITCH_FAILS, as: "broken" },
      { atMs: 180_000, heal: "broken" },
    ],
    expects: EVACUATED,
  },
  {
    ...lasting(300_000),
    name: "switch-broken-and-primary-back",
    what: "the switch fails while the primary, well again, is held out: nobody says so any more, traffic returns, and the latch records the lapse once it can",
    failure: "region-lost",
    steps: [
      ...AWAY_FOR_A_MINUTE,
      { atMs: 120_000, inject: SWITCH_FAILS, as: "broken" },
      { atMs: 220_000, heal: "broken" },
    ],
    expects: { ...EVACUATED, serving: "primary", latch: "primary", flips: { atLeast: 2, atMost: 2 } },
  },
  {
    ...lasting(60_000),
    name: "first-deployment",
    what: "a new stack is paid with at once: Route 53 answers the secondary until it has heard the switch, nothing is latched, and the primary takes over by itself",
    begins: "first-deployment",
    warmupMs: DEPLOYED_MS,
    steps: [],
    expects: {
      hit: "nobody",
      recovered: "all",
      serving: "primary",
      latch: "primary",
      flips: { atLeast: 1, atMost: 1 },
      // New inverted checks are unhealthy until they have been heard.
      alarms: { mayFire: alarmsIn(GLOBAL, "failover-unhealthy") },
    },
  },
  {
    ...lasting(60_000),
    name: "first-deployment-without-primary",
    what: "a new stack's primary gets its certificate a minute late: Route 53 takes it for healthy until its checkers say otherwise. Where it is answered for a moment it is left and held out like any other, else it takes over by itself",
    begins: "first-deployment",
    warmupMs: DEPLOYED_MS,
    steps: [
      { atMs: -FAILOVER.faultAtMs, inject: { kind: "certificate", role: "primary" }, as: "no-certificate" },
      { atMs: 0, heal: "no-certificate" },
    ],
    expects: { hit: "nobody", recovered: "all", flips: { atMost: 1 } },
  },
  {
    ...lasting(60_000),
    name: "secondary-lost",
    what: "the secondary region is gone for half a minute; payers of the primary do not feel it",
    steps: [
      { atMs: 0, inject: SECONDARY_REFUSES, as: "lost" },
      { atMs: 30_000, heal: "lost" },
    ],
    expects: UNFELT,
  },
  {
    ...lasting(90_000),
    name: "both-lost",
    what: "both regions are gone: nobody can serve, and nothing acknowledged is lost",
    steps: [
      { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
      { atMs: 0, inject: SECONDARY_REFUSES, as: "lost" },
    ],
    expects: { hit: { failingMs: 60_000 }, recovered: "none", serving: "primary", availability: { atMost: 0 }, measured: NOBODY_HEALTHY },
    // There the secondary's record carries no check: Route 53 answers it as long as the primary is out.
    inEventualMode: { serving: "secondary" },
  },
  {
    ...FAILOVER,
    name: "both-lost-and-back",
    what: "both regions are gone for a minute and come back; payments go on without anybody's help",
    steps: [
      { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
      { atMs: 0, inject: SECONDARY_REFUSES, as: "lost" },
      { atMs: 60_000, heal: "lost" },
    ],
    expects: { hit: { failingMs: 50_000 }, recovered: "all", measured: NOBODY_HEALTHY },
  },
];
