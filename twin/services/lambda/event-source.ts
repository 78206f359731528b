import type { Filter } from "../../../rules/lambda-filter";
import type { Cloud } from "../../cloud";
import type { Series } from "../cloudwatch/series";
import { dynamodb, type Stream } from "../dynamodb/index";
import { Lane } from "./event-source-lane";
import { laneOf, pending } from "./event-source-record";

/** A mapping of a DynamoDB stream to a function of the same region. */
export interface EventSourceSpec {
  readonly uuid: string;
  readonly region: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** The function's role: it reads the stream and writes discarded records. */
  readonly role: string;
  readonly tableName: string;
  readonly streamArn: string;
  readonly startingPosition: "TRIM_HORIZON" | "LATEST";
  readonly batchSize: number;
  /** How long a batch is filled, milliseconds. */
  readonly windowMs: number;
  /** Batches of the shard at the same time. */
  readonly lanes: number;
  /** Repetitions after the first attempt; undefined = without end. */
  readonly retries?: number;
  /** Older records are discarded, milliseconds; undefined = never. */
  readonly maxAgeMs?: number;
  readonly bisect: boolean;
  /** ReportBatchItemFailures. */
  readonly partial: boolean;
  /** A record passes that any of them lets pass; none = all pass. */
  readonly filters: readonly Filter[];
  /** Name of the bucket for discarded records. */
  readonly failureBucket?: string;
  /** What keeps the role from reading the stream; undefined = nothing. */
  readonly denied?: () => string | undefined;
}

/** "Lambda polls shards in your DynamoDB stream for records at a base rate of four times per second" (Lambda developer guide). */
export const POLL_MS = 250;

/** The figures that Lambda publishes of a mapping. Lambda developer guide, "Types of metrics for Lambda functions". */
export interface EventSourceMetrics {
  /** Milliseconds: age of a batch's last record when it was delivered. */
  readonly iteratorAge: Series;
  readonly destinationFailures: Series;
}

/**
 * One event source mapping at work: reads the stream, filters, invokes the function batch by batch. Position and batches
 * under way are Lambda's own and survive the region's outage: the mapping goes on where it was.
 */
export class EventSource {
  private readonly lanes: readonly Lane[];
  private stream: Stream | undefined;
  private position: string | undefined;
  private problem: string | undefined;
  /** When the shard was first polled, epoch ms: all polls are whole intervals later. */
  private readonly firstPoll: number;
  private asleep = false;

  constructor(
    private readonly cloud: Cloud,
    readonly spec: EventSourceSpec,
  ) {
    const series = (name: string): Series => cloud.metrics.series(spec.region, "AWS/Lambda", name, { FunctionName: spec.functionName });
    const metrics = { iteratorAge: series("IteratorAge"), destinationFailures: series("DestinationDeliveryFailures") };
    this.lanes = Array.from({ length: spec.lanes }, () => new Lane(cloud, spec, metrics));
    cloud.faults.onChange(() => {
      if (cloud.faults.outage(spec.region)) for (const lane of this.lanes) lane.interrupt();
    });
    const phase = cloud.kernel.random(`lambda/event-source/${spec.region}/${spec.functionName}`).below(POLL_MS);
    this.firstPoll = cloud.kernel.now() + phase;
    cloud.kernel.after(phase, () => this.tick());
  }

  /** How far the function is behind: age of the oldest record that is not done, milliseconds; 0 where there is none. */
  iteratorAgeMs(): number {
    const unread = this.stream?.read(this.position, 1)[0]?.approximateCreation;
    const waiting = this.lanes.map((lane) => lane.oldest).concat(unread).filter((at) => at !== undefined);
    return waiting.length === 0 ? 0 : this.cloud.kernel.now() - Math.min(...waiting);
  }

  /** Why the mapping reads nothing, as its `LastProcessingResult` would say; undefined = it works. */
  get trouble(): string | undefined {
    return this.problem;
  }

  /** A poll that finds all read would do nothing until the next record, which wakes the mapping for the poll after it. */
  private tick(): void {
    this.poll();
    this.asleep = this.stream !== undefined && this.stream.latest === this.position;
    if (!this.asleep) this.cloud.kernel.after(POLL_MS, () => this.tick());
  }

  private wake(): void {
    if (!this.asleep) return;
    this.asleep = false;
    const sinceFirst = this.cloud.kernel.now() - this.firstPoll;
    this.cloud.kernel.after(POLL_MS - (sinceFirst % POLL_MS), () => this.tick());
  }

  private poll(): void {
    const { cloud, spec } = this;
    if (cloud.faults.outage(spec.region)) return;
    const stream = this.find();
    if (!stream || stream.latest === this.position) return;
    const room = spec.batchSize * spec.lanes - this.lanes.reduce((sum, lane) => sum + lane.waiting, 0);
    if (room <= 0 || !this.readable()) return;
    this.take(stream, room);
    for (const lane of this.lanes) lane.wake();
  }

  /** The role must be able to use the key that the table and so its stream are encrypted under. */
  private readable(): boolean {
    const { region, tableName, role } = this.spec;
    this.problem = dynamodb(this.cloud, region).keyRefusal(tableName, role);
    return this.problem === undefined;
  }

  private take(stream: Stream, most: number): void {
    const { spec } = this;
    for (const record of stream.read(this.position, most)) {
      this.position = record.sequenceNumber;
      const next = pending(record, stream, spec.streamArn, spec.region, spec.filters);
      if (next) this.lanes[laneOf(record, spec.lanes)]?.add(next);
    }
  }

  /**
   * The stream, from the first time that it is there: a replica's own stream may be switched on after the mapping was made.
   * A stream that replaces it later is another one, which this mapping does not read.
   */
  private find(): Stream | undefined {
    if (this.stream) return this.stream;
    const { cloud, spec } = this;
    this.problem = spec.denied?.();
    if (this.problem !== undefined) return undefined;
    this.stream = dynamodb(cloud, spec.region).table(spec.tableName)?.stream;
    if (spec.startingPosition === "LATEST") this.position = this.stream?.latest;
    this.stream?.listen(() => this.wake());
    return this.stream;
  }
}

/** The event source mappings of a region. */
export class EventSources {
  private readonly sources = new Map<string, EventSource>();

  constructor(private readonly cloud: Cloud) {}

  add(spec: EventSourceSpec): EventSource {
    const source = new EventSource(this.cloud, spec);
    this.sources.set(spec.uuid, source);
    return source;
  }

  list(): readonly EventSource[] {
    return [...this.sources.values()];
  }

  /** The mappings of a function, by its name. */
  of(functionName: string): readonly EventSource[] {
    return this.list().filter(({ spec }) => spec.functionName === functionName);
  }
}

/** Lambda's event source mappings in a region. */
export const eventSources = (cloud: Cloud, region: string): EventSources =>
  cloud.service("lambda/event-sources", region, () => new EventSources(cloud));
