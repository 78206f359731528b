import { PAYMENT_ROUTES, SWITCH_ROUTE } from "../lib/routes";
import type { State } from "../lambda/switch/logic";
import type { ActiveFault, FaultBoard } from "../twin/kernel/faults";
import type { Kernel } from "../twin/kernel/kernel";
import { modeOf } from "../twin/kernel/fault-kinds";
import { describeFault } from "./describe-fault";
import type { StatusEvent } from "./observation";
import { summarise, Traffic, type LatencySummary, type Series } from "./traffic";
import { dnsNow, watchChanges } from "./watch";

export type { StatusEvent } from "./observation";

/** A Route 53 health check as its checkers see it now. */
export interface HealthCheckStatus {
  readonly id: string;
  /** For people: the Name tag, or host and path. */
  readonly name: string;
  /** Route 53's type, e.g. HTTPS, HTTPS_STR_MATCH, CALCULATED. */
  readonly type: string;
  /** The check is unhealthy while its endpoint is healthy; `healthyCheckers` counts before the inversion. */
  readonly inverted?: true;
  readonly healthy: boolean;
  /** Checkers that say healthy, of all; only for checks that have an endpoint. */
  readonly healthyCheckers?: number;
  readonly checkers?: number;
  /** What an endpoint check asks. */
  readonly host?: string;
  readonly path?: string;
}

/** The latch's item as the secondary's control table has it. Times in epoch milliseconds. */
export interface LatchStatus {
  readonly state: State;
  readonly since?: number;
  readonly heartbeatAt?: number;
}

export interface RegionSite {
  readonly role: "primary" | "secondary";
  /** The loopback address that the region listens at. */
  readonly address: string;
  readonly hostname: string;
  /** The base URL at that address. */
  readonly api: string;
}

export interface RegionStatus extends RegionSite {
  /** How the region is silent, while it is gone. */
  readonly outage?: "refuse" | "vanish";
  /** The check on the region's own health route; null where the stack has none. */
  readonly health: { readonly healthy: boolean; readonly healthyCheckers: number; readonly checkers: number } | null;
  /** Requests of users since the start; `failed` = 5xx, 429 or no answer. `perSecond` is the mean of the last 5 s. */
  readonly requests: { readonly perSecond: number; readonly ok: number; readonly failed: number };
  /** Milliseconds, over the last minute. */
  readonly latency: LatencySummary;
  /** Payments in the region's replica. */
  readonly payments: number;
}

/** What `GET /status` answers. Times in epoch milliseconds. */
export interface Status {
  readonly environment: string;
  readonly stack: string;
  readonly consistency: "strong" | "eventual";
  readonly startedAt: number;
  readonly now: number;
  readonly regions: Readonly<Record<string, RegionStatus>>;
  /** What DNS answers for the failover name; `answer` is the region that has the address. TTL in seconds. */
  readonly dns: {
    readonly name: string;
    readonly answer: string | null;
    readonly address: string | null;
    readonly ttl: number | null;
    readonly since: number;
  };
  /** null where the stack has no latch or its item cannot be read. */
  readonly latch: LatchStatus | null;
  readonly healthChecks: readonly HealthCheckStatus[];
  /** `text` is the fault in words. */
  readonly faults: readonly (ActiveFault & { readonly text: string })[];
  /** One number a second for the last 120 whole seconds, oldest first; the last one ends at `endsAt`. */
  readonly throughput: { readonly endsAt: number; readonly regions: Readonly<Record<string, Series>> };
  /** All regions together, milliseconds, over the last minute. */
  readonly latency: LatencySummary;
  /** The last 50, oldest first. */
  readonly events: readonly StatusEvent[];
}

/** A request that a region's front door answered, or cut without an answer. */
export interface Answered {
  readonly region: string;
  /** Path and query as sent. */
  readonly target: string;
  /** undefined where the connection was refused or cut. */
  readonly status?: number;
  /** Milliseconds from the first byte in to the answer. */
  readonly ms: number;
}

/** Where the status comes from. All are cheap and synchronous: they are asked four times a second. */
export interface StatusSources {
  readonly environment: string;
  readonly stack: string;
  readonly consistency: "strong" | "eventual";
  readonly kernel: Kernel;
  readonly faults: Pick<FaultBoard, "list" | "onChange">;
  readonly regions: Readonly<Record<string, RegionSite>>;
  readonly failoverHostname: string;
  /** The address of a name as Route 53 answers now; undefined where there is none. */
  resolve(name: string): { readonly address: string; readonly ttlSeconds: number } | undefined;
  healthChecks(): readonly HealthCheckStatus[];
  latch(): LatchStatus | undefined;
  /** Payments in a region's replica, without reserved items. */
  payments(region: string): number;
  /** Calls the listener for every request of every region from now on. */
  onAnswered(listener: (answered: Answered) => void): void;
}

/** The routes that Route 53's checkers ask: no users' traffic. */
const HEALTH_PATH = PAYMENT_ROUTES.find((route) => route.function === "health")?.path;
const PROBED_PATHS: ReadonlySet<string | undefined> = new Set([HEALTH_PATH, SWITCH_ROUTE.path]);

/** Starts to watch (until the kernel stops) and returns the function that tells the state of now. */
export function createStatus(sources: StatusSources): () => Status {
  const { kernel } = sources;
  const startedAt = kernel.now();
  const traffic = new Map(Object.keys(sources.regions).map((region) => [region, new Traffic()]));
  const watch = watchChanges(sources, startedAt);

  sources.onAnswered(({ region, target, status, ms }) => {
    if (PROBED_PATHS.has(target.split("?")[0])) return;
    const failed = status === undefined || status >= 500 || status === 429;
    traffic.get(region)?.add(kernel.now(), !failed, status === undefined ? undefined : ms);
  });

  return () => {
    watch.look();
    const now = kernel.now();
    const checks = sources.healthChecks();
    return {
      environment: sources.environment,
      stack: sources.stack,
      consistency: sources.consistency,
      startedAt,
      now,
      regions: mapRegions(sources, (region, site) => regionStatus(sources, region, site, checks, traffic.get(region), now)),
      dns: { ...dnsNow(sources), since: watch.since().dns },
      latch: latchStatus(sources, watch.since().latch),
      healthChecks: checks,
      faults: sources.faults.list().map((active) => ({ ...active, text: describeFault(active.fault) })),
      throughput: {
        endsAt: Math.floor(now / 1000) * 1000,
        regions: mapRegions(sources, (region) => traffic.get(region)?.series(now) ?? { ok: [], failed: [] }),
      },
      latency: summarise([...traffic.values()].flatMap((one) => one.latencies(now))),
      events: watch.events(),
    };
  };
}

/** The item's own time where it has one: it is older than this process's look at it. */
function latchStatus(sources: StatusSources, noticedAt: number): LatchStatus | null {
  const latch = sources.latch();
  return latch ? { since: noticedAt, ...latch } : null;
}

function regionStatus(
  sources: StatusSources,
  region: string,
  site: RegionSite,
  checks: readonly HealthCheckStatus[],
  traffic: Traffic | undefined,
  now: number,
): RegionStatus {
  const check = checks.find(({ host, path }) => host === site.hostname && path === HEALTH_PATH);
  const outage = sources.faults.list().find(({ fault }) => fault.kind === "outage" && fault.region === region)?.fault;
  return {
    ...site,
    ...(outage ? { outage: modeOf(outage) === "vanish" ? "vanish" : "refuse" } : {}),
    health: check ? { healthy: check.healthy, healthyCheckers: check.healthyCheckers ?? 0, checkers: check.checkers ?? 0 } : null,
    requests: traffic?.summary(now) ?? { perSecond: 0, ok: 0, failed: 0 },
    latency: summarise(traffic?.latencies(now) ?? []),
    payments: sources.payments(region),
  };
}

const mapRegions = <T>(sources: StatusSources, map: (region: string, site: RegionSite) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(sources.regions).map(([region, site]) => [region, map(region, site)]));
