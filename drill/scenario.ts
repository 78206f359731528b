import type { Fault } from "../twin/kernel/faults";
import type { AssumptionSet } from "./assumptions";
import type { FailureClass } from "./budgets";
import type { ClientPlan } from "./clients";
import { HONEST_RESOLVER } from "./resolver";

export type Role = "primary" | "secondary" | "witness";

/** A fault that names a role instead of a region, so that a scenario fits any stack. Without a role it hits all regions. */
export type RoleFault = Omit<Fault, "region"> & { readonly role?: Role };

export type Regions = Readonly<Partial<Record<Role, string>>>;

/** A drill as data. Times in milliseconds; those named `At` count from the clients' start. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** Chooses the budgets; absent where no region is meant to be left. */
  readonly failure?: FailureClass;
  /** Number of clients. */
  readonly clients: number;
  readonly plan: ClientPlan;
  /** The system runs this long before the clients start: health checks get their first verdicts. */
  readonly warmupMs: number;
  readonly faultAtMs: number;
  readonly faults: readonly RoleFault[];
  /** The faults are removed again. Absent: they stay. */
  readonly healAtMs?: number;
  readonly endsWhen:
    | { readonly kind: "all-recovered"; /** No failed attempt for this long. */ readonly steadyMs: number }
    | { readonly kind: "duration"; readonly ms: number };
  /** New payments stop here at the latest, recovered or not. */
  readonly maxMs: number;
  /** Afterwards payments under way may still be answered for this long. */
  readonly drainMs: number;
  /** The share of clients that the fault must hit; a drill in which it did not is void. */
  readonly expects: { readonly hitAtLeast: number; readonly hitAtMost: number };
}

export const DNS_ONLY_PLAN: ClientPlan = {
  meanIntervalMs: 2_000,
  attemptTimeoutMs: 3_000,
  backoff: { baseMs: 200, capMs: 2_000 },
  repeatShare: 0.1,
  repeatWithinMs: 15_000,
  readShare: 0.1,
  resolver: HONEST_RESOLVER,
};

const regionLost: Scenario = {
  name: "region-lost",
  what: "the primary region is gone; connections to it are refused",
  failure: "region-lost",
  clients: 20,
  plan: DNS_ONLY_PLAN,
  warmupMs: 2_000,
  faultAtMs: 60_000,
  faults: [{ kind: "outage", role: "primary", mode: "refuse" }],
  endsWhen: { kind: "all-recovered", steadyMs: 10_000 },
  maxMs: 180_000,
  drainMs: 20_000,
  // Arrivals are random: once in some hundred drills one of twenty clients has nothing to pay until DNS has moved on.
  expects: { hitAtLeast: 0.9, hitAtMost: 1 },
};

export const SCENARIOS: readonly Scenario[] = [
  regionLost,
  {
    ...regionLost,
    name: "region-vanishes",
    what: "the primary region is gone; packets to it vanish",
    faults: [{ kind: "outage", role: "primary", mode: "vanish" }],
  },
];

/** What a person asked for does not exist. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
  constructor(
    readonly code: "UNKNOWN_SCENARIO" | "UNKNOWN_ROLE",
    message: string,
  ) {
    super(message);
  }
}

/** @throws ScenarioError that lists the names there are */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario) return scenario;
  const allowed = SCENARIOS.map((each) => each.name).join(", ");
  throw new ScenarioError("UNKNOWN_SCENARIO", `scenario: got ${JSON.stringify(name)}; allowed: ${allowed}`);
}

/**
 * The scenario's faults on a stack's regions.
 * @throws ScenarioError when the stack has no region of a role
 */
export const faultsOn = (scenario: Scenario, regions: Regions): readonly Fault[] =>
  scenario.faults.map(({ role, ...fault }) => {
    if (role === undefined) return fault;
    const region = regions[role];
    if (region !== undefined) return { ...fault, region };
    const given = Object.keys(regions).join(", ");
    throw new ScenarioError("UNKNOWN_ROLE", `scenario ${scenario.name}: the stack has no ${role} region; it has: ${given}`);
  });

/** The scenario with clients that behave as a set of assumptions says. */
export const under = (scenario: Scenario, set: AssumptionSet): Scenario => ({
  ...scenario,
  plan: { ...scenario.plan, resolver: set.resolver.value },
});
