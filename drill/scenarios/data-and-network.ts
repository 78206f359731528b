import { alarmsIn, API_FAILS, PRIMARY, PRIMARY_ILL, TABLE_ERRORS } from "../alarm-groups";
import type { Scenario } from "../scenario";
import { EVACUATED, FAILOVER, lasting, NOBODY_HEALTHY, UNFELT } from "./base";

const PAUSED = { kind: "replication", service: "dynamodb" } as const;

/** In force for a minute; then everything may catch up. */
const healed = (inject: Extract<Scenario["steps"][number], { inject: unknown }>["inject"]): Scenario["steps"] => [
  { atMs: 0, inject, as: "cut" },
  { atMs: 60_000, heal: "cut" },
];

/** Links between regions, and what follows for tables. */
export const DATA_AND_NETWORK: readonly Scenario[] = [
  {
    ...lasting(90_000),
    name: "primary-cut-off",
    what: "the primary is cut off from its table's peers while users reach it: in strong mode it cannot take payments and is left, in eventual mode nobody notices",
    failure: "region-lost",
    steps: healed({ kind: "partition", role: "primary" }),
    expects: EVACUATED,
    inEventualMode: { ...UNFELT, measured: ["rto-dns-region"] },
  },
  {
    ...lasting(90_000),
    name: "primary-unheard",
    what: "what the primary sends to other regions is lost, what they send arrives",
    failure: "region-lost",
    steps: healed({ kind: "partition", role: "primary", direction: "out" }),
    expects: EVACUATED,
    inEventualMode: { ...UNFELT, measured: ["rto-dns-region"] },
  },
  {
    ...lasting(90_000),
    name: "primary-deaf",
    what: "what other regions send to the primary is lost, what it sends arrives",
    failure: "region-lost",
    steps: healed({ kind: "partition", role: "primary", direction: "in" }),
    expects: EVACUATED,
    inEventualMode: { ...UNFELT, measured: ["rto-dns-region"] },
  },
  {
    ...lasting(90_000),
    name: "secondary-cut-off",
    what: "the secondary is cut off from its table's peers; the primary keeps its quorum with the witness",
    steps: healed({ kind: "partition", role: "secondary" }),
    expects: UNFELT,
  },
  {
    ...lasting(60_000),
    name: "witness-lost",
    what: "the witness is gone; primary and secondary are a quorum",
    needs: { consistency: "strong" },
    steps: [{ atMs: 0, inject: { kind: "outage", role: "witness", mode: "refuse" }, as: "lost" }],
    expects: UNFELT,
  },
  {
    ...lasting(60_000),
    clients: 8,
    name: "quorum-gone",
    what: "the witness is gone and the secondary is cut off: no region can take a payment, and nothing acknowledged is lost",
    needs: { consistency: "strong" },
    steps: [
      { atMs: 0, inject: { kind: "outage", role: "witness", mode: "refuse" }, as: "gone" },
      { atMs: 0, inject: { kind: "partition", role: "secondary" }, as: "gone" },
    ],
    expects: {
      hit: { failingMs: 40_000 },
      recovered: "none",
      serving: "primary",
      latch: "primary",
      measured: NOBODY_HEALTHY,
      // Each fault alone leaves the primary its quorum; both together do not.
      alarms: { mayFire: [...PRIMARY_ILL, ...alarmsIn(PRIMARY, ...TABLE_ERRORS, ...API_FAILS)] },
    },
  },
  {
    ...lasting(90_000),
    name: "replication-paused",
    what: "the table's replication out of the primary stands still for a minute; in strong mode the replica is isolated and left",
    failure: "region-lost",
    steps: healed({ ...PAUSED, role: "primary" }),
    expects: EVACUATED,
    inEventualMode: { ...UNFELT, measured: ["rto-dns-region"] },
  },
  {
    ...lasting(90_000),
    name: "replication-paused-both-ways",
    what: "the table's replication stands still both ways for a minute; both regions serve on their own",
    needs: { consistency: "eventual" },
    steps: [
      { atMs: 0, inject: { ...PAUSED, role: "primary" }, as: "paused" },
      { atMs: 0, inject: { ...PAUSED, role: "secondary" }, as: "paused" },
      { atMs: 60_000, heal: "paused" },
    ],
    expects: UNFELT,
  },
  {
    ...FAILOVER,
    name: "lost-while-replication-lags",
    what: "replication has stood still for 20 s when the primary is lost: the secondary has old data, and late writes arrive when the region is back",
    failure: "region-lost",
    needs: { consistency: "eventual" },
    steps: [
      { atMs: -20_000, inject: { ...PAUSED, role: "primary" }, as: "paused" },
      { atMs: 0, inject: { kind: "outage", role: "primary", mode: "refuse" }, as: "lost" },
    ],
    expects: { ...EVACUATED, measured: ["rpo-eventual"] },
  },
];
