import type { Scenario } from "../scenario";
import { AWAY_FOR_A_MINUTE, EVACUATED, FAILOVER, lasting } from "./base";

const [LOST, BACK] = AWAY_FOR_A_MINUTE;

/** Operators at work, and their errors. */
export const OPERATORS: readonly Scenario[] = [
  {
    ...lasting(120_000),
    name: "failover-by-hand",
    what: "operators fail over needlessly, while all is well: nothing is lost, and nobody notices",
    steps: [{ atMs: 0, operate: "failover", expect: "done" }],
    expects: { hit: "nobody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
  {
    ...lasting(120_000),
    name: "failover-twice",
    what: "two operators fail over, one after the other: the second one is told that it has happened",
    steps: [
      { atMs: 0, operate: "failover", expect: "done" },
      { atMs: 60_000, operate: "failover", expect: "refused", because: "ALREADY_EVACUATED" },
    ],
    expects: { hit: "nobody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
  {
    ...FAILOVER,
    name: "failback-to-the-dead",
    what: "the primary region is gone and operators fail back to it, forced: they are refused, and traffic stays",
    failure: "region-lost",
    endsWhen: { kind: "duration", ms: 150_000 },
    steps: [
      { atMs: 0, inject: { kind: "outage", role: "primary", mode: "refuse" }, as: "lost" },
      { atMs: 60_000, operate: "failback", expect: "refused", because: "PRIMARY_UNHEALTHY", force: "drill: towards a dead region" },
    ],
    expects: EVACUATED,
  },
  {
    ...lasting(840_000),
    name: "failback",
    what: "the primary region is gone for a minute and comes back, operators fail back when it has been healthy for long enough, and traffic returns",
    failure: "region-lost",
    clients: 10,
    steps: [...AWAY_FOR_A_MINUTE, { atMs: 360_000, operate: "failback", expect: "done" }],
    expects: { ...EVACUATED, serving: "primary", latch: "primary", flips: { atLeast: 2, atMost: 2 } },
  },
  {
    ...lasting(180_000),
    name: "failback-too-soon",
    what: "the primary region is gone for a minute, and operators fail back as soon as it answers again: they are refused, and traffic stays",
    failure: "region-lost",
    steps: [...AWAY_FOR_A_MINUTE, { atMs: 100_000, operate: "failback", expect: "refused", because: "PRIMARY_TOO_YOUNG" }],
    expects: EVACUATED,
  },
  {
    ...lasting(120_000),
    name: "failback-while-catching-up",
    what: "the primary region comes back after a minute, three seconds before its replica reaches the others and catches up: it answers errors, and a forced failback is refused",
    failure: "region-lost",
    needs: { consistency: "strong" },
    steps: [
      LOST,
      { atMs: 50_000, inject: { kind: "partition", role: "primary" }, as: "apart" },
      BACK,
      // A cold start under this question may take longer than the catching up alone.
      { atMs: 61_000, operate: "failback", expect: "refused", because: "PRIMARY_UNHEALTHY", force: "drill: towards a replica that is behind" },
      { atMs: 63_000, heal: "apart" },
    ],
    expects: EVACUATED,
  },
  {
    ...lasting(330_000),
    name: "failback-in-the-lag",
    what: "operators have failed over, replication back to the primary stands still, and they fail back: they are refused, since the primary lacks payments",
    needs: { consistency: "eventual" },
    steps: [
      { atMs: 0, operate: "failover", expect: "done" },
      { atMs: 240_000, inject: { kind: "replication", service: "dynamodb", role: "secondary" }, as: "paused" },
      { atMs: 250_000, operate: "failback", expect: "refused", because: "REPLICATION_BEHIND" },
      { atMs: 300_000, heal: "paused" },
    ],
    expects: { hit: "nobody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
  {
    ...lasting(120_000),
    name: "failback-forced-in-the-lag",
    what: "the same with --force: traffic returns to old data, and later writes arrive when replication goes on",
    needs: { consistency: "eventual" },
    steps: [
      { atMs: 0, operate: "failover", expect: "done" },
      { atMs: 30_000, inject: { kind: "replication", service: "dynamodb", role: "secondary" }, as: "paused" },
      { atMs: 50_000, operate: "failback", expect: "done", force: "drill: without waiting for replication" },
      { atMs: 100_000, heal: "paused" },
    ],
    expects: { hit: "nobody", recovered: "all", serving: "primary", latch: "primary", flips: { atLeast: 2, atMost: 2 } },
  },
];
