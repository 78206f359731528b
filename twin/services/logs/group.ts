import { textOf, type Line } from "../../../rules/logs-pattern";
import type { GroupKey } from "./group-key";
import type { Subscription } from "./subscription";

/** A line that came: most are never read, so it is put together for the first reader. */
export class LogEvent {
  /**
   * @param at epoch milliseconds
   * @param number in the order of arrival
   */
  constructor(
    readonly at: number,
    readonly stream: string,
    private readonly number: number,
    private read: Line,
  ) {}

  get line(): Line {
    return this.read;
  }

  get message(): string {
    return (this.read = textOf(this.read));
  }

  /** Digits, in the order of arrival. */
  get id(): string {
    return String(this.number).padStart(20, "0");
  }
}

export interface LogGroupSpec {
  readonly name: string;
  readonly arn: string;
  /** Undefined = for ever. */
  readonly retentionDays?: number;
  readonly keyArn?: string;
}

export interface StreamTimes {
  readonly first: number;
  last: number;
}

/** Events kept per group; older ones are gone, as after its retention. */
export const KEPT_EVENTS = 1000;

/** A log group: its newest events, and who is told of each. */
export class LogGroup {
  /** By stream: when its first and its newest event came. */
  readonly streams = new Map<string, StreamTimes | undefined>();
  readonly subscriptions = new Map<string, Subscription>();
  private readonly kept: LogEvent[] = [];
  private count = 0;
  /** Lines that came while the group's key could not be used. */
  lost = 0;
  /** Lost the newest line. */
  losing = false;

  constructor(
    readonly spec: LogGroupSpec,
    readonly createdAt: number,
    /** Why the group's key cannot be used now; undefined = it can, or there is none. */
    readonly keyRefusal: GroupKey,
  ) {}

  append(stream: string, at: number, line: Line): void {
    const times = this.streams.get(stream);
    if (times) times.last = at;
    else this.streams.set(stream, { first: at, last: at });
    this.count += 1;
    const event = new LogEvent(at, stream, this.count, line);
    this.kept.push(event);
    // In batches: removing from the front of an array costs its length.
    if (this.kept.length >= 2 * KEPT_EVENTS) this.kept.splice(0, KEPT_EVENTS);
    for (const subscription of this.subscriptions.values()) subscription.offer(event);
  }

  /** The newest events, oldest first. */
  events(): readonly LogEvent[] {
    return this.kept.slice(-KEPT_EVENTS);
  }

  /** The stream that an event came to last. */
  newestStream(): string | undefined {
    return this.kept.at(-1)?.stream;
  }
}
