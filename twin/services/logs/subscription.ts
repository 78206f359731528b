import type { LineFilter } from "../../../rules/logs-pattern";
import type { Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { within } from "../../kernel/kernel";
import { LazyText } from "../../lazy-text";
import type { LogEvent } from "./group";

/** Where a region's groups send their events: a role, and a stream that may be in another region. */
export interface Destination {
  readonly name: string;
  readonly arn: string;
  readonly targetArn: string;
  readonly roleArn: string;
}

export interface SubscriptionSpec {
  readonly name: string;
  readonly group: string;
  readonly pattern: string;
  readonly matches: LineFilter;
  readonly destination: Destination;
}

/** What has become of the events that a filter took. */
export interface SubscriptionFigures {
  readonly delivered: number;
  readonly waiting: number;
  /** Given up: too old, too many, or refused by the target. */
  readonly dropped: number;
}

/** How long events are gathered, an attempt may take, and the next one waits, ms. Assumptions: AWS says "near real time". */
const BATCH_MS = 5000;
const ATTEMPT_MS = 10_000;
const RETRY_MS = 10_000;
/** "Real-time processing of log data with subscriptions": retried for 24 hours; after a refusal logs are skipped for ten minutes. */
const KEPT_MS = 24 * 3_600_000;
const SKIPPED_MS = 600_000;

/** The twin's own bounds, for its memory: events that wait, and events of one delivery. */
const MAX_WAITING = 20_000;
const MAX_BATCH = 400;

/** Of a record's JSON at most: what a character, and what is around an event's message and around all, stream apart, takes. */
const MAX_ESCAPE = 6;
const MAX_EVENT = 100;
const MAX_HEAD = 2_000;

const REFUSALS = new Set(["AccessDeniedException", "ResourceNotFoundException"]);

/** A subscription filter at work: gathers what its pattern takes and sends it to the destination's target, every five seconds at most. */
export class Subscription {
  private waiting: LogEvent[] = [];
  private scheduled = false;
  private skipUntil = 0;
  private delivered = 0;
  private dropped = 0;

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
    readonly spec: SubscriptionSpec,
  ) {}

  offer(event: LogEvent): void {
    if (!this.spec.matches(event.line)) return;
    if (event.at < this.skipUntil) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(event);
    if (this.waiting.length >= 2 * MAX_WAITING) this.drop(MAX_WAITING);
    this.schedule(BATCH_MS);
  }

  figures(): SubscriptionFigures {
    return { delivered: this.delivered, waiting: this.waiting.length, dropped: this.dropped };
  }

  private schedule(ms: number): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.cloud.kernel.spawn(ms, async () => {
      const next = await this.deliver();
      this.scheduled = false;
      if (this.waiting.length > 0) this.schedule(next);
    });
  }

  /** One attempt; answers when the next is due. */
  private async deliver(): Promise<number> {
    const { kernel, faults } = this.cloud;
    // A dead region's service does nothing; it finds its events again when it is back.
    if (faults.outage(this.region)) return RETRY_MS;
    const stale = this.waiting.findIndex(({ at }) => at > kernel.now() - KEPT_MS);
    if (stale !== 0) this.drop(stale < 0 ? this.waiting.length : stale);
    const batch = this.waiting.slice(0, MAX_BATCH);
    if (batch.length === 0) return BATCH_MS;
    try {
      const answer = await within(kernel, ATTEMPT_MS, this.send(batch));
      if (answer.timedOut) return RETRY_MS;
    } catch (error) {
      if (!(error instanceof AwsError) || !REFUSALS.has(error.name)) return RETRY_MS;
      this.skipUntil = kernel.now() + SKIPPED_MS;
      kernel.record("logs.skipped", { region: this.region, group: this.spec.group, why: error.message });
      this.drop(this.waiting.length);
      return BATCH_MS;
    }
    this.waiting.splice(0, batch.length);
    this.delivered += batch.length;
    return BATCH_MS;
  }

  private send(batch: readonly LogEvent[]): Promise<unknown> {
    const { targetArn, roleArn } = this.spec.destination;
    const [, , service = "", target = "", , name = ""] = targetArn.split(":");
    const input = { DeliveryStreamName: name.replace("deliverystream/", ""), Records: this.records(batch) };
    return this.cloud.call({ region: target, service, operation: "PutRecordBatch", from: this.region }, input, { principal: roleArn, region: this.region });
  }

  /** One record for each stream, as "Subscription filters with Amazon Data Firehose" shows them; AWS's are compressed. */
  private records(batch: readonly LogEvent[]): readonly { readonly Data: LazyText }[] {
    const streams = new Map<string, LogEvent[]>();
    for (const event of batch) {
      const events = streams.get(event.stream);
      if (events) events.push(event);
      else streams.set(event.stream, [event]);
    }
    const records: { readonly Data: LazyText }[] = [];
    for (const [stream, events] of streams) {
      let atMost = MAX_HEAD + stream.length;
      for (const { message } of events) atMost += MAX_ESCAPE * message.length + MAX_EVENT;
      records.push({ Data: new LazyText(() => this.recordOf(stream, events), atMost) });
    }
    return records;
  }

  private recordOf(logStream: string, events: readonly LogEvent[]): string {
    const { name, group } = this.spec;
    const logEvents = events.map(({ id, at, message }) => ({ id, timestamp: at, message }));
    return JSON.stringify({ messageType: "DATA_MESSAGE", owner: this.cloud.accountId, logGroup: group, logStream, subscriptionFilters: [name], logEvents });
  }

  private drop(count: number): void {
    this.dropped += this.waiting.splice(0, count).length;
  }
}
