import { modeOf, type Fault, type FaultMode } from "./fault-kinds";
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
  readonly from?: string;
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
  readonly ms: number;
}

/** The faults in force. */
export class FaultBoard {
  private readonly faults = new Map<string, ActiveFault & { timer?: Timer }>();
  private readonly listeners = new Set<() => void>();
  private count = 0;

  constructor(private readonly kernel: Kernel) {}

  add(fault: Fault): ActiveFault {
    this.count += 1;
    const id = `fault-${this.count}`;
    const active: ActiveFault & { timer?: Timer } = { id, fault, since: this.kernel.now() };
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

  /** The outage of a region, if it has one: how its silence shows. */
  outage(region: string): "refuse" | "vanish" | undefined {
    for (const { fault } of this.faults.values()) {
      if (fault.kind === "outage" && fault.region === region) return fault.mode === "vanish" ? "vanish" : "refuse";
    }
    return undefined;
  }

  /** Can two regions exchange packets between AWS's own services? A region always reaches itself unless it is gone. */
  linked(a: string, b: string): boolean {
    if (this.outage(a) || this.outage(b)) return false;
    if (a === b) return true;
    for (const { fault } of this.faults.values()) {
      if (fault.kind === "partition" && (fault.region === a || fault.region === b)) return false;
    }
    return true;
  }

  /** The fault that hits this call, drawn from the stream `faults` where its rate is below 1. */
  effect(route: Route): Effect | undefined {
    for (const { id, fault } of this.faults.values()) {
      if (!hits(fault, route)) continue;
      const rate = fault.rate ?? 1;
      if (rate < 1 && !this.kernel.random("faults").chance(rate)) continue;
      return { id, mode: modeOf(fault) ?? "refuse", ms: fault.ms ?? 0 };
    }
    return undefined;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function hits(fault: Fault, route: Route): boolean {
  switch (fault.kind) {
    case "outage":
      return fault.region === route.region || (route.from !== undefined && fault.region === route.from);
    case "partition":
      return route.from !== undefined && route.from !== route.region && (fault.region === route.from || fault.region === route.region);
    case "service":
      return (
        fault.service === route.service &&
        (fault.region === undefined || fault.region === route.region) &&
        (fault.operation === undefined || fault.operation === route.operation) &&
        (fault.resource === undefined || fault.resource === route.resource)
      );
    default:
      return false;
  }
}
