import type { Scenario } from "../scenario";
import { FAILOVER, lasting } from "./base";

/** Operators at work, and their errors. */
export const OPERATORS: readonly Scenario[] = [
  {
    ...lasting(120_000),
    name: "failover-by-hand",
    what: "operators fail over while all is well; nothing is lost, and nearly nobody notices",
    steps: [{ atMs: 0, operate: "failover", expect: "done" }],
    expects: { hit: "nobody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
  {
    ...lasting(120_000),
    name: "failover-twice",
    what: "two operators fail over, one after the other: the second one is told that it has happened",
    steps: [
      { atMs: 0, operate: "failover", expect: "done" },
      { atMs: 60_000, operate: "failover", expect: "refused" },
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
      { atMs: 60_000, operate: "failback", expect: "refused", force: "drill: towards a dead region" },
    ],
    expects: { hit: { failingMs: 15_000 }, recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } },
  },
];
