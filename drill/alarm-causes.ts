import type { FaultKind } from "../twin/kernel/fault-kinds";
import type { AlarmExpectations } from "./alarm-expectations";
import { alarmsIn, API_FAILS, BOTH, BUCKETS, FUNCTION_ERRORS, FUNCTION_THROTTLES, LEFT, MOVED, OBSERVER_ERRORS, OBSERVER_THROTTLES, PRIMARY_ILL, SECONDARY, SECONDARY_ILL, TABLE_ERRORS, TABLE_LATENCY, TABLE_THROTTLES } from "./alarm-groups";
import type { AlarmRef } from "./alarms";
import type { RoleFault } from "./role-fault";
import type { Expectations } from "./expectations";
import type { Flood, Scenario, Step } from "./scenario";

/** What a fault may make sound in the regions that it strikes. */
interface Cause {
  /** Service parts of names without `payments-`. */
  readonly own: readonly string[];
  /** What fails there: nothing that payers or checkers feel, payments alone, or the health route too. */
  readonly fails: "nothing" | "payments" | "region";
  /** Elsewhere. */
  readonly beyond?: readonly AlarmRef[];
}

const HARMLESS: Cause = { own: [], fails: "nothing" };
const TABLE: Cause = { own: [...TABLE_ERRORS, ...TABLE_LATENCY, ...TABLE_THROTTLES, ...API_FAILS, "api-latency", "control-unreadable"], fails: "region" };
const FUNCTIONS: Cause = { own: [...FUNCTION_THROTTLES, ...OBSERVER_THROTTLES, ...API_FAILS, "api-latency", "notify-iterator-age", "observer-silent"], fails: "region" };
const DERIVATION: Cause = { own: ["notify-errors", "notify-duration", "notify-iterator-age"], fails: "nothing" };
/** Of a table, where regions are cut off: late writes arrive when they no longer are. */
const LATE_WRITES = alarmsIn(BOTH, "table-replication-latency");

const TABLE_PAUSED: Cause = { ...TABLE, beyond: LATE_WRITES };
const BUCKETS_PAUSED: Cause = { ...HARMLESS, beyond: alarmsIn(BOTH, ...BUCKETS.map((name) => `${name}-replication-latency`)) };

const BY_SERVICE: Readonly<Record<string, Cause>> = { dynamodb: TABLE, lambda: FUNCTIONS, apigateway: { own: [], fails: "region" }, s3: DERIVATION, sns: DERIVATION };

const BY_KIND: Readonly<Record<Exclude<FaultKind, "service" | "replication">, Cause>> = {
  // While a region is gone it tells nothing; these follow when it comes back.
  outage: { own: [...TABLE.own, ...DERIVATION.own, "observer-silent"], fails: "region", beyond: LATE_WRITES },
  // The observer cannot tell a dead primary from a cut link.
  partition: { ...TABLE, beyond: [...LATE_WRITES, ...alarmsIn(SECONDARY, "primary-not-seen")] },
  key: { own: [...TABLE.own, ...DERIVATION.own], fails: "region", beyond: alarmsIn(BOTH, ...BUCKETS.map((name) => `${name}-replication-failed`)) },
  concurrency: FUNCTIONS,
  checkers: HARMLESS,
  certificate: { own: [], fails: "region" },
  clock: HARMLESS,
};

/** What a fault explains, by its kind and what it strikes. */
function causeOf({ kind, service = "", resource, mode }: RoleFault): Cause {
  const cause = kind === "service" ? (BY_SERVICE[service] ?? HARMLESS) : kind === "replication" ? (service === "s3" ? BUCKETS_PAUSED : TABLE_PAUSED) : BY_KIND[kind];
  const dying = mode === "crash" ? [...FUNCTION_ERRORS, ...OBSERVER_ERRORS] : [];
  // A single function that fails leaves the health route well, unless it is that function.
  const spared = cause === FUNCTIONS && resource !== undefined && !resource.includes("health");
  return { ...cause, own: [...cause.own, ...dying], fails: spared ? "payments" : cause.fails };
}

/** Of the witness nothing is alarmed on: quorums that are gone show in the regions that serve. */
function explainedByFault(fault: RoleFault): readonly AlarmRef[] {
  const places = fault.role === undefined ? BOTH : BOTH.filter((place) => place === fault.role);
  const { own, fails, beyond = [] } = causeOf(fault);
  const ill = { nothing: { primary: [], secondary: [] }, payments: { primary: LEFT, secondary: [] }, region: { primary: PRIMARY_ILL, secondary: SECONDARY_ILL } }[fails];
  return [...alarmsIn(places, ...own), ...places.flatMap((place) => ill[place]), ...beyond];
}

/** Checkers are throttled with the rest of those who ask for a region's health. */
const explainedByFlood = ({ role, target }: Flood): readonly AlarmRef[] =>
  target === "/health" ? [...(role === "primary" ? PRIMARY_ILL : SECONDARY_ILL), ...alarmsIn([role], "api-4xx")] : [];

function explainedByStep(step: Step): readonly AlarmRef[] {
  if ("inject" in step) return explainedByFault(step.inject);
  if ("flood" in step) return explainedByFlood(step.flood);
  if ("poison" in step) return alarmsIn(BOTH, "notify-iterator-age");
  return "operate" in step && step.operate === "failover" ? LEFT : [];
}

/** The latch alarms on what it does itself; operators know what they do. */
const LED = alarmsIn(SECONDARY, "dns-secondary");

const movedBy = (steps: readonly Step[]): readonly AlarmRef[] => (steps.some((step) => "operate" in step && step.operate === "failover") ? LED : MOVED);

/** Why messages may reach nobody while a fault is in force. */
const untoldIn = ({ kind, service }: RoleFault): string | undefined =>
  kind === "key" ? "topics are encrypted with the key that is disabled" : kind === "service" && service === "sns" ? "topics fail" : undefined;

/**
 * What a scenario says about alarms: what it names itself, beside what follows from its steps. Where traffic is expected to
 * end in the secondary, people must hear of it. Pure.
 */
export function alarmsOfScenario({ steps }: Pick<Scenario, "steps">, { serving, alarms = {} }: Pick<Expectations, "serving" | "alarms">): AlarmExpectations {
  const untold = steps.flatMap((step) => ("inject" in step ? (untoldIn(step.inject) ?? []) : []))[0];
  return {
    ...(untold === undefined ? {} : { untold }),
    ...alarms,
    fire: [...(serving === "secondary" ? movedBy(steps) : []), ...(alarms.fire ?? [])],
    mayFire: [...new Set([...steps.flatMap(explainedByStep), ...(alarms.mayFire ?? [])])],
  };
}
