import type { RoleFault } from "../role-fault";
import type { Scenario } from "../scenario";
import { DNS_ONLY_PLAN, lasting, UNFELT } from "./base";

const NOTIFY = "payments-notify-{region}-{environment}";

/** For a minute, between any two calls of any handler in both regions. */
const calls = (name: string, what: string, fault: Omit<RoleFault, "kind" | "service">): Scenario => ({
  ...lasting(100_000),
  name,
  what,
  steps: [
    ...["dynamodb", "s3", "sns"].map((service) => ({ atMs: 0, inject: { kind: "service", service, ...fault } as const, as: "calls" })),
    { atMs: 60_000, heal: "calls" },
  ],
  expects: { hit: "anybody", recovered: "all", flips: { atMost: 1 } },
});

/** What can go wrong within handlers, and between releases. */
export const RELEASES_AND_CODE: readonly Scenario[] = [
  calls("calls-fail-before", "one call in fifty of every handler fails before it takes effect", { mode: "error", when: "before", rate: 0.02 }),
  calls("calls-fail-after", "one call in fifty of every handler takes effect and is answered with an error", { mode: "error", when: "after", rate: 0.02 }),
  calls("calls-never-return", "one call in fifty of every handler never returns", { mode: "vanish", rate: 0.02 }),
  calls("calls-vanish-after", "one call in fifty of every handler takes effect and never returns", { mode: "vanish", when: "after", rate: 0.02 }),
  calls("handlers-die", "in one call in fifty of every handler its process dies", { mode: "crash", rate: 0.02 }),
  calls("handlers-die-after", "in one call in fifty of every handler its process dies when the call has taken effect", { mode: "crash", when: "after", rate: 0.02 }),
  {
    ...lasting(120_000),
    name: "zombie-writes",
    what: "writes of payments in the primary take effect 40 s late, when their functions are long gone and traffic has moved",
    steps: [{ atMs: 0, inject: { kind: "service", role: "primary", service: "dynamodb", operation: "PutItem", mode: "delay", ms: 40_000 }, as: "late" }],
    expects: { hit: { failingMs: 15_000 }, recovered: "all", serving: "secondary", latch: "evacuated" },
  },
  {
    ...lasting(100_000),
    name: "notify-dies",
    what: "the notify function dies again and again between a payment's receipt and its event; payments go on",
    steps: [{ atMs: 0, inject: { kind: "service", service: "sns", operation: "Publish", caller: NOTIFY, mode: "crash", times: 20 }, as: "dies" }],
    expects: UNFELT,
  },
  {
    ...lasting(240_000),
    name: "idle-stream",
    what: "payments are rare, so that streams are idle most of the time",
    load: "own",
    plan: { ...DNS_ONLY_PLAN, meanIntervalMs: 60_000 },
    clients: 10,
    steps: [],
    expects: { hit: "nobody", recovered: "all", serving: "primary", latch: "primary" },
  },
];
