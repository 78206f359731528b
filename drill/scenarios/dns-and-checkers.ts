import { CHECKER_REGIONS } from "../../rules/route53";
import type { Scenario } from "../scenario";
import { DNS_ONLY_PLAN, EVACUATED, FAILOVER, lasting, UNFELT } from "./base";

const REFUSES = { kind: "outage", role: "primary", mode: "refuse" } as const;

/** How failures are seen, and how clients hear of it. */
export const DNS_AND_CHECKERS: readonly Scenario[] = [
  {
    ...FAILOVER,
    name: "ttl-stretched",
    what: "the primary region is gone, and clients' resolvers keep answers for a minute",
    failure: "region-lost",
    plan: { ...DNS_ONLY_PLAN, resolver: { ...DNS_ONLY_PLAN.resolver, keepAtLeastSeconds: 60 } },
    maxMs: 240_000,
    steps: [{ atMs: 0, inject: REFUSES, as: "lost" }],
    expects: EVACUATED,
  },
  {
    ...lasting(60_000),
    name: "checkers-blind",
    what: "the health checkers of one region reach nobody; the others outvote them",
    steps: [{ atMs: 0, inject: { kind: "checkers", region: CHECKER_REGIONS[0] ?? "us-east-1" }, as: "blind" }],
    expects: UNFELT,
  },
  {
    ...FAILOVER,
    name: "lost-while-checkers-blind",
    what: "the primary region is gone while the health checkers of one region reach nobody",
    failure: "region-lost",
    steps: [
      { atMs: -20_000, inject: { kind: "checkers", region: CHECKER_REGIONS[0] ?? "us-east-1" }, as: "blind" },
      { atMs: 0, inject: REFUSES, as: "lost" },
    ],
    expects: EVACUATED,
  },
  {
    ...lasting(60_000),
    name: "certificate-missing",
    what: "the primary region is gone, and the secondary has no certificate for the failover name: DNS moves, and nobody can pay",
    steps: [
      { atMs: -10_000, inject: { kind: "certificate", role: "secondary", host: "{failover}" }, as: "no-certificate" },
      { atMs: 0, inject: REFUSES, as: "lost" },
    ],
    expects: { hit: { failingMs: 50_000 }, recovered: "none", serving: "secondary", latch: "evacuated", availability: { atMost: 0 } },
    inEventualMode: { measured: ["rpo-eventual"] },
  },
];
