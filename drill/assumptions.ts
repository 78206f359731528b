import type { Latency, LatencyModel } from "../twin/kernel/door";
import { COLD_START_MS } from "../twin/services/lambda/in-process";
import type { CheckerAssumptions } from "../twin/services/route53/health-check";
import { HONEST_RESOLVER, type ResolverPlan } from "./resolver";

/** Where a figure comes from: measured here, modelled from AWS's documentation, or assumed. */
export type Kind = "measured" | "modelled" | "assumed";

/** A figure that results hold under, fit to be listed in a report. */
export interface Assumption<T> {
  readonly what: string;
  readonly value: T;
  /** Empty for what has none. */
  readonly unit: string;
  readonly kind: Kind;
  readonly source: string;
}

export type ConsistencyMode = "strong" | "eventual";

/** The calls that have a latency of their own. */
export type LatencyName = "strongWrite" | "strongRead" | "eventualWrite" | "eventualRead" | "gateway" | "lambda" | "other";

export interface AssumptionSet {
  readonly name: AssumptionSetName;
  /** Route 53 checkers that probe one health check. */
  readonly checkers: Assumption<number>;
  /** How their probes lie in the interval: anywhere, or all within half a second. */
  readonly phases: Assumption<"spread" | "clumped">;
  /** From the checkers' verdicts to the DNS answer. */
  readonly aggregationDelayMs: Assumption<Latency>;
  readonly resolver: Assumption<ResolverPlan>;
  readonly latency: Readonly<Record<LatencyName, Assumption<Latency>>>;
  readonly coldStartMs: Assumption<Latency>;
}

export const ASSUMPTION_SETS = ["documented", "pessimistic"] as const;
export type AssumptionSetName = (typeof ASSUMPTION_SETS)[number];

/** The number of checkers is not published: results must hold over this range. */
export const CHECKER_RANGE = { low: 6, high: 24 } as const;

const assumedMs = (what: string, low: number, high: number, source: string): Assumption<Latency> => ({
  what,
  value: { low, high },
  unit: "ms",
  kind: "assumed",
  source,
});

const SET_OF_REGIONS = "a quorum write crosses to the nearest other region of the set; AWS publishes no figure";

const LATENCY: AssumptionSet["latency"] = {
  strongWrite: assumedMs("DynamoDB write, strong consistency, within the US region set", 10, 25, SET_OF_REGIONS),
  strongRead: assumedMs("DynamoDB consistent read by key, within the US region set", 8, 20, SET_OF_REGIONS),
  eventualWrite: assumedMs("DynamoDB write, eventual consistency", 3, 8, "single-digit milliseconds (DynamoDB developer guide, \"What is Amazon DynamoDB?\")"),
  eventualRead: assumedMs("DynamoDB query of an index", 2, 6, "single-digit milliseconds (DynamoDB developer guide, \"What is Amazon DynamoDB?\")"),
  gateway: assumedMs("API Gateway, there and back", 1, 4, "no published figure"),
  lambda: assumedMs("Lambda invocation overhead, warm", 1, 3, "no published figure"),
  other: assumedMs("any other AWS call in the region", 1, 5, "no published figure"),
};

const CHECKERS: Assumption<number> = {
  what: "Route 53 checkers per health check",
  value: 16,
  unit: "",
  kind: "assumed",
  source: `about 15 are documented, the number is not fixed; results are also asked for ${CHECKER_RANGE.low} to ${CHECKER_RANGE.high}`,
};

const COLD_STARTS = "9 to 52 ms to load a bundle are measured (npm run bench), the environment's start is assumed; \"Understanding the Lambda execution environment lifecycle\" says under 100 ms to over 1 second";

const documented: AssumptionSet = {
  name: "documented",
  checkers: CHECKERS,
  phases: {
    what: "phases of the checkers' probes",
    value: "spread",
    unit: "",
    kind: "modelled",
    source: "checkers do not coordinate (Route 53 developer guide, \"How Amazon Route 53 determines whether a health check is healthy\")",
  },
  aggregationDelayMs: assumedMs("delay from the checkers' verdicts to the DNS answer", 0, 0, "none is documented"),
  resolver: {
    what: "clients' resolvers and connections",
    value: HONEST_RESOLVER,
    unit: "",
    kind: "modelled",
    source: "RFC 1035 3.2.1: an answer may be kept for its TTL",
  },
  latency: LATENCY,
  coldStartMs: assumedMs("cold start of a function: environment and code", COLD_START_MS.low, COLD_START_MS.high, COLD_STARTS),
};

const pessimistic: AssumptionSet = {
  ...documented,
  name: "pessimistic",
  phases: { ...documented.phases, value: "clumped", kind: "assumed", source: "the worst case of checkers that do not coordinate" },
  coldStartMs: assumedMs("cold start of a function: environment and code", 300, 1500, COLD_STARTS),
  aggregationDelayMs: assumedMs("delay from the checkers' verdicts to the DNS answer", 0, 10_000, "none is documented; room for one that exists"),
  resolver: {
    ...documented.resolver,
    value: { ...HONEST_RESOLVER, connections: "pinned" },
    kind: "assumed",
    source: "clients that use a kept-alive connection until it breaks",
  },
};

const SETS: Readonly<Record<AssumptionSetName, AssumptionSet>> = { documented, pessimistic };

export const assumptionSet = (name: AssumptionSetName): AssumptionSet => SETS[name];

/** Every figure of a set, in a fixed order, for reports. */
export const listed = (set: AssumptionSet): readonly Assumption<unknown>[] => [
  set.checkers,
  set.phases,
  set.aggregationDelayMs,
  set.resolver,
  ...Object.values(set.latency),
  set.coldStartMs,
];

/** What Route 53 in the twin takes of a set. */
export const checkerAssumptions = ({ checkers, phases, aggregationDelayMs }: AssumptionSet): CheckerAssumptions => ({
  count: checkers.value,
  phases: phases.value,
  aggregationDelay: aggregationDelayMs.value,
});

const DYNAMODB_READS: Readonly<Record<string, "consistent" | "eventual">> = {
  GetItem: "consistent",
  Query: "eventual",
  Scan: "eventual",
};

/**
 * The latency of every route under a set. It goes by service and operation: in strong mode the small regional tables are
 * as slow as the global one, which errs on the slow side.
 */
export function latencyModel(set: AssumptionSet, consistency: ConsistencyMode): LatencyModel {
  const { latency } = set;
  const strong = consistency === "strong";
  const write = (strong ? latency.strongWrite : latency.eventualWrite).value;
  const read = (strong ? latency.strongRead : latency.eventualRead).value;
  return ({ service, operation }) => {
    if (service === "apigateway") return latency.gateway.value;
    if (service === "lambda") return latency.lambda.value;
    if (service !== "dynamodb") return latency.other.value;
    const kind = DYNAMODB_READS[operation];
    if (kind === undefined) return write;
    return kind === "consistent" ? read : latency.eventualRead.value;
  };
}
