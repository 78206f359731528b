export const ENDPOINT_TYPES = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH"] as const;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];

interface Common {
  readonly id: string;
  /** The Name tag, or what is checked. */
  readonly name: string;
  readonly inverted: boolean;
  /** A disabled check counts as healthy before inversion. "Values that you specify when you create or update health checks". */
  readonly disabled: boolean;
}

/** Watches an endpoint through checkers. */
export interface EndpointCheck extends Common {
  readonly type: EndpointType;
  /** The Host header and, without `ipAddress`, the name that each probe resolves. */
  readonly fqdn?: string;
  readonly ipAddress?: string;
  readonly port: number;
  readonly path: string;
  /** Looked for in the first 5,120 bytes of the body by the `_STR_MATCH` types. */
  readonly searchString?: string;
  /** From a response to the next request. */
  readonly intervalMs: number;
  /** Consecutive results that turn a checker's mind, in both directions. */
  readonly threshold: number;
  readonly regions: readonly string[];
}

/** Healthy when at least `threshold` children are. */
export interface CalculatedCheck extends Common {
  readonly type: "CALCULATED";
  readonly children: readonly string[];
  readonly threshold: number;
}

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export const INSUFFICIENT_DATA = ["Healthy", "Unhealthy", "LastKnownStatus"] as const;

/** Follows a CloudWatch alarm. */
export interface AlarmCheck extends Common {
  readonly type: "CLOUDWATCH_METRIC";
  readonly alarmName: string;
  readonly alarmRegion: string;
  readonly insufficientData: (typeof INSUFFICIENT_DATA)[number];
}

export type HealthCheck = EndpointCheck | CalculatedCheck | AlarmCheck;

export interface HealthStatus {
  /** What DNS acts on. */
  readonly healthy: boolean;
  /** How many checkers watch; 0 for calculated and alarm checks. */
  readonly checkers: number;
  /** How many of them say that the endpoint is healthy (before inversion). */
  readonly healthyCheckers: number;
  /** Epoch milliseconds of the last change; the creation where there was none. */
  readonly lastChange: number;
}

/** What is not documented and therefore assumed; the drill's report lists it. */
export interface CheckerAssumptions {
  /** Checkers per endpoint check, 6..24. AWS says "about 15". */
  readonly count: number;
  /** Checkers do not coordinate: their phases are uniform, or (pessimistic) all within {@link CLUMP_MS}. */
  readonly phases: "spread" | "clumped";
  /** From the checkers' verdict to the DNS data plane, milliseconds, drawn per change. */
  readonly aggregationDelay: { readonly low: number; readonly high: number };
}

export const CHECKERS_PER_CHECK = 16;
export const CLUMP_MS = 500;
export const DOCUMENTED: CheckerAssumptions = { count: CHECKERS_PER_CHECK, phases: "spread", aggregationDelay: { low: 0, high: 0 } };
export const PESSIMISTIC: CheckerAssumptions = { count: CHECKERS_PER_CHECK, phases: "clumped", aggregationDelay: { low: 0, high: 10_000 } };

/** An endpoint is healthy when MORE than this share of its checkers say so. "How Amazon Route 53 determines whether a health check is healthy". */
export const HEALTHY_SHARE = 0.18;
