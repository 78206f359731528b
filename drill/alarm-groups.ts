import type { AlarmPlace, AlarmRef } from "./alarms";

/** Alarms by the service part of their names without `payments-`, in these places. */
export const alarmsIn = (places: readonly AlarmPlace[], ...services: readonly string[]): readonly AlarmRef[] =>
  services.flatMap((service) => places.map((place): AlarmRef => `payments-${service}@${place}`));

export const PRIMARY = ["primary"] as const;
export const SECONDARY = ["secondary"] as const;
export const BOTH = ["primary", "secondary"] as const;
export const GLOBAL = ["global"] as const;

/** Traffic has left the primary: told in the secondary. */
export const MOVED = alarmsIn(SECONDARY, "latch-moved", "dns-secondary");

/** What follows from that later, or is told by us-east-1, which may be the region that is lost. */
export const LEFT = [...MOVED, ...alarmsIn(SECONDARY, "latch-evacuated"), ...alarmsIn(GLOBAL, "failover-unhealthy")];

export const PRIMARY_ILL = [...LEFT, ...alarmsIn(SECONDARY, "primary-not-seen"), ...alarmsIn(GLOBAL, "primary-unhealthy")];

export const SECONDARY_ILL = [...alarmsIn(SECONDARY, "secondary-not-seen"), ...alarmsIn(GLOBAL, "secondary-unhealthy")];

export const BUCKETS = ["receipts", "documents", "logs"] as const;

const OPERATIONS = ["table-putitem", "table-getitem", "table-query"] as const;
export const TABLE_ERRORS = [...OPERATIONS.map((operation) => `${operation}-errors`), "health-writes"] as const;
export const TABLE_LATENCY = OPERATIONS.map((operation) => `${operation}-latency`);
export const TABLE_THROTTLES = ["table-read-throttles", "table-write-throttles"] as const;
export const API_FAILS = ["api-5xx", "grey-failure"] as const;

const of = (names: readonly string[], what: string): readonly string[] => names.map((name) => `${name}-${what}`);
/** Functions that both regions have and that call others. */
const CALLING = ["process", "read", "health", "notify"] as const;
export const FUNCTION_ERRORS = of(CALLING, "errors");
export const FUNCTION_THROTTLES = of([...CALLING, "validate"], "throttles");
/** The secondary's alone. */
export const OBSERVER_ERRORS = of(["switch", "observer"], "errors");
export const OBSERVER_THROTTLES = of(["switch", "observer"], "throttles");
