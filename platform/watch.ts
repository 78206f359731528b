import { every } from "../twin/kernel/kernel";
import { changes, type Observation, type StatusEvent } from "./observation";
import type { Status, StatusSources } from "./status";

/** How often it looks, milliseconds: the precision of an event's time. */
const SAMPLE_MS = 250;
const KEPT_EVENTS = 50;

/** What has been noticed so far. */
export interface Watch {
  look(): void;
  /** When DNS answer and latch last changed. */
  since(): { readonly dns: number; readonly latch: number };
  events(): readonly StatusEvent[];
}

/** Looks again and again and keeps what changed. A fault is noticed at once, so that a short one is not missed. */
export function watchChanges(sources: StatusSources, startedAt: number): Watch {
  const { kernel } = sources;
  let seen = observe(sources);
  let since = { dns: startedAt, latch: startedAt };
  let events: readonly StatusEvent[] = [
    { at: startedAt, kind: "start", tone: "neutral", text: `stack ${sources.stack} runs; DNS answers ${seen.answer?.region ?? "nothing"}` },
  ];
  const keep = (event: StatusEvent): void => {
    events = [...events, event].slice(-KEPT_EVENTS);
  };

  const look = (): void => {
    const at = kernel.now();
    const next = observe(sources);
    for (const news of changes(seen, next)) {
      keep({ at, ...news });
      if (news.kind === "dns") since = { ...since, dns: at };
      if (news.kind === "latch") since = { ...since, latch: at };
    }
    seen = next;
  };
  every(kernel, SAMPLE_MS, SAMPLE_MS, look);
  sources.faults.onChange(look);
  kernel.observe(({ at, kind, data }) => {
    if (kind === "process.failed") keep({ at, kind: "defect", tone: "bad", text: `a process of the twin failed: ${String(data["error"])}` });
  });
  return { look, since: () => since, events: () => events };
}

function observe(sources: StatusSources): Observation {
  const { answer, address } = dnsNow(sources);
  return {
    checks: new Map(sources.healthChecks().map(({ id, name, healthy }) => [id, { name, healthy }])),
    answer: address === null ? null : { address, region: answer },
    latch: sources.latch()?.state,
    faults: sources.faults.list(),
  };
}

/** What DNS answers for the failover name, and the region that has the address. */
export function dnsNow(sources: StatusSources): Omit<Status["dns"], "since"> {
  const name = sources.failoverHostname;
  const resolved = sources.resolve(name);
  if (!resolved) return { name, answer: null, address: null, ttl: null };
  const region = Object.entries(sources.regions).find(([, site]) => site.address === resolved.address)?.[0];
  return { name, answer: region ?? null, address: resolved.address, ttl: resolved.ttlSeconds };
}
