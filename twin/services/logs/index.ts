import { lineFilter, type Line } from "../../../rules/logs-pattern";
import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { groupKey } from "./group-key";
import { LogGroup, type LogGroupSpec } from "./group";
import { access, operations } from "./operations";
import { Subscription, type Destination, type SubscriptionFigures } from "./subscription";

export type { LazyLine, Line } from "../../../rules/logs-pattern";
export type { LogEvent, LogGroupSpec } from "./group";
export type { Destination, SubscriptionFigures } from "./subscription";

/** The filter of a log group, as it is asked for. */
export interface FilterRequest {
  readonly group: string;
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: string;
}

/**
 * CloudWatch Logs of one region: groups with their newest events, destinations, subscription filters that deliver. Not
 * modelled: metric filters, insights, retention's passing, export tasks, account policies, compression of what is sent.
 */
export class Logs {
  private readonly byName = new Map<string, LogGroup>();
  private readonly destinations = new Map<string, Destination>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    cloud.publish("logs", region, operations(this, cloud), access(region, cloud.accountId));
  }

  createGroup(spec: LogGroupSpec): void {
    this.byName.set(spec.name, this.made(spec));
  }

  private made(spec: LogGroupSpec): LogGroup {
    return new LogGroup(spec, this.cloud.kernel.now(), groupKey(this.cloud, this.region, spec));
  }

  /** Throws ResourceNotFoundException. */
  createStream(group: string, stream: string): void {
    const { streams } = this.group(group);
    if (!streams.has(stream)) streams.set(stream, undefined);
  }

  putDestination(destination: Destination): void {
    this.destinations.set(destination.arn, destination);
  }

  /** Throws ResourceNotFoundException for the group or the destination, PatternError for the pattern. */
  subscribe({ group, name, pattern, destinationArn }: FilterRequest): void {
    const destination = this.destinations.get(destinationArn);
    if (!destination) throw new AwsError("ResourceNotFoundException", `The specified destination does not exist: ${destinationArn}`);
    const spec = { name, group, pattern, matches: lineFilter(pattern), destination };
    this.group(group).subscriptions.set(name, new Subscription(this.cloud, this.region, spec));
  }

  groups(): readonly LogGroup[] {
    return [...this.byName.values()];
  }

  /** Throws ResourceNotFoundException. */
  group(name: string): LogGroup {
    const group = this.byName.get(name);
    if (!group) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    return group;
  }

  /**
   * A service of AWS writes a line. A group that nobody made is made, as Lambda does, without retention. While the group's
   * key cannot be used lines are lost: the service tells nobody, and CloudWatch has no metric of it (event `logs.lost`).
   * @param line text, or what is put together only when somebody reads it
   * @param stream without it the group's newest
   */
  append(groupName: string, line: Line, stream?: string): void {
    let group = this.byName.get(groupName);
    if (!group) {
      group = this.made({ name: groupName, arn: `arn:aws:logs:${this.region}:${this.cloud.accountId}:log-group:${groupName}` });
      this.byName.set(groupName, group);
    }
    const why = group.keyRefusal();
    if (why !== undefined) return this.lose(group, why);
    group.losing = false;
    group.append(stream ?? group.newestStream() ?? "default", this.cloud.kernel.now(), line);
  }

  /** Said once for each spell. */
  private lose(group: LogGroup, why: string): void {
    if (!group.losing) this.cloud.kernel.record("logs.lost", { region: this.region, group: group.spec.name, why });
    group.losing = true;
    group.lost += 1;
  }

  /** What a group's filters have delivered, by the filter's name. Throws ResourceNotFoundException. */
  figures(group: string): Readonly<Record<string, SubscriptionFigures>> {
    return Object.fromEntries([...this.group(group).subscriptions].map(([name, subscription]) => [name, subscription.figures()]));
  }
}

/** CloudWatch Logs of a region, made on first use. */
export const logs = (cloud: Cloud, region: string): Logs => cloud.service("logs", region, () => new Logs(cloud, region));
