import { alarmsIn, BOTH } from "../alarm-groups";
import type { RoleFault } from "../role-fault";
import type { Scenario } from "../scenario";
import { AWAY_FOR_A_MINUTE, DNS_ONLY_PLAN, EVACUATED, FAILOVER, lasting, PRIMARY_REFUSES, UNFELT } from "./base";

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

/** A record is given up after ten repetitions, 303 s of pauses in all (lib/notify.ts, twin/services/lambda/event-source-lane.ts). */
const GIVEN_UP_MS = 310_000;

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
    ...lasting(GIVEN_UP_MS + 20_000),
    name: "poison-record",
    what: "an item that no release can read gets into the table: its record ends in the failure destination of each region; payments go on, and nine in ten receipts with them",
    steps: [{ atMs: 0, poison: "primary" }],
    // Of ten lanes of a stream one waits until the record is given up.
    expects: { ...UNFELT, setAside: 1, late: { atMost: 0.25 }, measured: ["I5"], alarms: { fire: alarmsIn(BOTH, "notify-iterator-age") } },
  },
  {
    ...FAILOVER,
    name: "releases-differ",
    what: "a rollout has reached the primary alone when it is lost: the secondary's functions, one release behind, go on with payments that the next release has stored",
    failure: "region-lost",
    needs: { nextRelease: "primary" },
    steps: [{ atMs: 0, inject: PRIMARY_REFUSES, as: "lost" }],
    expects: EVACUATED,
  },
  {
    ...lasting(150_000),
    name: "releases-differ-and-region-back",
    what: "the same the other way about: the secondary, on the next release, takes over from the primary for a minute, which then derives what the next release has stored",
    failure: "region-lost",
    needs: { nextRelease: "secondary" },
    steps: AWAY_FOR_A_MINUTE,
    expects: EVACUATED,
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
