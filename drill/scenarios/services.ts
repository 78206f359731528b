import type { Scenario } from "../scenario";
import { EVACUATED, FAILOVER, lasting, UNFELT } from "./base";

type Fault = Extract<Scenario["steps"][number], { inject: unknown }>["inject"];

/** A service of the primary region is gone, and payments with it. */
const left = (name: string, what: string, inject: Fault): Scenario => ({
  ...FAILOVER,
  name,
  what,
  failure: "region-lost",
  steps: [{ atMs: 0, inject: { role: "primary", ...inject }, as: "broken" }],
  expects: EVACUATED,
});

/** What payments do not need is gone for a minute. */
const unfelt = (name: string, what: string, inject: Fault): Scenario => ({
  ...lasting(90_000),
  name,
  what,
  steps: [
    { atMs: 0, inject, as: "broken" },
    { atMs: 60_000, heal: "broken" },
  ],
  expects: UNFELT,
});

/** Single services of a region. */
export const SERVICES: readonly Scenario[] = [
  left("api-refuses", "the primary's API alone refuses connections", { kind: "service", service: "apigateway", mode: "refuse" }),
  left("function-errors", "every function of the primary fails", { kind: "service", service: "lambda", operation: "Invoke", mode: "error" }),
  {
    ...left("function-timeouts", "no function of the primary answers", { kind: "service", service: "lambda", operation: "Invoke", mode: "vanish" }),
    // A batch whose invocation vanished is tried again after 15 minutes: the stream's receipts and events come later than asked.
    expects: { ...EVACUATED, measured: ["I5"] },
  },
  left("table-errors", "the primary's tables answer with internal errors", { kind: "service", service: "dynamodb", mode: "error" }),
  left("table-throttled", "the primary's tables throttle every call", { kind: "service", service: "dynamodb", mode: "throttle" }),
  unfelt("bucket-errors", "the primary's buckets fail for a minute; payments do not need them", { kind: "service", role: "primary", service: "s3", mode: "error" }),
  {
    ...unfelt("key-denied", "the primary's KMS keys are disabled for a minute: receipts and events wait; payments fail where a table's key is refreshed just then, and nowhere else", { kind: "key", role: "primary" }),
    expects: { hit: "anybody", recovered: "all" },
  },
  {
    ...lasting(420_000),
    name: "key-denied-for-long",
    what: "the primary's KMS keys are disabled and stay so: within five minutes its tables notice, and it is left; what notify gives up meanwhile its bucket cannot keep, so that reconcile must derive it",
    clients: 10,
    steps: [{ atMs: 0, inject: { kind: "key", role: "primary" }, as: "broken" }],
    // Each connection notices when its key is refreshed: payments may fail before the health route does, or not at all, and
    // the route may say well again before the latch is heard.
    expects: { hit: "anybody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 3 }, measured: ["I5"] },
  },
  unfelt("topics-fail", "the primary's topics fail for a minute; payments do not need them", { kind: "service", role: "primary", service: "sns", mode: "error" }),
];
