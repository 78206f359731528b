import type { StreamViewType } from "./schema";
import type { Item } from "./values";

/** One change of one item, as DynamoDB Streams shows it. Images as the stream's view type asks. */
export interface StreamRecord {
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly keys: Item;
  readonly newImage?: Item;
  readonly oldImage?: Item;
  /** Grows with every record of the stream; of fixed width, so that texts sort like numbers. */
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly approximateCreation: number;
}

/** A change before the stream's view type and number are applied. */
export interface Change {
  readonly keys: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Source: "Change data capture for DynamoDB Streams" (records are kept 24 hours). */
const RETENTION_MS = 24 * 60 * 60 * 1000;
const NUMBER_WIDTH = 21;
/** Old records are dropped in lots: one by one would move the whole list for each. */
const TRIM_LOT = 1024;

const sequenceNumber = (position: number): string => String(position + 1).padStart(NUMBER_WIDTH, "0");

/** The stream of one replica: append-only records of its changes, in one shard. */
export class Stream {
  private records: StreamRecord[] = [];
  private readonly listeners = new Set<(record: StreamRecord) => void>();
  /** Position of the first record that is still kept. */
  private base = 0;
  private newest: string | undefined;
  private readonly hasNew: boolean;
  private readonly hasOld: boolean;

  constructor(
    readonly arn: string,
    readonly label: string,
    readonly viewType: StreamViewType,
  ) {
    this.hasNew = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
    this.hasOld = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  }

  /** Adds the record of a change at `now` (epoch ms) and tells the listeners. */
  append({ keys, before, after }: Change, now: number): void {
    const record: { -readonly [K in keyof StreamRecord]: StreamRecord[K] } = {
      eventName: before ? (after ? "MODIFY" : "REMOVE") : "INSERT",
      keys,
      sequenceNumber: sequenceNumber(this.base + this.records.length),
      approximateCreation: now,
    };
    if (after && this.hasNew) record.newImage = after;
    if (before && this.hasOld) record.oldImage = before;
    this.newest = record.sequenceNumber;
    this.records.push(record);
    this.trim(now - RETENTION_MS);
    for (const listener of this.listeners) listener(record);
  }

  /** Up to `limit` records after a sequence number, oldest first; undefined = from the oldest that is kept. */
  read(afterSequence: string | undefined, limit: number): readonly StreamRecord[] {
    const from = afterSequence === undefined ? 0 : Math.max(0, Number(afterSequence) - this.base);
    return this.records.slice(from, from + limit);
  }

  /** The newest sequence number; undefined while nothing happened. */
  get latest(): string | undefined {
    return this.newest;
  }

  get oldest(): string | undefined {
    return this.records[0]?.sequenceNumber;
  }

  /** Calls `listener` for every record from now on; returns the function that stops it. */
  listen(listener: (record: StreamRecord) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private trim(before: number): void {
    const lot = this.records[TRIM_LOT - 1];
    if (!lot || lot.approximateCreation >= before) return;
    this.records = this.records.slice(TRIM_LOT);
    this.base += TRIM_LOT;
  }
}
