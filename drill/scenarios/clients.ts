import { RETRY_POLICIES } from "../retries";
import type { Scenario } from "../scenario";
import { DNS_ONLY_PLAN, EVACUATED, FAILOVER, lasting } from "./base";

const REFUSES = { kind: "outage", role: "primary", mode: "refuse" } as const;
const lost = { ...FAILOVER, failure: "region-lost", steps: [{ atMs: 0, inject: REFUSES, as: "lost" }] } as const satisfies Partial<Scenario>;
const SIGNED = { clients: 6, faultAtMs: 20_000, maxMs: 100_000, needs: { apiAuth: "iam" } } as const satisfies Partial<Scenario>;

/** What clients do differently. */
export const CLIENTS: readonly Scenario[] = [
  {
    ...lost,
    name: "no-retries",
    what: "the primary region is gone, and clients repeat nothing: what they paid meanwhile stays unanswered, later payments succeed",
    plan: { ...DNS_ONLY_PLAN, retries: RETRY_POLICIES.none },
    // Until a client pays again takes as long as it has nothing to pay.
    expects: { ...EVACUATED, goodput: { atLeast: 0.6 }, measured: ["rto-dns-region"] },
  },
  {
    ...lost,
    ...SIGNED,
    name: "credentials-renewed",
    what: "the primary region is gone, credentials expire 5 s later and are renewed by the secondary's STS",
    plan: { ...DNS_ONLY_PLAN, credentials: { from: "secondary", firstMs: 25_000, lifetimeMs: 900_000 } },
    expects: EVACUATED,
  },
  {
    ...lost,
    ...SIGNED,
    endsWhen: { kind: "duration", ms: 90_000 },
    name: "credentials-of-the-lost-region",
    what: "the primary region is gone, credentials expire 5 s later, and clients know its STS endpoint alone: they never pay again",
    plan: { ...DNS_ONLY_PLAN, credentials: { from: "primary", firstMs: 25_000, lifetimeMs: 900_000 } },
    expects: { ...EVACUATED, recovered: "none", measured: ["rto-dns-region"] },
  },
  {
    ...lost,
    ...SIGNED,
    clients: 20,
    name: "clocks-off-signed",
    what: "the primary region is gone, and clients' clocks are up to 10 minutes wrong: signatures more than 5 minutes off are refused in either region, the others are taken over",
    plan: { ...DNS_ONLY_PLAN, clockErrorMs: { low: -600_000, high: 600_000 } },
    expects: { ...EVACUATED, refused: { share: 0.5, cause: "signature date" } },
  },
  {
    ...lost,
    ...SIGNED,
    endsWhen: { kind: "duration", ms: 50_000 },
    name: "credentials-of-the-global-endpoint",
    what: "the primary region is gone, and clients have their credentials from the global STS endpoint: signatures for several regions are refused with them, before the fault and after it",
    plan: { ...DNS_ONLY_PLAN, credentials: { from: "global", firstMs: 900_000, lifetimeMs: 900_000 } },
    expects: { ...EVACUATED, refused: { share: 1, cause: "token invalid" }, goodput: { atLeast: 0 }, measured: ["rto-dns-region"] },
  },
  {
    ...lasting(60_000),
    name: "clocks-off",
    what: "clients' clocks are up to 10 minutes wrong; no decision of the system reads them",
    plan: { ...DNS_ONLY_PLAN, clockErrorMs: { low: -600_000, high: 600_000 } },
    failure: "region-lost",
    steps: [{ atMs: 0, inject: REFUSES, as: "lost" }],
    expects: EVACUATED,
  },
];
