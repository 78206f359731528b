import type { AlarmExpectations } from "../alarm-expectations";
import type { AlarmRef } from "../alarms";
import type { RoleFault } from "../role-fault";
import type { Flood, Scenario, Step } from "../scenario";
import { alarmsIn, API_FAILS, BOTH, FUNCTION_ERRORS, FUNCTION_THROTTLES, GLOBAL, MOVED, PRIMARY, PRIMARY_ILL, SECONDARY, SECONDARY_ILL, TABLE_ERRORS, TABLE_LATENCY } from "./alarm-groups";
import { lasting } from "./base";

const ROLES = ["primary", "secondary"] as const;
const PAYMENT = { method: "POST", headers: { "content-type": "application/json", "idempotency-key": "alarm-drill" }, body: '{"customerId":"alarm-drill","amount":100,"currency":"EUR"}' } as const;
const UNKNOWN_PAYMENT = `/payments/pay_${"a".repeat(52)}`;

const READS: readonly Asked[] = [{ target: "/payments?customerId=alarm-drill" }, { target: UNKNOWN_PAYMENT }, { target: "/payments/validate", ...PAYMENT }];
/** Only where no write takes effect: nobody keeps a history of these payments. */
const PAYS: Asked = { target: "/payments", ...PAYMENT };

type Asked = Omit<Flood, "role" | "perSecond" | "forMs">;

const functionName = (name: string): string => `payments-${name}-{region}-{environment}`;

const TABLE = "payments-table-global-{environment}";
const dies = (name: string): Omit<RoleFault, "role"> => ({ kind: "service", service: name === "notify" ? "s3" : "dynamodb", caller: functionName(name), mode: "crash" });
const none = (name: string): Omit<RoleFault, "role"> => ({ kind: "concurrency", resource: functionName(name), limit: 0 });

/** In force in both regions from the fault on. */
const inBoth = (...faults: readonly Omit<RoleFault, "role">[]): readonly Step[] =>
  faults.flatMap((fault) => ROLES.map((role): Step => ({ atMs: 0, inject: { ...fault, role }, as: "cause" })));

/** Somebody asks each region, so that the one that stands by has requests too. */
const askBoth = (forMs: number, perSecond: number, ...asked: readonly Asked[]): readonly Step[] =>
  asked.flatMap((each) => ROLES.map((role): Step => ({ atMs: 0, flood: { ...each, role, perSecond, forMs } })));

/** A cause that lasts long enough for its alarms; payers are few, and what becomes of them is the business of other scenarios. */
function alarming(name: string, what: string, seconds: number, steps: readonly Step[], alarms: AlarmExpectations): Scenario {
  const shared = lasting(seconds * 1000);
  return {
    ...shared,
    name: `alarms-${name}`,
    what,
    clients: 3,
    load: "own",
    // The clients' start is the fault: what is before it does not matter to alarms.
    faultAtMs: 20_000,
    endsWhen: { kind: "duration", ms: (seconds + 20) * 1000 },
    maxMs: (seconds + 20) * 1000,
    drainMs: 5_000,
    steps,
    expects: { hit: "anybody", recovered: "any", measured: COUNTED, alarms },
  };
}

/** Both regions may be ill here, so that DNS goes to and fro; and derived facts are late by intent. */
const COUNTED = ["I5", "I11", "returns"] as const;

const ILL: readonly AlarmRef[] = [...PRIMARY_ILL, ...SECONDARY_ILL];

/** One cause each, for as long as its alarms need. `npm run alarms` plays them all. */
export const ALARM_SCENARIOS: readonly Scenario[] = [
  alarming("region-lost", "the primary region is gone for longer than people overlook it", 400, [{ atMs: 0, inject: { kind: "outage", role: "primary", mode: "refuse" }, as: "cause" }], {
    fire: alarmsIn(SECONDARY, "latch-moved", "dns-secondary", "primary-not-seen", "latch-evacuated"),
    mayFire: alarmsIn(GLOBAL, "primary-unhealthy", "failover-unhealthy"),
  }),
  alarming("table-errors", "the tables of both regions answer with internal errors", 280, [...inBoth({ kind: "service", service: "dynamodb", mode: "error" }), ...askBoth(270_000, 0.2, ...READS, PAYS)], {
    fire: [...alarmsIn(BOTH, ...TABLE_ERRORS, ...API_FAILS), ...ILL.filter((ref) => !/latch|dns/.test(ref)), ...alarmsIn(SECONDARY, "control-unreadable")],
    mayFire: [...MOVED, ...alarmsIn(SECONDARY, "latch-evacuated"), ...alarmsIn(BOTH, "api-latency")],
  }),
  alarming("table-throttled", "the tables of both regions throttle every call", 300, [...inBoth({ kind: "service", service: "dynamodb", mode: "throttle" }), ...askBoth(290_000, 0.2, ...READS, PAYS)], {
    fire: alarmsIn(BOTH, "table-read-throttles", "table-write-throttles"),
    mayFire: [...ILL, ...alarmsIn(BOTH, "health-writes", "api-latency", ...API_FAILS), ...alarmsIn(SECONDARY, "control-unreadable")],
  }),
  alarming(
    "slow",
    "the tables of both regions answer 600 ms late, and functions that take and read payments begin 2.5 s late",
    300,
    [
      ...inBoth({ kind: "service", service: "dynamodb", resource: TABLE, mode: "delay", ms: 600 }),
      ...inBoth(...["process", "read"].map((name) => ({ kind: "service", service: "lambda", operation: "Invoke", resource: functionName(name), mode: "delay", ms: 2_500 }) as const)),
      ...askBoth(290_000, 0.2, ...READS),
    ],
    { fire: alarmsIn(BOTH, "api-latency", ...TABLE_LATENCY), mayFire: ILL },
  ),
  alarming(
    "functions-die",
    "the processes of functions of both regions die in their first call",
    250,
    [
      ...inBoth(...["process", "read", "health", "notify"].map((name) => dies(name))),
      { atMs: 0, inject: { ...dies("switch"), role: "secondary" }, as: "cause" },
      { atMs: 0, inject: { ...dies("observer"), role: "secondary" }, as: "cause" },
      ...askBoth(240_000, 0.2, ...READS, PAYS),
    ],
    { fire: [...alarmsIn(BOTH, ...FUNCTION_ERRORS), ...alarmsIn(SECONDARY, "switch-errors", "observer-errors", "observer-silent")], mayFire: [...ILL, ...alarmsIn(BOTH, "notify-iterator-age", ...API_FAILS)] },
  ),
  alarming(
    "no-executions",
    "no function of either region has a free execution",
    250,
    [...inBoth(...["process", "read", "validate", "health", "notify"].map((name) => none(name))), ...["switch", "observer"].map((name): Step => ({ atMs: 0, inject: { ...none(name), role: "secondary" }, as: "cause" })), ...askBoth(240_000, 0.2, ...READS, PAYS)],
    { fire: [...alarmsIn(BOTH, ...FUNCTION_THROTTLES), ...alarmsIn(SECONDARY, "switch-throttles", "observer-throttles", "observer-silent")], mayFire: [...ILL, ...alarmsIn(BOTH, "notify-iterator-age", ...API_FAILS)] },
  ),
  alarming("derivation-behind", "the buckets of both regions fail: receipts and events wait", 420, inBoth({ kind: "service", service: "s3", mode: "error" }), {
    fire: alarmsIn(BOTH, "notify-iterator-age"),
  }),
  alarming("callers-err", "somebody asks both regions for what is not there, more often than everybody else", 420, askBoth(415_000, 2, { target: "/payments/pay_nonsense" }), { fire: alarmsIn(BOTH, "api-4xx") }),
  ...(["primary", "secondary"] as const).map((role) =>
    alarming(`key-denied-${role}`, `the ${role}'s keys are disabled: what should be replicated there cannot be encrypted`, 480, [{ atMs: 0, inject: { kind: "key", role }, as: "cause" }], {
      fire: alarmsIn(role === "primary" ? SECONDARY : PRIMARY, "receipts-replication-failed"),
      mayFire: alarmsIn([role], "notify-iterator-age"),
      untold: "topics are encrypted with the key that is disabled",
    }),
  ),
  alarming("buckets-cut", "buckets have not been replicated for twenty minutes", 1_290, inBoth({ kind: "replication", service: "s3" }), { fire: alarmsIn(BOTH, "receipts-replication-latency") }),
  {
    ...alarming("quotas", "an account with small quotas, nearly used up", 300, [...inBoth({ kind: "service", service: "dynamodb", resource: TABLE, operation: "GetItem", mode: "delay", ms: 900 }), ...askBoth(295_000, 9.5, { target: UNKNOWN_PAYMENT })], {
      fire: alarmsIn(BOTH, "quota-requests", "quota-concurrency"),
      mayFire: [...ILL, ...alarmsIn(BOTH, "table-getitem-latency", "api-4xx", "api-latency", ...API_FAILS, ...FUNCTION_THROTTLES), ...alarmsIn(SECONDARY, "switch-throttles", "observer-throttles", "control-unreadable")],
    }),
    needs: { config: { "tap:apiRequestQuota": "10", "tap:lambdaConcurrencyQuota": "10" } },
  },
];
