import type { Random } from "../lambda/shared/clock";
import { BothHostnamesClient } from "./both-hostnames";
import type { ClientKind } from "./budgets";
import { DnsOnlyClient, type ClientPlan } from "./clients";
import { LASTING, renewing, type TokenService } from "./credentials";
import type { Recorder } from "./history";
import type { DrillClient } from "./paying-client";
import { lastStepAt, type Scenario } from "./scenario";
import { signing, withSigV4, withSigV4a } from "./signing";
import type { Transport } from "./transport";

/** `dns-only-sigv4` is the negative case: its signature names the primary region, so the other one refuses it for ever. */
export const DRILL_CLIENTS = ["dns-only", "both-hostnames", "dns-only-sigv4"] as const;
export type DrillClientKind = (typeof DRILL_CLIENTS)[number];

/** Whose budgets apply: what a client is asked for does not depend on how it signs. */
export function budgetKind(kind: DrillClientKind, { plan }: Pick<Scenario, "plan">): ClientKind {
  if (kind === "both-hostnames") return kind;
  return plan.resolver.keepAtLeastSeconds >= STRETCHED_SECONDS ? "dns-stretched" : "dns-only";
}

const STRETCHED_SECONDS = 60;

/** What clients know of the system. */
export interface Surroundings {
  readonly failoverHostname: string;
  /** The regions' own names, the primary's first. */
  readonly hostnames: readonly string[];
  /** The primary first. */
  readonly regions: readonly [primary: string, secondary: string];
  /** Undefined for an API that wants no signatures. */
  readonly tokens: TokenService | undefined;
}

export type ClientFactory = (name: string, plan: ClientPlan, transport: Transport, random: Random, recorder: Recorder) => DrillClient;

export function clientFactory(kind: DrillClientKind, { failoverHostname, hostnames, regions, tokens }: Surroundings): ClientFactory {
  if (kind === "both-hostnames") {
    return (name, plan, transport, random, recorder) => {
      const credentials = tokens ? renewing(plan.credentials ?? LASTING, tokens, transport.clock) : "unsigned";
      return new BothHostnamesClient({ name, hostnames, regions, credentials }, plan, transport, random, recorder);
    };
  }
  return (name, plan, transport, random, recorder) => {
    const identity = { name, hostname: failoverHostname };
    const { low, high } = plan.clockErrorMs ?? { low: 0, high: 0 };
    const error = low < high ? low + random() * (high - low) : low;
    if (!tokens) return new DnsOnlyClient(identity, plan, transport, random, recorder);
    const source = renewing(plan.credentials ?? LASTING, tokens, transport.clock);
    const sign = kind === "dns-only-sigv4" ? withSigV4(source, regions[0]) : withSigV4a(source, regions);
    return new DnsOnlyClient(identity, plan, signing(transport, sign, error), random, recorder);
  };
}

/** How long clients that know both hostnames are watched after the last step: they try the lost region again now and then, so there is no quiet to wait for. */
const WATCHED_MS = 30_000;

export const forClients = (scenario: Scenario, kind: DrillClientKind): Scenario =>
  kind === "both-hostnames" && scenario.endsWhen.kind === "all-recovered"
    ? { ...scenario, endsWhen: { kind: "duration", ms: (lastStepAt(scenario) ?? 0) + WATCHED_MS } }
    : scenario;
