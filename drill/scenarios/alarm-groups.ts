import type { AlarmPlace, AlarmRef } from "../alarms";

/** Alarms by the service part of their names without `payments-`, in these places. */
export const alarmsIn = (places: readonly AlarmPlace[], ...services: readonly string[]): readonly AlarmRef[] =>
  services.flatMap((service) => places.map((place): AlarmRef => `payments-${service}@${place}`));

export const PRIMARY = ["primary"] as const;
export const SECONDARY = ["secondary"] as const;
export const BOTH = ["primary", "secondary"] as const;
export const GLOBAL = ["global"] as const;

/** Traffic leaves the primary: told where it can be told, Route 53's own only while us-east-1 lives. */
export const MOVED = alarmsIn(SECONDARY, "latch-moved", "dns-secondary");

/** What follows when the primary is left, and may be too late for the drill or untold by a dead region. */
export const PRIMARY_ILL = [...MOVED, ...alarmsIn(SECONDARY, "primary-not-seen", "latch-evacuated"), ...alarmsIn(GLOBAL, "primary-unhealthy", "failover-unhealthy")];

export const SECONDARY_ILL = [...alarmsIn(SECONDARY, "secondary-not-seen"), ...alarmsIn(GLOBAL, "secondary-unhealthy")];

const OPERATIONS = ["table-putitem", "table-getitem", "table-query"] as const;
export const TABLE_ERRORS = [...OPERATIONS.map((operation) => `${operation}-errors`), "health-writes"] as const;
export const TABLE_LATENCY = OPERATIONS.map((operation) => `${operation}-latency`);
export const API_FAILS = ["api-5xx", "grey-failure"] as const;
const IN_BOTH = ["process", "read", "validate", "health", "notify"] as const;
const of = (names: readonly string[], what: string): readonly string[] => names.map((name) => `${name}-${what}`);
export const FUNCTION_ERRORS = of(IN_BOTH, "errors");
export const FUNCTION_THROTTLES = of(IN_BOTH, "throttles");
export const DURATIONS = of(IN_BOTH, "duration");
