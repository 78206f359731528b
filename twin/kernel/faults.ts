import { modeOf, type Fault, type FaultKind, type FaultMode, type FaultMoment } from "./fault-kinds";
import type { Kernel, Timer } from "./kernel";

export { modeOf, type Fault, type FaultKind, type FaultMode } from "./fault-kinds";

/** A call on its way: the region and service that serve it, and the region that it comes from, if any. */
export interface Route {
  readonly region: string;
  /** The service's SDK signing name, e.g. `dynamodb`, or `apigateway` for requests of the API's users. */
  readonly service: string;
  /** The operation's SDK name, e.g. `PutItem`, or the HTTP method and path. */
  readonly operation: string;
  /** The name of the function, table, bucket or topic that it is for, where there is one. */
  readonly resource?: string | undefined;
  readonly from?: string | undefined;
  /** The function's process that makes it. */
  readonly caller?: CallingProcess | undefined;
}

/** The process of a function, as far as faults need it. */
export interface CallingProcess {
  readonly function: string;
  /** Ends it at once: what it waits for never comes. */
  die(): void;
}

export interface ActiveFault {
  readonly id: string;
  readonly fault: Fault;
  readonly since: number;
}

/** What the faults do to one call. */
export interface Effect {
  readonly id: string;
  readonly mode: FaultMode;
  readonly when: FaultMoment;
  readonly ms: number;
}

/** A fault that the living services cannot have: it names something that is not there. */
export class FaultRefused extends Error {
  override readonly name = "FaultRefused";
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join("; "));
  }
}

/** Why a fault cannot be, in the words of the service that it is for; undefined = it can. */
export type FaultCheck = (fault: Fault) => string | undefined;

interface Entry extends ActiveFault {
  timer?: Timer;
  /** Matching calls so far, and those that were hit. */
  seen: number;
  hits: number;
}

const NONE: readonly Entry[] = [];

/** The faults in force. */
export class FaultBoard {
  private readonly faults = new Map<string, Entry>();
  /** The same by kind, so that what asks for one kind passes over the others. */
  private readonly byKind = new Map<FaultKind, readonly Entry[]>();
  private readonly listeners = new Set<() => void>();
  private readonly checks = new Set<FaultCheck>();
  private count = 0;

  constructor(private readonly kernel: Kernel) {}

  /** Throws {@link FaultRefused} when a living service says that there is nothing to break. */
  add(fault: Fault): ActiveFault {
    const reasons = [...this.checks].flatMap((check) => check(fault) ?? []);
    if (reasons.length > 0) throw new FaultRefused(reasons);
    this.count += 1;
    const id = `fault-${this.count}`;
    const active: Entry = { id, fault, since: this.kernel.now(), seen: 0, hits: 0 };
    if (fault.forSeconds !== undefined) {
      active.timer = this.kernel.after(fault.forSeconds * 1000, () => this.remove(id));
    }
    this.faults.set(id, active);
    this.kernel.record("fault.added", { id, ...fault });
    this.changed();
    return { id, fault, since: active.since };
  }

  /** False when there is no such fault. */
  remove(id: string): boolean {
    const active = this.faults.get(id);
    if (!active) return false;
    active.timer?.cancel();
    this.faults.delete(id);
    this.kernel.record("fault.removed", { id });
    this.changed();
    return true;
  }

  list(): readonly ActiveFault[] {
    return [...this.faults.values()].map(({ id, fault, since }) => ({ id, fault, since }));
  }

  /** Calls `listener` after every change (replication catches up, sockets close). */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** From now on every new fault is put before `check` too. */
  checkWith(check: FaultCheck): void {
    this.checks.add(check);
  }

  /** The faults of a kind that name a region, in the order in which they came. */
  of(kind: FaultKind, region: string): readonly Fault[] {
    const entries = this.byKind.get(kind);
    return entries ? entries.filter(({ fault }) => fault.region === region).map(({ fault }) => fault) : [];
  }

  /** The outage of a region, if it has one: how its silence shows. */
  outage(region: string): "refuse" | "vanish" | undefined {
    for (const { fault } of this.byKind.get("outage") ?? NONE) {
      if (fault.region === region) return fault.mode === "vanish" ? "vanish" : "refuse";
    }
    return undefined;
  }

  /** Do packets of AWS's own services get from one region to another? A region always reaches itself unless it is gone. */
  delivers(from: string, to: string): boolean {
    if (this.outage(from) || this.outage(to)) return false;
    return !(this.byKind.get("partition") ?? NONE).some(({ fault }) => cuts(fault, from, to));
  }

  /** Does a service's replication from one region to another go on? */
  replicates(service: string, from: string, to: string): boolean {
    if (!this.delivers(from, to)) return false;
    return !(this.byKind.get("replication") ?? NONE).some(
      ({ fault }) => fault.service === service && fault.region === from && (fault.peer ?? to) === to,
    );
  }

  /** The error of a function's clock, milliseconds; negative = behind. */
  clockError(region: string, functionName: string): number {
    return this.of("clock", region).reduce((sum, { resource, ms = 0 }) => sum + ((resource ?? functionName) === functionName ? ms : 0), 0);
  }

  /** The concurrent executions that a function may have; Infinity where no fault limits them. */
  concurrency(region: string, functionName: string): number {
    return this.of("concurrency", region).reduce((least, { resource, limit = 0 }) => (resource === functionName ? Math.min(least, limit) : least), Infinity);
  }

  /** Has a region's front door a certificate for the custom domain `host`? */
  certified(region: string, host: string): boolean {
    return !this.of("certificate", region).some((fault) => (fault.host ?? host).toLowerCase() === host.toLowerCase());
  }

  /** The fault that hits this call, drawn from the stream `faults` where its rate is below 1. */
  effect(route: Route): Effect | undefined {
    if (this.faults.size === 0) return undefined;
    for (const entry of this.faults.values()) {
      const effect = effectOf(entry.fault, route);
      if (!effect) continue;
      entry.seen += 1;
      const { rate = 1, skip = 0, times = Infinity } = entry.fault;
      if (entry.seen <= skip || entry.hits >= times) continue;
      if (rate < 1 && !this.kernel.random("faults").chance(rate)) continue;
      entry.hits += 1;
      return { id: entry.id, ms: entry.fault.ms ?? 0, ...effect };
    }
    return undefined;
  }

  private changed(): void {
    this.byKind.clear();
    for (const entry of this.faults.values()) this.byKind.set(entry.fault.kind, [...(this.byKind.get(entry.fault.kind) ?? NONE), entry]);
    for (const listener of this.listeners) listener();
  }
}

/** Does a partition keep packets of one region from reaching another? */
function cuts({ region, peer, direction = "both" }: Fault, from: string, to: string): boolean {
  if (from === to) return false;
  const heard = direction !== "in" && region === from && (peer ?? to) === to;
  const hears = direction !== "out" && region === to && (peer ?? from) === from;
  return heard || hears;
}

type Strike = Pick<Effect, "mode" | "when">;

/** What a fault does to a call that it concerns. */
function effectOf(fault: Fault, route: Route): Strike | undefined {
  const { mode = modeOf(fault) ?? "refuse", when = "before" } = fault;
  switch (fault.kind) {
    case "outage":
      return fault.region === route.region || fault.region === route.from ? { mode, when } : undefined;
    case "partition":
      return route.from === undefined ? undefined : cut(fault, route.from, route.region);
    case "service":
      return concerns(fault, route) ? { mode, when } : undefined;
    default:
      return undefined;
  }
}

/** Where only the way back is cut, the call takes effect and its answer is lost. */
function cut(fault: Fault, from: string, to: string): Strike | undefined {
  const [there, back] = [cuts(fault, from, to), cuts(fault, to, from)];
  if (there && back) return { mode: "refuse", when: "before" };
  if (there) return { mode: "vanish", when: "before" };
  return back ? { mode: "vanish", when: "after" } : undefined;
}

/** Only a function's process can die of a call. */
const concerns = (fault: Fault, route: Route): boolean =>
  fault.service === route.service &&
  (fault.region === undefined || fault.region === route.region) &&
  (fault.operation === undefined || fault.operation === route.operation) &&
  (fault.resource === undefined || fault.resource === route.resource) &&
  (fault.caller === undefined || fault.caller === route.caller?.function) &&
  (fault.mode !== "crash" || route.caller !== undefined);
