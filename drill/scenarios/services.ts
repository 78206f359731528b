import type { Scenario } from "../scenario";
import { EVACUATED, FAILOVER, lasting, UNFELT } from "./base";

/** A service of the primary region is gone, and payments with it. */
const left = (name: string, what: string, inject: Extract<Scenario["steps"][number], { inject: unknown }>["inject"]): Scenario => ({
  ...FAILOVER,
  name,
  what,
  failure: "region-lost",
  steps: [{ atMs: 0, inject: { role: "primary", ...inject }, as: "broken" }],
  expects: EVACUATED,
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
  {
    ...lasting(90_000),
    name: "bucket-errors",
    what: "the primary's buckets fail for a minute; payments do not need them",
    steps: [
      { atMs: 0, inject: { kind: "service", role: "primary", service: "s3", mode: "error" }, as: "broken" },
      { atMs: 60_000, heal: "broken" },
    ],
    expects: UNFELT,
  },
  {
    ...lasting(90_000),
    name: "key-denied",
    what: "the primary's KMS keys are disabled for a minute: receipts and events wait, payments do not need them",
    steps: [
      { atMs: 0, inject: { kind: "key", role: "primary" }, as: "broken" },
      { atMs: 60_000, heal: "broken" },
    ],
    expects: UNFELT,
  },
  {
    ...lasting(420_000),
    name: "key-denied-for-long",
    what: "the primary's KMS keys are disabled and stay so: within five minutes its tables notice, and it is left; what notify gives up meanwhile its bucket cannot keep, so that reconcile must derive it",
    clients: 10,
    steps: [{ atMs: 0, inject: { kind: "key", role: "primary" }, as: "broken" }],
    // Each connection notices when its key is refreshed: payments may fail before the health route does, or not at all.
    expects: { hit: "anybody", recovered: "all", serving: "secondary", latch: "evacuated", flips: { atLeast: 1, atMost: 1 }, measured: ["I5"] },
  },
  {
    ...lasting(90_000),
    name: "topics-fail",
    what: "the primary's topics fail for a minute; payments do not need them",
    steps: [
      { atMs: 0, inject: { kind: "service", role: "primary", service: "sns", mode: "error" }, as: "broken" },
      { atMs: 60_000, heal: "broken" },
    ],
    expects: UNFELT,
  },
];
