import type { Credentials } from "../client/index";
import type { Random } from "../lambda/shared/clock";
import { BothHostnamesClient } from "./both-hostnames";
import type { ClientKind } from "./budgets";
import { DnsOnlyClient, type ClientPlan } from "./clients";
import type { Recorder } from "./history";
import type { DrillClient } from "./paying-client";
import { lastStepAt, type Scenario } from "./scenario";
import { signing, withSigV4, withSigV4a } from "./signing";
import type { Transport } from "./transport";

/** `dns-only-sigv4` is the negative case: its signature names the primary region, so the other one refuses it for ever. */
export const DRILL_CLIENTS = ["dns-only", "both-hostnames", "dns-only-sigv4"] as const;
export type DrillClientKind = (typeof DRILL_CLIENTS)[number];

/** Whose budgets apply: what a client is asked for does not depend on how it signs. */
export const budgetKind = (kind: DrillClientKind): ClientKind => (kind === "both-hostnames" ? kind : "dns-only");

/** What clients know of the system. */
export interface Surroundings {
  readonly failoverHostname: string;
  /** The regions' own names, the primary's first. */
  readonly hostnames: readonly string[];
  /** The primary first. */
  readonly regions: readonly [primary: string, secondary: string];
  /** Undefined for an API that wants no signatures. */
  readonly credentials: Credentials | undefined;
}

export type ClientFactory = (name: string, plan: ClientPlan, transport: Transport, random: Random, recorder: Recorder) => DrillClient;

export function clientFactory(kind: DrillClientKind, { failoverHostname, hostnames, regions, credentials }: Surroundings): ClientFactory {
  if (kind === "both-hostnames") {
    return (name, plan, transport, random, recorder) =>
      new BothHostnamesClient({ name, hostnames, regions, credentials: credentials ?? "unsigned" }, plan, transport, random, recorder);
  }
  const sign = credentials && (kind === "dns-only-sigv4" ? withSigV4(credentials, regions[0]) : withSigV4a(credentials, regions));
  return (name, plan, transport, random, recorder) =>
    new DnsOnlyClient({ name, hostname: failoverHostname }, plan, sign ? signing(transport, sign) : transport, random, recorder);
}

/** How long clients that know both hostnames are watched after the last step: they try the lost region again now and then, so there is no quiet to wait for. */
const WATCHED_MS = 30_000;

export const forClients = (scenario: Scenario, kind: DrillClientKind): Scenario =>
  kind === "both-hostnames" && scenario.endsWhen.kind === "all-recovered"
    ? { ...scenario, endsWhen: { kind: "duration", ms: (lastStepAt(scenario) ?? 0) + WATCHED_MS } }
    : scenario;
