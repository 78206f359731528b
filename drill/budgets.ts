import type { AssumptionSetName, ConsistencyMode } from "./assumptions";

/** How clients find the system. */
export type ClientKind = "dns-only" | "both-hostnames" | "dns-stretched";
/** What a scenario does to the system, as budgets tell it apart. */
export type FailureClass = "region-lost" | "grey";

/** What a budget bounds. The drill measures some, benchmarks and cost estimates the others. */
export type Metric =
  | "rto.p99"
  | "rpo.ms"
  | "payments.lost"
  | "payments.doubled"
  | "returns.unverified"
  | "hotPath.sdkCalls"
  | "bundle.bytes"
  | "bundle.coldLoadMs"
  | "simulation.drillsPerSecond"
  | "deployment.ms"
  | "cost.idleMonthlyUsd";

export interface Budget {
  readonly id: string;
  readonly what: string;
  readonly metric: Metric;
  readonly unit: "ms" | "payments" | "returns" | "calls" | "bytes" | "drills/s" | "USD";
  readonly limit: number;
  readonly stretch?: number;
  readonly direction: "at most" | "at least";
  /** When it applies; a missing field applies always. */
  readonly when?: {
    readonly failure?: FailureClass;
    readonly client?: ClientKind;
    readonly consistency?: ConsistencyMode;
    /** What a benchmark varies, e.g. the stack or the number of clients. */
    readonly variant?: string;
  };
  /** Measured and told, but a miss fails no drill: for what nobody promises. Default false. */
  readonly told?: true;
  /** The sets of assumptions that it must hold in; empty where none matters. */
  readonly holdsIn: readonly AssumptionSetName[];
}

const both: readonly AssumptionSetName[] = ["documented", "pessimistic"];

/** Every number that the system has to reach. The stretch figure of a lost region is for refused connections. */
export const BUDGETS: readonly Budget[] = [
  { id: "rto-dns-region", what: "RTO p99, region lost, client that only knows DNS", metric: "rto.p99", unit: "ms", limit: 60_000, stretch: 30_000, direction: "at most", when: { failure: "region-lost", client: "dns-only" }, holdsIn: both },
  { id: "rto-dns-grey", what: "RTO p99, grey failure of at least 50 %, client that only knows DNS", metric: "rto.p99", unit: "ms", limit: 240_000, stretch: 180_000, direction: "at most", when: { failure: "grey", client: "dns-only" }, holdsIn: both },
  { id: "rto-both", what: "RTO p99, client that knows both hostnames", metric: "rto.p99", unit: "ms", limit: 5_000, stretch: 2_000, direction: "at most", when: { client: "both-hostnames" }, holdsIn: both },
  { id: "rto-stretched", what: "RTO p99, region lost, client behind a resolver that keeps answers 60 s", metric: "rto.p99", unit: "ms", limit: 120_000, direction: "at most", when: { failure: "region-lost", client: "dns-stretched" }, holdsIn: both },
  { id: "rpo-strong", what: "RPO, strong", metric: "rpo.ms", unit: "ms", limit: 0, direction: "at most", when: { consistency: "strong" }, holdsIn: both },
  // DynamoDB promises no replication time: "Global tables: multi-active, multi-Region replication" says a second or less, typically.
  { id: "rpo-eventual", told: true, what: "RPO, eventual", metric: "rpo.ms", unit: "ms", limit: 1_000, direction: "at most", when: { consistency: "eventual" }, holdsIn: both },
  { id: "lost-strong", what: "acknowledged payments lost, strong", metric: "payments.lost", unit: "payments", limit: 0, direction: "at most", when: { consistency: "strong" }, holdsIn: both },
  { id: "doubled-strong", what: "payments doubled, strong", metric: "payments.doubled", unit: "payments", limit: 0, direction: "at most", when: { consistency: "strong" }, holdsIn: both },
  { id: "returns", what: "returns of traffic to a left region without a recorded failback or lapse", metric: "returns.unverified", unit: "returns", limit: 0, direction: "at most", holdsIn: both },
  { id: "hot-path", what: "SDK calls on the hot path of a payment", metric: "hotPath.sdkCalls", unit: "calls", limit: 1, direction: "at most", holdsIn: [] },
  { id: "bundle-size", what: "function bundle, minified", metric: "bundle.bytes", unit: "bytes", limit: 500_000, stretch: 250_000, direction: "at most", holdsIn: [] },
  { id: "cold-load", what: "cold load of a function on a laptop", metric: "bundle.coldLoadMs", unit: "ms", limit: 60, stretch: 30, direction: "at most", holdsIn: [] },
  { id: "drills-20", what: "simulated drills of 20 clients and 180 s, two cores", metric: "simulation.drillsPerSecond", unit: "drills/s", limit: 50, stretch: 100, direction: "at least", when: { variant: "20 clients" }, holdsIn: [] },
  { id: "drills-200", what: "simulated drills of 200 clients and 180 s, two cores", metric: "simulation.drillsPerSecond", unit: "drills/s", limit: 5, stretch: 10, direction: "at least", when: { variant: "200 clients" }, holdsIn: [] },
  { id: "deployment", what: "deployment of the whole program in the twin", metric: "deployment.ms", unit: "ms", limit: 5_000, stretch: 2_000, direction: "at most", holdsIn: [] },
  { id: "cost-dev", what: "idle cost a month, dev", metric: "cost.idleMonthlyUsd", unit: "USD", limit: 60, direction: "at most", when: { variant: "dev" }, holdsIn: [] },
  { id: "cost-prod", what: "idle cost a month, prod", metric: "cost.idleMonthlyUsd", unit: "USD", limit: 600, direction: "at most", when: { variant: "prod" }, holdsIn: [] },
];

/** What a measurement was made of, to find its budgets. */
export interface BudgetContext {
  readonly failure?: FailureClass;
  readonly client: ClientKind;
  readonly consistency: ConsistencyMode;
  readonly assumptions: AssumptionSetName;
}

/** The budgets that apply to a drill. */
export const budgetsFor = (context: BudgetContext, budgets: readonly Budget[] = BUDGETS): readonly Budget[] =>
  budgets.filter(({ when = {}, holdsIn }) => {
    if (!holdsIn.includes(context.assumptions) || when.variant !== undefined) return false;
    const fits = (wanted: string | undefined, given: string | undefined): boolean => wanted === undefined || wanted === given;
    return fits(when.failure, context.failure) && fits(when.client, context.client) && fits(when.consistency, context.consistency);
  });
