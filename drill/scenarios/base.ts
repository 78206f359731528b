import type { ClientPlan } from "../clients";
import { HONEST_RESOLVER } from "../resolver";
import type { Scenario } from "../scenario";

/** Clients that pay often and know nothing but the failover name. */
export const DNS_ONLY_PLAN: ClientPlan = {
  meanIntervalMs: 2_000,
  attemptTimeoutMs: 3_000,
  retries: { kind: "full-jitter", baseMs: 200, capMs: 2_000 },
  repeatShare: 0.1,
  repeatWithinMs: 15_000,
  readShare: 0.1,
  conflictShare: 0.05,
  resolver: HONEST_RESOLVER,
};

type Shared = Pick<Scenario, "clients" | "plan" | "warmupMs" | "faultAtMs" | "endsWhen" | "maxMs" | "drainMs">;

/** A region is left: the drill ends when all clients pay again. */
export const FAILOVER = {
  clients: 20,
  plan: DNS_ONLY_PLAN,
  warmupMs: 2_000,
  faultAtMs: 60_000,
  endsWhen: { kind: "all-recovered", steadyMs: 10_000 },
  maxMs: 180_000,
  drainMs: 20_000,
} as const satisfies Shared;

/** The drill goes on for so long after the fault, whatever happens. */
export const lasting = (afterFaultMs: number) =>
  ({ ...FAILOVER, endsWhen: { kind: "duration", ms: FAILOVER.faultAtMs + afterFaultMs }, maxMs: FAILOVER.faultAtMs + afterFaultMs }) as const satisfies Shared;

export const PRIMARY_REFUSES = { kind: "outage", role: "primary", mode: "refuse" } as const;

/** The primary region is gone for a minute, and back. */
export const AWAY_FOR_A_MINUTE = [
  { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
  { atMs: 60_000, heal: "lost" },
] as const satisfies Scenario["steps"];

/** What a region that was lost comes to: everyone is hit, moves to the secondary, and stays there. */
export const EVACUATED = { hit: { failingMs: 15_000 }, recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 } } as const;

/** With no healthy region Route 53 answers the primary again: such a return of the answer serves nobody, and is counted. */
export const NOBODY_HEALTHY = ["I11", "returns"] as const;

/** What users must not feel: traffic stays, nobody is hit. */
export const UNFELT = { hit: "nobody", recovered: "all", serving: "primary", latch: "primary", flips: { atMost: 0 } } as const;
