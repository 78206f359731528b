import { CHECKER_REGIONS } from "../../rules/route53";

/**
 * What happens to a call: the connection is refused or cut, an internal error, the service's throttling error, no answer
 * at all, a late one, or the calling function's process dies.
 */
export const FAULT_MODES = ["refuse", "error", "throttle", "vanish", "delay", "crash"] as const;
export type FaultMode = (typeof FAULT_MODES)[number];

/** Before the call takes effect (nothing happened), or after it (it happened, and the caller is not told). */
export const FAULT_MOMENTS = ["before", "after"] as const;
export type FaultMoment = (typeof FAULT_MOMENTS)[number];

/** What a cut region can no longer do: hear the others, be heard, or both. */
export const DIRECTIONS = ["in", "out", "both"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A fault as data. */
export interface Fault {
  readonly kind: FaultKind;
  readonly region?: string;
  /** The only other region that a cut or a pause concerns; default all others. */
  readonly peer?: string;
  /** Of a partition; default both. */
  readonly direction?: Direction;
  readonly service?: string;
  readonly operation?: string;
  /** The name of a function, table, bucket or topic, or a key's id or alias. */
  readonly resource?: string;
  /** The name of the function whose calls are hit; default everyone's. */
  readonly caller?: string;
  readonly mode?: FaultMode;
  /** When in a call the fault strikes; default before its effect. */
  readonly when?: FaultMoment;
  /** Share of the calls that are hit, 0..1; default 1. */
  readonly rate?: number;
  /** So many matching calls pass before the first one is hit; default 0. */
  readonly skip?: number;
  /** So many calls are hit at most; default all. */
  readonly times?: number;
  /** Milliseconds of a delay; of a clock's error, where negative is behind. */
  readonly ms?: number;
  /** A custom domain. */
  readonly host?: string;
  /** Concurrent executions. */
  readonly limit?: number;
  /** Removes itself after so many seconds; default never. */
  readonly forSeconds?: number;
}

export type FaultField = Exclude<keyof Fault, "kind">;

export interface KindRule {
  readonly means: string;
  readonly required: readonly FaultField[];
  readonly optional: readonly FaultField[];
  /** The first one is the default. */
  readonly modes: readonly FaultMode[];
  /** The only values that a field of this kind may have. */
  readonly values?: Readonly<Partial<Record<FaultField, readonly string[]>>>;
}

/** Every kind of fault, with the fields it takes. */
export const FAULT_KINDS = {
  outage: {
    means: "a whole region is gone: nothing in it answers, nothing in it runs",
    required: ["region"],
    optional: ["mode", "forSeconds"],
    modes: ["refuse", "vanish"],
  },
  service: {
    means: "calls to a service (in one region, or in all; one operation, or all; for one resource, or any; of one function, or of all) go wrong",
    required: ["service"],
    optional: ["region", "operation", "resource", "caller", "mode", "when", "rate", "skip", "times", "ms", "forSeconds"],
    modes: ["error", "refuse", "throttle", "vanish", "delay", "crash"],
  },
  partition: {
    means: "a region is cut off from the other regions, or from one (table peers, the witness, buckets), in one direction or both, but not from its users",
    required: ["region"],
    optional: ["peer", "direction", "forSeconds"],
    modes: [],
  },
  replication: {
    means: "what is written in a region no longer reaches the other regions, or one; a strongly consistent replica is isolated from them",
    required: ["service", "region"],
    optional: ["peer", "forSeconds"],
    modes: [],
    values: { service: ["dynamodb", "s3"] },
  },
  checkers: {
    means: "Route 53's health checkers of a region reach no endpoint",
    required: ["region"],
    optional: ["forSeconds"],
    modes: [],
    values: { region: CHECKER_REGIONS },
  },
  key: {
    means: "KMS keys of a region are disabled: all, or one",
    required: ["region"],
    optional: ["resource", "forSeconds"],
    modes: [],
  },
  certificate: {
    means: "a region's front door has no certificate for its custom domains, or for one: TLS fails",
    required: ["region"],
    optional: ["host", "forSeconds"],
    modes: [],
  },
  clock: {
    means: "the clocks of a region's functions, or of one function, are wrong",
    required: ["region", "ms"],
    optional: ["resource", "forSeconds"],
    modes: [],
  },
  concurrency: {
    means: "a function has no more than so many concurrent executions in a region; 0 = none",
    required: ["region", "resource", "limit"],
    optional: ["forSeconds"],
    modes: [],
  },
} as const satisfies Record<string, KindRule>;
export type FaultKind = keyof typeof FAULT_KINDS;

/** The rule of a kind, with every member that a rule can have. */
export const ruleOf = (kind: FaultKind): KindRule => FAULT_KINDS[kind];

/** How a fault shows: its own mode, else the first one of its kind. */
export const modeOf = (fault: Fault): FaultMode | undefined => fault.mode ?? ruleOf(fault.kind).modes[0];
