import type { RefusalCode } from "../ops/operator";
import type { OperatorCommand } from "./ending";
import type { ConsistencyMode, AssumptionSet } from "./assumptions";
import type { FailureClass } from "./budgets";
import type { ClientPlan } from "./clients";
import type { Expectations } from "./expectations";
import type { RoleFault } from "./role-fault";

/** What happens at one moment of a drill. */
export type Action =
  /** A fault is in force from now on; `as` is the name that `heal` takes, and several faults may share it. */
  | { readonly inject: RoleFault; readonly as: string }
  | { readonly heal: string }
  /** Somebody asks a route of a region so often, whatever it answers. */
  | { readonly flood: Flood }
  /** Something other than this platform puts an item into the payments table that no release can read. */
  | { readonly poison: "primary" | "secondary" }
  /** People put a document into a region's bucket: the platform stores them and writes none itself. */
  | { readonly document: "primary" | "secondary" }
  /** Operators give a command; it goes on while the drill does. `expect` is what it must come to. */
  | Order;

export interface Order {
  readonly operate: OperatorCommand;
  readonly expect: "done" | "refused";
  /** The refusal's code; absent: any. */
  readonly because?: RefusalCode;
  /** The typed reason of `--force`. */
  readonly force?: string;
}

export interface Flood {
  readonly role: "primary" | "secondary";
  /** Path and query, e.g. `/health`. */
  readonly target: string;
  /** Default GET, without a body. */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly perSecond: number;
  readonly forMs: number;
}

/** `atMs` counts from the fault; what prepares it has a negative one. Steps are played in their order. */
export type Step = { readonly atMs: number } & Action;

/** A drill as data. Times in milliseconds; those named `At` count from the clients' start, those of steps from the fault. */
export interface Scenario {
  readonly name: string;
  /** Goes on after "the drill in which …". */
  readonly what: string;
  /** Chooses the budgets; absent where no region is meant to be left. */
  readonly failure?: FailureClass;
  /** Number of clients. */
  readonly clients: number;
  readonly plan: ClientPlan;
  /** `own`: the load is part of the scenario, so that simulations do not change it. */
  readonly load?: "own";
  /** `first-deployment`: the clients start with the system, before DNS has ever answered the primary. Default: once it does. */
  readonly begins?: "first-deployment";
  /** The system runs this long before the clients start: health checks get their first verdicts. */
  readonly warmupMs: number;
  /** From here on users may feel it: figures are divided into before and after. */
  readonly faultAtMs: number;
  readonly steps: readonly Step[];
  readonly endsWhen:
    | { readonly kind: "all-recovered"; /** No failed attempt for this long. */ readonly steadyMs: number }
    | { readonly kind: "duration"; readonly ms: number };
  /** New payments stop here at the latest, recovered or not. */
  readonly maxMs: number;
  /** Afterwards payments under way may still be answered for this long. */
  readonly drainMs: number;
  readonly expects: Expectations;
  /** What is expected otherwise in eventual mode. */
  readonly inEventualMode?: Partial<Expectations>;
  /** Where it means something; absent = in both modes, on any stack. */
  readonly needs?: {
    readonly consistency?: ConsistencyMode;
    readonly apiAuth?: "iam";
    /** Values that the stack must have, by key. */
    readonly config?: Readonly<Record<string, string>>;
    /** The region in which a rollout has begun: its functions are those of the next release. */
    readonly nextRelease?: "primary" | "secondary";
  };
}

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

/** What a scenario expects in one mode. */
export const expectationsOf = ({ expects, inEventualMode }: Scenario, consistency: ConsistencyMode): Expectations =>
  consistency === "eventual" ? { ...expects, ...inEventualMode } : expects;

export const appliesTo = ({ needs = {} }: Scenario, consistency: ConsistencyMode): boolean =>
  needs.consistency === undefined || needs.consistency === consistency;

/** Config that a stack must have for the scenario, by key; what a scenario does not need is not among them. */
export const configOf = ({ needs = {} }: Scenario): Readonly<Record<string, string>> => ({
  ...(needs.consistency === undefined ? {} : { "tap:consistency": needs.consistency }),
  ...(needs.apiAuth === undefined ? {} : { "tap:apiAuth": needs.apiAuth }),
  ...needs.config,
});

/** What tells the deployments of one stack apart: scenarios of the same key share one. */
export const deploymentKey = ({ needs = {} }: Pick<Scenario, "needs">, consistency: ConsistencyMode): string =>
  [consistency, needs.apiAuth ?? "none", ...Object.entries(needs.config ?? {}).map(([key, value]) => `${key}=${value}`), ...(needs.nextRelease ? [`next release in the ${needs.nextRelease}`] : [])].join("/");

/** When the last step is played, from the clients' start; undefined for a drill without steps. */
export const lastStepAt = ({ steps, faultAtMs }: Scenario): number | undefined =>
  steps.length === 0 ? undefined : faultAtMs + Math.max(...steps.map(({ atMs }) => atMs));

/** The scenario with clients that behave as a set of assumptions says. */
export const under = (scenario: Scenario, set: AssumptionSet): Scenario => ({
  ...scenario,
  plan: { ...scenario.plan, resolver: { ...set.resolver.value, keepAtLeastSeconds: Math.max(set.resolver.value.keepAtLeastSeconds, scenario.plan.resolver.keepAtLeastSeconds) } },
});
