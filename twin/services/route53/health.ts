import { AwsError } from "../../errors";
import { Checkers, type CheckerContext } from "./checkers";
import { DOCUMENTED, ENDPOINT_TYPES, type AlarmState, type CheckerAssumptions, type EndpointCheck, type HealthCheck, type HealthStatus } from "./health-check";

interface Entry {
  readonly check: HealthCheck;
  /** Calculated checks that have this one as a child. */
  readonly parents: Entry[];
  checkers?: Checkers;
  /** The alarm's verdict, for checks on an alarm. */
  alarmHealthy: boolean;
  healthy: boolean;
  lastChange: number;
  /** A verdict is on its way to the data plane. */
  pending: boolean;
}

export interface HealthChange {
  readonly check: HealthCheck;
  readonly healthy: boolean;
}

const isEndpoint = (check: HealthCheck): check is EndpointCheck => ENDPOINT_TYPES.some((type) => type === check.type);

/** All health checks, their verdicts, and who wants to know of changes. */
export class HealthBoard {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(change: HealthChange) => void>();
  private assumptions: CheckerAssumptions = DOCUMENTED;
  private changeCount = 0;

  constructor(private readonly context: CheckerContext) {}

  /** How often a check's state has changed so far. */
  get changes(): number {
    return this.changeCount;
  }

  /** For the checks made from now on. Throws a RangeError for a number of checkers outside 6..24. */
  assume(assumptions: Partial<CheckerAssumptions>): void {
    const next = { ...this.assumptions, ...assumptions };
    if (!Number.isInteger(next.count) || next.count < 6 || next.count > 24) {
      throw new RangeError(`checkers per check: got ${next.count}; allowed 6..24`);
    }
    this.assumptions = next;
  }

  /** A new check is healthy, a new inverted one unhealthy, until its checkers have their say. */
  create(check: HealthCheck): void {
    const { kernel } = this.context.cloud;
    if (this.entries.has(check.id)) throw new AwsError("HealthCheckAlreadyExists", `the health check ${check.id} exists`, 409);
    const children = check.type === "CALCULATED" ? check.children.map((id) => this.entry(id)) : [];
    if (children.some((child) => child.check.type === "CALCULATED")) {
      throw new AwsError("InvalidInput", "A calculated health check cannot monitor other calculated health checks");
    }
    const alarmHealthy = check.type !== "CLOUDWATCH_METRIC" || check.insufficientData !== "Unhealthy";
    const entry: Entry = { check, parents: [], alarmHealthy, healthy: true, lastChange: kernel.now(), pending: false };
    if (isEndpoint(check) && !check.disabled) {
      entry.checkers = new Checkers(check, this.context, this.assumptions, () => this.verdict(entry));
    }
    entry.healthy = this.computed(entry);
    for (const child of children) child.parents.push(entry);
    this.entries.set(check.id, entry);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  /** Throws NoSuchHealthCheck. */
  isHealthy(id: string): boolean {
    return this.entry(id).healthy;
  }

  status(id: string): HealthStatus {
    const { healthy, lastChange, checkers } = this.entry(id);
    return { healthy, lastChange, checkers: checkers?.count ?? 0, healthyCheckers: checkers?.healthyCount ?? 0 };
  }

  list(): readonly HealthCheck[] {
    return [...this.entries.values()].map(({ check }) => check);
  }

  /** `listener` is called synchronously and must start no asynchronous work of its own (see Kernel.after). */
  onChange(listener: (change: HealthChange) => void): void {
    this.listeners.add(listener);
  }

  /** CloudWatch says what state an alarm is in: every check on it follows. */
  setAlarmState(region: string, alarmName: string, state: AlarmState): void {
    for (const entry of this.entries.values()) {
      const { check } = entry;
      if (check.type !== "CLOUDWATCH_METRIC" || check.alarmName !== alarmName || check.alarmRegion !== region) continue;
      entry.alarmHealthy = alarmVerdict(state, check.insufficientData, entry.alarmHealthy);
      this.settle(entry);
    }
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new AwsError("NoSuchHealthCheck", `A health check with id ${id} does not exist.`, 404);
    return entry;
  }

  private computed({ check, checkers, alarmHealthy }: Entry): boolean {
    const healthy = check.disabled || (check.type === "CALCULATED" ? this.enoughChildren(check) : (checkers?.healthy ?? alarmHealthy));
    return healthy !== check.inverted;
  }

  private enoughChildren({ children, threshold }: { readonly children: readonly string[]; readonly threshold: number }): boolean {
    let healthy = 0;
    for (const id of children) if (this.entry(id).healthy) healthy += 1;
    return healthy >= threshold;
  }

  /** The checkers' verdict reaches the data plane at once, or after the assumed delay as it then is. */
  private verdict(entry: Entry): void {
    const { low, high } = this.assumptions.aggregationDelay;
    if (high <= 0) {
      this.settle(entry);
      return;
    }
    if (entry.pending || this.computed(entry) === entry.healthy) return;
    entry.pending = true;
    const { kernel } = this.context.cloud;
    kernel.after(kernel.random(`route53/aggregation/${entry.check.id}`).between(low, high), () => {
      entry.pending = false;
      this.settle(entry);
    });
  }

  private settle(entry: Entry): void {
    const healthy = this.computed(entry);
    if (healthy === entry.healthy) return;
    const { kernel } = this.context.cloud;
    const { check } = entry;
    entry.healthy = healthy;
    this.changeCount += 1;
    entry.lastChange = kernel.now();
    kernel.record("route53.health", { id: check.id, name: check.name, healthy });
    for (const parent of entry.parents) this.settle(parent);
    for (const listener of this.listeners) listener({ check, healthy });
  }
}

/** "Values that you specify when you create or update health checks": a check without a last known status is healthy. */
function alarmVerdict(state: AlarmState, insufficientData: "Healthy" | "Unhealthy" | "LastKnownStatus", last: boolean): boolean {
  if (state !== "INSUFFICIENT_DATA") return state === "OK";
  return insufficientData === "LastKnownStatus" ? last : insufficientData === "Healthy";
}
