import type { AlarmExpectations } from "../alarm-expectations";
import { alarmsIn, API_FAILS, BOTH, FUNCTION_THROTTLES, OBSERVER_ERRORS, OBSERVER_THROTTLES, PRIMARY, PRIMARY_ILL, SECONDARY, SECONDARY_ILL, TABLE_ERRORS, TABLE_LATENCY, TABLE_THROTTLES, GLOBAL } from "../alarm-groups";
import { RETRY_POLICIES } from "../retries";
import type { RoleFault } from "../role-fault";
import type { Flood, Scenario, Step } from "../scenario";
import { DNS_ONLY_PLAN, lasting } from "./base";

const ROLES = ["primary", "secondary"] as const;
const SECOND = 1000;

type Asked = Omit<Flood, "role" | "perSecond" | "forMs">;
const PAYMENT = { method: "POST", headers: { "content-type": "application/json", "idempotency-key": "alarm-drill" }, body: '{"customerId":"alarm-drill","amount":100,"currency":"EUR"}' } as const;
const UNKNOWN_PAYMENT: Asked = { target: `/payments/pay_${"a".repeat(52)}` };
const READS: readonly Asked[] = [{ target: "/payments?customerId=alarm-drill" }, UNKNOWN_PAYMENT, { target: "/payments/validate", ...PAYMENT }];
/** Only where no write takes effect: nobody keeps a history of these payments. */
const PAYS: Asked = { target: "/payments", ...PAYMENT };

const TABLE = "payments-table-global-{environment}";
const named = (name: string): string => `payments-${name}-{region}-{environment}`;

/** A function's process dies in its calls. */
const dies = (name: string, service: string): Omit<RoleFault, "role"> => ({ kind: "service", service, caller: named(name), mode: "crash" });
const noExecutions = (name: string): Omit<RoleFault, "role"> => ({ kind: "concurrency", resource: named(name), limit: 0 });

const inBoth = (...faults: readonly Omit<RoleFault, "role">[]): readonly Step[] => faults.flatMap((fault) => ROLES.map((role): Step => ({ atMs: 0, inject: { ...fault, role }, as: "cause" })));
const inSecondary = (...faults: readonly Omit<RoleFault, "role">[]): readonly Step[] => faults.map((fault) => ({ atMs: 0, inject: { ...fault, role: "secondary" }, as: "cause" }));

const keeps = (role: "primary" | "secondary"): Step => ({ atMs: 0, document: role });

/** Somebody asks each region, so that the one that stands by has requests too. */
const askBoth = (seconds: number, perSecond: number, ...asked: readonly Asked[]): readonly Step[] =>
  asked.flatMap((each) => ROLES.map((role): Step => ({ atMs: 0, flood: { ...each, role, perSecond, forMs: seconds * SECOND } })));

/** A cause that lasts long enough for its alarms; payers are few, and what becomes of them is the business of other scenarios. */
function alarming(name: string, what: string, seconds: number, steps: readonly Step[], alarms: AlarmExpectations): Scenario {
  return {
    ...lasting(seconds * SECOND),
    name: `alarms-${name}`,
    what,
    clients: 3,
    // Without repeats: they would pile up for minutes.
    plan: { ...DNS_ONLY_PLAN, meanIntervalMs: 8_000, retries: RETRY_POLICIES.none },
    load: "own",
    drainMs: 5_000,
    steps,
    // Both regions may be ill, so that DNS goes to and fro; and derived facts are late by intent.
    expects: { hit: "anybody", recovered: "any", setAside: "any", measured: ["I5", "I11", "returns"], alarms },
    needs: { consistency: "strong" },
  };
}

/** Replication stands still for 40 s of every minute. */
const STUTTERS: readonly Step[] = [0, 60, 120, 180, 240, 300].flatMap((at): Step[] => [
  ...ROLES.map((role): Step => ({ atMs: at * SECOND, inject: { kind: "replication", service: "dynamodb", role }, as: `pause-${at}` })),
  { atMs: (at + 40) * SECOND, heal: `pause-${at}` },
]);

/** One cause each, for as long as its alarms need. `npm run alarms` plays them all. */
export const ALARM_SCENARIOS: readonly Scenario[] = [
  alarming("region-lost", "the primary region is gone for longer than people overlook it", 500, [{ atMs: 0, inject: { kind: "outage", role: "primary", mode: "refuse" }, as: "cause" }], {
    fire: alarmsIn(SECONDARY, "latch-moved", "dns-secondary", "primary-not-seen", "latch-evacuated"),
  }),
  alarming("table-errors", "the tables of both regions answer with internal errors", 290, [...inBoth({ kind: "service", service: "dynamodb", mode: "error" }), ...askBoth(280, 0.2, ...READS, PAYS)], {
    fire: [...alarmsIn(BOTH, ...TABLE_ERRORS, ...API_FAILS), ...alarmsIn(GLOBAL, "primary-unhealthy", "secondary-unhealthy", "failover-unhealthy"), ...alarmsIn(SECONDARY, "primary-not-seen", "secondary-not-seen", "control-unreadable")],
  }),
  alarming("table-throttled", "the tables of both regions throttle every call", 340, [...inBoth({ kind: "service", service: "dynamodb", mode: "throttle" }), ...askBoth(330, 0.2, ...READS, PAYS)], { fire: alarmsIn(BOTH, ...TABLE_THROTTLES) }),
  alarming(
    "slow",
    "the tables of both regions answer 600 ms late, and functions that take and read payments begin 2.5 s late",
    340,
    [
      ...inBoth({ kind: "service", service: "dynamodb", resource: TABLE, mode: "delay", ms: 600 }),
      ...inBoth(...["process", "read"].map((name) => ({ kind: "service", service: "lambda", operation: "Invoke", resource: named(name), mode: "delay", ms: 2_500 }) as const)),
      ...askBoth(330, 0.2, ...READS),
    ],
    { fire: alarmsIn(BOTH, "api-latency", ...TABLE_LATENCY) },
  ),
  alarming(
    "functions-die",
    "the processes of functions of both regions die in their calls",
    290,
    [
      ...inBoth(...["process", "read", "health"].map((name) => dies(name, "dynamodb"))),
      ...inSecondary(dies("switch", "dynamodb"), dies("observer", "dynamodb")),
      ...askBoth(280, 0.2, ...READS, PAYS),
    ],
    { fire: [...alarmsIn(BOTH, "process-errors", "read-errors", "health-errors"), ...alarmsIn(SECONDARY, ...OBSERVER_ERRORS)] },
  ),
  alarming(
    "no-executions",
    "no function of either region has a free execution",
    470,
    [...inBoth(...["process", "read", "validate", "health", "notify"].map(noExecutions)), ...inSecondary(...["switch", "observer"].map(noExecutions)), ...askBoth(465, 0.2, ...READS, PAYS)],
    { fire: [...alarmsIn(BOTH, ...FUNCTION_THROTTLES.filter((name) => !name.startsWith("notify"))), ...alarmsIn(SECONDARY, ...OBSERVER_THROTTLES, "observer-silent")] },
  ),
  alarming("derivation-dies", "the processes of functions that derive receipts die in their calls: receipts and events wait", 350, inBoth(dies("notify", "s3")), { fire: alarmsIn(BOTH, "notify-errors", "notify-iterator-age") }),
  alarming("callers-err", "somebody asks both regions for what is not there, more often than everybody else", 460, askBoth(455, 2, { target: "/payments/pay_nonsense" }), { fire: alarmsIn(BOTH, "api-4xx") }),
  ...ROLES.map((role) => {
    const other = role === "primary" ? "secondary" : "primary";
    return alarming(
      `key-denied-${role}`,
      `the ${role}'s keys are disabled: what should be replicated there cannot be encrypted`,
      480,
      [{ atMs: 0, inject: { kind: "key", role }, as: "cause" }, keeps(other)],
      { fire: [...alarmsIn([other], "receipts-replication-failed", "documents-replication-failed"), ...(role === "primary" ? alarmsIn(SECONDARY, "logs-replication-failed") : [])] },
    );
  }),
  alarming("buckets-cut", "buckets have not been replicated for twenty minutes", 1_360, [...inBoth({ kind: "replication", service: "s3" }), ...ROLES.map(keeps)], {
    fire: [...alarmsIn(BOTH, "receipts-replication-latency", "documents-replication-latency"), ...alarmsIn(PRIMARY, "logs-replication-latency")],
  }),
  { ...alarming("replication-stutters", "the tables' replication stands still most of the time", 400, STUTTERS, { fire: alarmsIn(BOTH, "table-replication-latency") }), needs: { consistency: "eventual" } },
  {
    ...alarming("quotas", "an account with small quotas, nearly used up", 340, [...inBoth({ kind: "service", service: "dynamodb", resource: TABLE, operation: "GetItem", mode: "delay", ms: 900 }), ...askBoth(335, 9.5, UNKNOWN_PAYMENT)], {
      fire: [...alarmsIn(BOTH, "quota-requests", "quota-concurrency"), ...alarmsIn(BOTH, "notify-throttles")],
      mayFire: [...PRIMARY_ILL, ...SECONDARY_ILL, ...alarmsIn(BOTH, "api-4xx", "notify-iterator-age", ...FUNCTION_THROTTLES), ...alarmsIn(SECONDARY, ...OBSERVER_THROTTLES, "observer-silent")],
    }),
    needs: { consistency: "strong", config: { "tap:apiRequestQuota": "10", "tap:lambdaConcurrencyQuota": "10" } },
  },
];
