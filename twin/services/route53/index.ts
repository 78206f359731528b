import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { stableId } from "../../models/ids";
import { choose, type Choice } from "./failover";
import { HealthBoard, type HealthChange } from "./health";
import type { AlarmState, CheckerAssumptions, HealthCheck, HealthStatus } from "./health-check";
import { Memo } from "./memo";
import { publishHealth } from "./metrics";
import { normalise } from "./names";
import type { DnsAnswer, FailoverRole, RecordSet, RecordType } from "./record";
import { Resolver } from "./resolver";
import { Zone } from "./zone";

export { chooseFailover } from "./failover";
export { DOCUMENTED, PESSIMISTIC, type HealthCheck, type HealthStatus } from "./health-check";
export type { Answer, DnsAnswer, RecordSet } from "./record";

/** A failover name and which of its records DNS answers with. */
export interface FailoverAnswer {
  readonly name: string;
  readonly type: RecordType;
  readonly role: FailoverRole;
  readonly values: readonly string[];
  /** Epoch milliseconds since when. */
  readonly since: number;
}

/** An address and how long it may be kept. */
interface Resolution {
  readonly address: string;
  readonly ttlSeconds: number;
}

/** The first address of an answer. */
function resolutionOf({ answers }: DnsAnswer): Resolution | undefined {
  const address = answers.find(({ type }) => type === "A")?.data;
  return address === undefined ? undefined : { address, ttlSeconds: Math.min(...answers.map(({ ttl }) => ttl)) };
}

/** Route 53: zones, health checks, answers. One per cloud; its data plane is in no region, so no region's death stops it. */
export class Route53 {
  private readonly zones = new Map<string, Zone>();
  private readonly health: HealthBoard;
  private readonly resolver: Resolver;
  private readonly choice: Choice;
  private readonly failoverGroups = new Map<string, RecordSet[]>();
  private readonly failoverAnswers = new Map<string, FailoverAnswer>();
  private blindRegions: ReadonlySet<string> = new Set();
  /** Changes of zones and records; choices that chance made. */
  private changes = 0;
  private draws = 0;
  private readonly answers: Memo<DnsAnswer>;
  private readonly resolutions: Memo<Resolution | "none">;

  constructor(private readonly cloud: Cloud) {
    this.health = new HealthBoard({
      cloud,
      resolve: (fqdn) => this.resolve(fqdn)?.address,
      blind: (region) => this.blindRegions.has(region) || cloud.faults.of("checkers", region).length > 0,
    });
    const random = cloud.kernel.random("route53/weighted");
    this.choice = { healthy: (record) => this.isHealthy(record, 0), random: () => (this.draws += 1, random) };
    this.resolver = new Resolver(() => this.zones.values(), cloud.network, this.choice);
    const version = (): number => this.changes + this.health.changes + cloud.network.changes;
    const draws = (): number => this.draws;
    this.answers = new Memo(version, draws);
    this.resolutions = new Memo(version, draws);
    this.health.onChange(() => this.watchAnswers(true));
  }

  /** Replaces undocumented assumptions, for the checks made from now on. */
  assume(assumptions: Partial<CheckerAssumptions>): void {
    this.health.assume(assumptions);
  }

  /** The checker regions that reach no endpoint from now on; an empty list ends it. */
  blind(regions: readonly string[]): void {
    this.blindRegions = new Set(regions);
  }

  createZone(zone: { readonly id: string; readonly name: string; readonly nameServers: readonly string[] }): void {
    this.changes += 1;
    this.zones.set(zone.id, new Zone(zone.id, zone.name, zone.nameServers));
  }

  hasZone(id: string): boolean {
    return this.zones.has(id);
  }

  /** A zone that was there before the stack: its domain becomes the longest one that holds all names put into it. */
  adoptZone(id: string): void {
    if (this.zones.has(id)) return;
    this.changes += 1;
    this.zones.set(id, new Zone(id, undefined, nameServersOf(id)));
  }

  /** Throws NoSuchHostedZone, NoSuchHealthCheck or InvalidChangeBatch, as ChangeResourceRecordSets does. */
  createRecord(zoneId: string, record: RecordSet): void {
    const zone = this.zones.get(zoneId);
    if (!zone) throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${zoneId}`, 404);
    if (record.healthCheckId !== undefined && !this.health.has(record.healthCheckId)) {
      throw new AwsError("NoSuchHealthCheck", `A health check with id ${record.healthCheckId} does not exist.`, 404);
    }
    const stored = { ...record, name: normalise(record.name) };
    this.changes += 1;
    zone.add(stored);
    if (stored.routing.kind !== "failover") return;
    const key = `${stored.name} ${stored.type}`;
    this.failoverGroups.set(key, [...(this.failoverGroups.get(key) ?? []), stored]);
    this.watchAnswers(false);
  }

  createHealthCheck(check: HealthCheck): void {
    if (this.health.list().length === 0) publishHealth(this.cloud, this.health);
    this.health.create(check);
  }

  /** The answer of a resolver that asks Route 53 now: CNAMEs are followed, AWS's own names are answered. */
  answer(name: string, type: string): DnsAnswer {
    return this.answers.of(`${type} ${name}`, () => this.resolver.answer(name, type));
  }

  /** The first IPv4 address of a name and how long all of the way to it may be kept; undefined when there is none. */
  resolve(name: string): Resolution | undefined {
    const found = this.resolutions.of(name, () => resolutionOf(this.resolver.answer(name, "A")) ?? "none");
    return found === "none" ? undefined : found;
  }

  /** Throws NoSuchHealthCheck. */
  status(id: string): HealthStatus {
    return this.health.status(id);
  }

  healthChecks(): readonly HealthCheck[] {
    return this.health.list();
  }

  /** What each failover name answers now. */
  failovers(): readonly FailoverAnswer[] {
    return [...this.failoverAnswers.values()];
  }

  /** `listener` is called synchronously after a change and must start no asynchronous work (see Kernel.after). */
  onChange(listener: (change: HealthChange) => void): void {
    this.health.onChange(listener);
  }

  /** For CloudWatch: the state of an alarm that checks may follow. */
  setAlarmState(region: string, alarmName: string, state: AlarmState): void {
    this.health.setAlarmState(region, alarmName, state);
  }

  private isHealthy({ healthCheckId, alias, type }: RecordSet, depth: number): boolean {
    if (healthCheckId !== undefined && !this.health.isHealthy(healthCheckId)) return false;
    if (!alias?.evaluateTargetHealth || depth > MAX_ALIAS_DEPTH) return true;
    // AWS's own names count as healthy: they fail only when the service itself is down.
    const target = normalise(alias.name);
    const found = this.resolver.zoneOf(target)?.lookup(target);
    const group = found?.kind === "node" ? found.node.get(type) : undefined;
    return group?.some((record) => this.isHealthy(record, depth + 1)) ?? true;
  }

  private watchAnswers(record: boolean): void {
    for (const [key, group] of this.failoverGroups) {
      const chosen = choose(group, this.choice);
      if (chosen?.routing.kind !== "failover") continue;
      const before = this.failoverAnswers.get(key);
      const { name, type, values, routing } = chosen;
      if (before?.role === routing.role) continue;
      const data = { name, type, role: routing.role, values: chosen.alias ? [chosen.alias.name] : values };
      this.failoverAnswers.set(key, { ...data, since: this.cloud.kernel.now() });
      if (record) this.cloud.kernel.record("route53.answer", data);
    }
  }
}

const MAX_ALIAS_DEPTH = 8;

/** Route 53's four name servers of a zone. "NS and SOA records that Route 53 creates for a public hosted zone". */
export const nameServersOf = (zoneId: string): readonly string[] =>
  ["com", "net", "org", "co.uk"].map((domain, index) => {
    const number = Number.parseInt(stableId(4, "name-server", zoneId, domain), 16);
    return `ns-${index * 512 + (number % 512)}.awsdns-${String(number % 64).padStart(2, "0")}.${domain}`;
  });

/** The cloud's Route 53. */
export const route53 = (cloud: Cloud): Route53 => cloud.service("route53", "global", () => new Route53(cloud));
